"""Facts and allowances."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from services.payments.domain import PROGRAMME, Difference, DifferenceCause, Month, Rate, Standing, Status, Stop
from services.payments.rules.facts import FACT, Fact
from shared.contracts.common import Tier
from shared.contracts.payments import StopReason
from shared.db import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class StoredEntitlement:
    """An allowance as it stands, with what it was reckoned from; `policy_version` is the newest policy set."""

    holder_id: UUID
    entitlement_id: UUID
    version: int
    policy_version: int
    stated_on: date
    standing: Standing
    deceased_on: date | None = None
    plan_agreed_on: date | None = None
    merged_on: date | None = None


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One version of an allowance: who, when, why."""

    entitlement_id: UUID
    version: int
    status: str
    payable: tuple[Month, ...]
    who: str
    at: datetime
    why: str


class FactRow(NamedTuple):
    """A fact to be kept: whose, when it was known, and of which event (type and id)."""

    fact_id: UUID
    holder_id: UUID
    fact: Fact
    known_at: datetime
    source_type: str
    source_event: str


async def take_facts(tx: Tx, rows: Sequence[FactRow]) -> None:
    """Store facts; one that is here already is left."""
    ids, holders, facts, moments, types, events = zip(*rows, strict=True)
    await tx.execute(
        """INSERT INTO entitlement_fact (fact_id, holder_id, fact, taken_at, source_type, source_event)
           SELECT fact_id, holder_id, fact, taken_at, source_type, source_event
             FROM unnest($1::uuid[], $2::uuid[], $3::jsonb[], $4::timestamptz[], $5::text[], $6::text[])
                  WITH ORDINALITY AS new (fact_id, holder_id, fact, taken_at, source_type, source_event, n)
            ORDER BY n
           ON CONFLICT DO NOTHING""",
        list(ids),
        list(holders),
        [fact.model_dump(mode="json") for fact in facts],
        list(moments),
        list(types),
        list(events),
    )


async def facts_of(tx: ReadTx, holder_ids: Iterable[UUID]) -> dict[UUID, list[Fact]]:
    """The facts of each holder that has any, in the order of arrival."""
    rows = await tx.fetch("SELECT holder_id, fact FROM entitlement_fact WHERE holder_id = ANY($1::uuid[]) ORDER BY seq", list(holder_ids))
    facts: dict[UUID, list[Fact]] = defaultdict(list)
    for row in rows:
        facts[row["holder_id"]].append(FACT.validate_python(row["fact"], strict=False))
    return dict(facts)


async def of_holders(tx: ReadTx, holder_ids: Iterable[UUID]) -> dict[UUID, StoredEntitlement]:
    """The allowances of those holders that have one."""
    rows = await tx.fetch(
        """SELECT holder_id, entitlement_id, intent_id, version, status, tier, stated_on, monthly_satang, first_month, last_month, payable, amounts, tiers, differences, rule,
                  stop_reason, stop_month, stop_rule, reinstated_by, deceased_on, merged_on, plan_agreed_on, policy_version
             FROM entitlement WHERE holder_id = ANY($1::uuid[])""",
        list(holder_ids),
    )
    return {row["holder_id"]: _stored(row) for row in rows}


def _stored(row: Any) -> StoredEntitlement:
    # Allowances of before any correction was known have one tier.
    tiers = row["tiers"] or [row["tier"]] * len(row["payable"])
    stop = None if row["stop_reason"] is None else Stop(StopReason(row["stop_reason"]), Month(row["stop_month"]), row["stop_rule"])
    standing = Standing(
        intent_id=row["intent_id"],
        status=Status(row["status"]),
        tier=Tier(row["tier"]),
        monthly_satang=row["monthly_satang"],
        first_month=Month(row["first_month"]),
        last_month=Month(row["last_month"]),
        payable=tuple(Month(month) for month in row["payable"]),
        rule=row["rule"],
        stop=stop,
        reinstated_by=row["reinstated_by"],
        differences=tuple(_difference(one) for one in row["differences"] or ()),
        rates=tuple(
            Rate(Month(month), satang, Tier(tier)) for month, satang, tier in zip(row["payable"], row["amounts"], tiers, strict=True)
        ),
    )
    return StoredEntitlement(
        holder_id=row["holder_id"],
        entitlement_id=row["entitlement_id"],
        version=row["version"],
        policy_version=row["policy_version"],
        stated_on=row["stated_on"],
        standing=standing,
        deceased_on=row["deceased_on"],
        plan_agreed_on=row["plan_agreed_on"],
        merged_on=row["merged_on"],
    )


def _difference(one: dict[str, Any]) -> Difference:
    month = Month(date.fromisoformat(one["month"]))
    return Difference(month, DifferenceCause(one["cause"]), one["granted_satang"], one["due_satang"])


