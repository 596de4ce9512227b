"""Holds: persons who are not paid for now, and why, until another person lifts them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.payments.domain import HoldCause
from shared.auth import Reach, reach_sql
from shared.db import ReadTx, Tx

POLICY: Final = "policy"
"""Who places holds by a value of the policy set."""
REGISTRY: Final = "registry"
"""Who lifts those of the policy set, by deciding what they wait for."""

ON_HOLD: Final = "(SELECT holder_id, min(cause) AS cause FROM hold WHERE lifted_at IS NULL GROUP BY holder_id)"
"""Who is on hold, one row a person, and by which cause."""

_HOLD: Final = """hold.hold_id, hold.holder_id, hold.cause, hold.subject, hold.version, hold.reason, hold.placed_by, hold.placed_at,
                  hold.lifted_by, hold.lifted_at, hold.lift_reason"""


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold as it is stored."""

    hold_id: UUID
    holder_id: UUID
    cause: HoldCause
    subject: UUID
    version: int
    reason: str
    placed_by: str
    placed_at: datetime
    lifted_by: str | None = None
    lifted_at: datetime | None = None
    lift_reason: str | None = None


def _hold_of(row: Any) -> Hold:
    return Hold(**{**dict(row), "cause": HoldCause(row["cause"])})


async def place(tx: Tx, holds: Sequence[Hold], *, again: bool) -> int:
    """Place the holds that are new; returns how many. Those that stand change nothing; nor, unless `again`, do those that were lifted."""
    return await _placed(
        tx,
        f"""SELECT * FROM jsonb_to_recordset($1) AS one (hold_id uuid, holder_id uuid, cause text, subject uuid, reason text, placed_by text,
                                                         placed_at timestamptz)
             WHERE {"true" if again else _NEVER_PLACED}""",
        [{name: getattr(one, name) for name in _PLACED} for one in holds],
    )


async def suspect_duplicates(tx: Tx, score_min: int, at: datetime) -> int:
    """Hold the later allowance of each open pair of that score whose two allowances both pay; returns how many are new."""
    return await _placed(
        tx,
        f"""SELECT * FROM (
                SELECT uuidv7() AS hold_id, s.holder_id, '{HoldCause.SUSPECTED_DUPLICATE}' AS cause, s.pair_id AS subject,
                       format('score %s: %s', s.score, array_to_string(s.reasons, ', ')) AS reason, '{POLICY}' AS placed_by, $2::timestamptz AS placed_at
                  FROM suspected_duplicate s
                  JOIN entitlement mine ON mine.holder_id = s.holder_id
                  JOIN entitlement other ON other.holder_id = s.other_holder_id
                 WHERE s.status IN ('OPEN', 'MERGE_PROPOSED') AND s.score >= $1 AND mine.payable && other.payable
                   AND (mine.stated_on, mine.holder_id) > (other.stated_on, other.holder_id)) AS one
             WHERE {_NEVER_PLACED}""",
        score_min,
        at,
    )


_PLACED: Final = ("hold_id", "holder_id", "cause", "subject", "reason", "placed_by", "placed_at")
_NEVER_PLACED: Final = (
    """NOT EXISTS (SELECT FROM hold h WHERE h.holder_id = one.holder_id AND h.cause = one.cause AND h.subject = one.subject)"""
)


async def _placed(tx: Tx, select: str, *args: Any) -> int:
    # Who waited for a release to end was asked before it, and comes after it.
    return await tx.execute(
        f"""WITH wanted AS ({select}), placed AS (
                INSERT INTO hold ({", ".join(_PLACED)})
                SELECT {", ".join(_PLACED[:-1])}, greatest(placed_at, (SELECT max(released_at) FROM run)) FROM wanted
                ON CONFLICT DO NOTHING RETURNING hold_id, placed_by, placed_at, reason)
            INSERT INTO hold_history (hold_id, step, who, at, why) SELECT hold_id, 'PLACED', placed_by, placed_at, reason FROM placed""",
        *args,
    )


async def lift_what_registry_decided(tx: Tx, at: datetime) -> None:
    """Lift the policy's holds of pairs that are open no more, and of deaths that are recorded."""
    await tx.execute(
        f"""WITH lifted AS (
                UPDATE hold SET lifted_by = '{REGISTRY}', lifted_at = $1, lift_reason = 'the registry decided', version = version + 1
                 WHERE lifted_at IS NULL AND placed_by = '{POLICY}' AND CASE cause
                       WHEN '{HoldCause.SUSPECTED_DUPLICATE}' THEN EXISTS (SELECT FROM suspected_duplicate s WHERE s.holder_id = hold.holder_id
                            AND s.pair_id = hold.subject AND s.status NOT IN ('OPEN', 'MERGE_PROPOSED'))
                       ELSE EXISTS (SELECT FROM holder h WHERE h.holder_id = hold.holder_id AND h.status = 'DECEASED') END
                RETURNING hold_id, lifted_by, lifted_at, lift_reason)
            INSERT INTO hold_history (hold_id, step, who, at, why) SELECT hold_id, 'LIFTED', lifted_by, lifted_at, lift_reason FROM lifted""",
        at,
    )


async def standing(tx: ReadTx, holder_id: UUID, cause: HoldCause, subject: UUID) -> Hold | None:
    """The hold of that cause and subject that stands."""
    row = await tx.fetchrow(
        f"SELECT {_HOLD} FROM hold WHERE holder_id = $1 AND cause = $2 AND subject = $3 AND lifted_at IS NULL", holder_id, cause, subject
    )
    return None if row is None else _hold_of(row)


async def lock(tx: Tx, hold_id: UUID, reach: Reach) -> Hold | None:
    """Lock the hold of a holder in reach."""
    condition, args = _reach(reach, 2)
    row = await tx.fetchrow(
        f"SELECT {_HOLD} FROM hold JOIN holder h USING (holder_id) WHERE hold_id = $1 AND {condition} FOR UPDATE OF hold", hold_id, *args
    )
    return None if row is None else _hold_of(row)


async def lift(tx: Tx, hold: Hold) -> None:
    """Store who lifted a locked hold, when and why."""
    await tx.execute(
        "UPDATE hold SET lifted_by = $2, lifted_at = $3, lift_reason = $4, version = version + 1 WHERE hold_id = $1 AND lifted_at IS NULL",
        hold.hold_id,
        hold.lifted_by,
        hold.lifted_at,
        hold.lift_reason,
    )
    await tx.execute(
        "INSERT INTO hold_history (hold_id, step, who, at, why) VALUES ($1, 'LIFTED', $2, $3, $4)",
        hold.hold_id,
        hold.lifted_by,
        hold.lifted_at,
        hold.lift_reason,
    )


async def in_reach(tx: ReadTx, holder_id: UUID, reach: Reach) -> bool:
    """Whether the holder is there and in reach."""
    condition, args = _reach(reach, 2)
    found: bool = await tx.fetchval(f"SELECT EXISTS (SELECT FROM holder h WHERE h.holder_id = $1 AND {condition})", holder_id, *args)
    return found


async def show(tx: ReadTx, hold_id: UUID, reach: Reach) -> Hold | None:
    """The hold of a holder in reach."""
    condition, args = _reach(reach, 2)
    row = await tx.fetchrow(f"SELECT {_HOLD} FROM hold JOIN holder h USING (holder_id) WHERE hold_id = $1 AND {condition}", hold_id, *args)
    return None if row is None else _hold_of(row)


async def page(tx: ReadTx, reach: Reach, cause: HoldCause | None, *, stands: bool | None, after: UUID | None, limit: int) -> list[Hold]:
    """Holds of holders in reach, newest first, after the one named; all of them, or those that stand, or those that were lifted."""
    condition, args = _reach(reach, 5)
    rows = await tx.fetch(
        f"""SELECT {_HOLD} FROM hold JOIN holder h USING (holder_id)
             WHERE ($1::text IS NULL OR hold.cause = $1) AND ($2::boolean IS NULL OR (hold.lifted_at IS NULL) = $2)
               AND ($3::uuid IS NULL OR hold.hold_id < $3) AND {condition}
             ORDER BY hold.hold_id DESC LIMIT $4""",
        cause,
        stands,
        after,
        limit,
        *args,
    )
    return [_hold_of(row) for row in rows]


def _reach(reach: Reach, first_arg: int) -> tuple[str, list[Any]]:
    return reach_sql(reach, first_arg, home="h.home_district", responsible="h.responsible_district", officer="h.officer_id")