async def save(tx: Tx, entitlements: Sequence[StoredEntitlement], generation: int) -> None:
    """Write the allowances as they stand now; `generation` marks them as changed since obligations were made."""
    await tx.execute(
        """INSERT INTO entitlement
           SELECT * FROM jsonb_populate_recordset(NULL::entitlement, $1)
           ON CONFLICT (holder_id) DO UPDATE
              SET version = excluded.version, intent_id = excluded.intent_id, stated_on = excluded.stated_on, status = excluded.status,
                  payable = excluded.payable, amounts = excluded.amounts, rule = excluded.rule,
                  tier = excluded.tier, tiers = excluded.tiers, differences = excluded.differences,
                  monthly_satang = excluded.monthly_satang, first_month = excluded.first_month, last_month = excluded.last_month,
                  stop_reason = excluded.stop_reason, stop_month = excluded.stop_month, stop_rule = excluded.stop_rule,
                  reinstated_by = excluded.reinstated_by, deceased_on = excluded.deceased_on, merged_on = excluded.merged_on, plan_agreed_on = excluded.plan_agreed_on,
                  policy_version = excluded.policy_version, changed_in = excluded.changed_in""",
        [_columns(one, generation) for one in entitlements],
    )


def _columns(one: StoredEntitlement, generation: int) -> dict[str, Any]:
    standing, stop = one.standing, one.standing.stop
    return {
        "holder_id": str(one.holder_id),
        "entitlement_id": str(one.entitlement_id),
        "intent_id": str(standing.intent_id),
        "version": one.version,
        "status": standing.status,
        "tier": standing.tier,
        "stated_on": one.stated_on,
        "monthly_satang": standing.monthly_satang,
        "first_month": standing.first_month,
        "last_month": standing.last_month,
        "payable": list(standing.payable),
        "amounts": list(standing.amounts),
        "tiers": list(standing.tiers),
        "differences": [one._asdict() for one in standing.differences] or None,
        "rule": standing.rule,
        "stop_reason": stop and stop.reason,
        "stop_month": stop and stop.month,
        "stop_rule": stop and stop.rule,
        "reinstated_by": standing.reinstated_by,
        "deceased_on": one.deceased_on,
        "merged_on": one.merged_on,
        "plan_agreed_on": one.plan_agreed_on,
        "policy_version": one.policy_version,
        "changed_in": generation,
    }


async def behind(tx: ReadTx, version: int, after: UUID | None, limit: int) -> list[UUID]:
    """The next holders (by id) whose allowances were reckoned by an older policy set."""
    rows = await tx.fetch(
        """SELECT holder_id FROM entitlement WHERE policy_version < $1 AND ($2::uuid IS NULL OR holder_id > $2)
            ORDER BY holder_id LIMIT $3""",
        version,
        after,
        limit,
    )
    return [row["holder_id"] for row in rows]


async def follows(tx: ReadTx, version: int) -> bool:
    """Whether every allowance was reckoned by the policy set, or a newer one."""
    oldest = await tx.fetchval("SELECT min(policy_version) FROM entitlement")
    return oldest is None or oldest >= version


async def add_history(tx: Tx, rows: Sequence[HistoryRow]) -> None:
    """Append versions of allowances."""
    await tx.copy_in(
        "entitlement_history",
        ("entitlement_id", "version", "status", "payable", "who", "at", "why"),
        [(row.entitlement_id, row.version, row.status, list(row.payable), row.who, row.at, row.why) for row in rows],
    )


async def end(tx: Tx, after: UUID | None, limit: int, who: str, at: datetime) -> UUID | None:
    """End the next allowances (by holder id) that ran to their last month and of which nothing waits to be paid.

    Returns the last holder looked at, None when there is no further one.
    """
    row = await tx.fetchrow(
        """WITH looked AS (
               SELECT holder_id FROM entitlement WHERE ($1::uuid IS NULL OR holder_id > $1) ORDER BY holder_id LIMIT $2
           ), ended AS (
               UPDATE entitlement e SET status = 'ENDED', version = e.version + 1 FROM looked
                WHERE e.holder_id = looked.holder_id AND e.status IN ('PENDING', 'ACTIVE', 'REINSTATED')
                  AND NOT EXISTS (SELECT FROM obligation o WHERE o.holder_id = e.holder_id AND split_part(o.programme, '#', 1) = $5
                                     AND o.payable AND o.state NOT IN ('SETTLED', 'LAPSED'))
               RETURNING e.entitlement_id, e.version, e.status, e.payable
           ), told AS (
               INSERT INTO entitlement_history (entitlement_id, version, status, payable, who, at, why)
               SELECT entitlement_id, version, status, payable, $3, $4, 'last_benefit_month' FROM ended
           )
           SELECT max(holder_id::text) AS last, count(*) AS looked_at FROM looked""",
        after,
        limit,
        who,
        at,
        PROGRAMME,
    )
    return UUID(row["last"]) if row is not None and row["looked_at"] == limit else None
