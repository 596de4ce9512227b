"""Pairs of holders who may be one person: found, listed, claimed, decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from services.registry.repository import duplicates_sql
from services.registry.repository.sealed import WITH_KEYS
from shared.auth import Level, Reach, reach_sql
from shared.db import ReadTx, Tx

CLAIM_HOURS: Final = 24
RULES: Final = {
    "same_name": duplicates_sql.NOTE_TWO_IDS.format(found=duplicates_sql.SAME_NAME),
    "first_name_misspelt": duplicates_sql.NOTE_TWO_IDS.format(found=duplicates_sql.FIRST_NAME_MISSPELT),
    "last_name_misspelt": duplicates_sql.NOTE_TWO_IDS.format(found=duplicates_sql.LAST_NAME_MISSPELT),
    "other_name": duplicates_sql.NOTE_OTHER_NAMES,
}
"""The ways to find pairs, by name, in their order: each a statement over the whole country."""

_COLUMNS: Final = """p.pair_id, p.kind, p.first_id, p.second_id, p.score, p.reasons, p.status, p.version, p.told_version, p.found_at,
                     p.claimed_by, p.claimed_at, p.decided_by, p.decided_at, p.reason"""
# Of a district's people the pairs are fetched; of a province's so many are, that going down the queue soon finds a page of theirs.
_OF_FEW: Final = """p.pair_id IN (SELECT q.pair_id FROM card_holder h JOIN duplicate_pair q ON q.first_id = h.holder_id WHERE {0}
                                   UNION ALL
                                  SELECT q.pair_id FROM card_holder h JOIN duplicate_pair q ON q.second_id = h.holder_id WHERE {0})"""
_OF_MANY: Final = "EXISTS (SELECT FROM card_holder h WHERE h.holder_id IN (p.first_id, p.second_id) AND {0})"
_TOLD_AFTER: Final = "CASE WHEN told_version = version THEN version + 1 ELSE told_version END"


@dataclass(frozen=True, slots=True)
class PairFilter:
    """Which pairs are asked for; what is None is not asked."""

    status: str | None = None
    kind: str | None = None
    district: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a pair is found to be, by whom, when and why."""

    status: str
    by: str
    at: datetime
    reason: str


async def find(tx: Tx, rule: str, at: datetime) -> int:
    """Note the pairs that the rule finds; resolved ones stay as they are. Returns how many are new or weigh otherwise."""
    return await tx.execute(RULES[rule], at)


@dataclass(frozen=True, slots=True)
class Searched:
    """How the searches stand: whether one waits or runs, the business day of the last one, whether an import has changed persons since."""

    open: bool
    last_on: date | None
    imported_since: bool


async def searched(tx: Tx, search_job: str, import_job: str) -> Searched | None:
    """How the searches stand, for one at a time who may ask for another; None while nobody is in the registry.

    A search from before days were noted is of the day on which it was asked for.
    """
    await tx.execute("SELECT pg_advisory_xact_lock(hashtext('registry.find-duplicates'))")
    row = await tx.fetchrow(
        """WITH last AS (
             SELECT asked_at, coalesce((parameters->>'on')::date, (asked_at AT TIME ZONE 'Asia/Bangkok')::date) AS day
               FROM job WHERE kind = $1 ORDER BY asked_at DESC LIMIT 1)
           SELECT EXISTS (SELECT FROM job WHERE kind = $1 AND status IN ('QUEUED', 'RUNNING')) AS open,
                  (SELECT day FROM last) AS last_on,
                  EXISTS (SELECT FROM job
                           WHERE kind = $2 AND ended_at > coalesce((SELECT asked_at FROM last), '-infinity')
                             AND coalesce((progress->>'registered')::int, 0) + coalesce((progress->>'updated')::int, 0) > 0) AS imported_since
            WHERE EXISTS (SELECT FROM card_holder)""",
        search_job,
        import_job,
    )
    return None if row is None else Searched(**dict(row))


async def take_untold(tx: Tx, limit: int) -> list[Any]:
    """Up to so many pairs of two holders whose present version was not published, marked as published."""
    return await tx.fetch(
        f"""UPDATE duplicate_pair p SET told_version = version
             WHERE pair_id = ANY(ARRAY(SELECT pair_id FROM duplicate_pair WHERE told_version < version ORDER BY pair_id LIMIT $1 FOR UPDATE))
            RETURNING {_COLUMNS}""",
        limit,
    )


async def page(tx: ReadTx, wanted: PairFilter, reach: Reach, after: tuple[int, UUID] | None, limit: int) -> list[Any]:
    """Pairs of which one is within the reach, the most alike first, after the one named."""
    within, args = reach_sql(reach, 7, home="h.home_district", responsible="h.responsible_district", officer="h.officer_id")
    people = f"($3::text IS NULL OR h.home_district = $3) AND {within}"
    if wanted.district is not None:
        people = f"h.home_district = $3 AND {within}"
    small = wanted.district is not None or reach.level in {Level.DISTRICT, Level.OFFICER}
    score, pair_id = after or (None, None)
    return await tx.fetch(
        f"""SELECT {_COLUMNS} FROM duplicate_pair p
             WHERE ($1::text IS NULL OR p.status = $1) AND ($2::text IS NULL OR p.kind = $2)
               AND ($4::int IS NULL OR p.score < $4 OR p.score = $4 AND p.pair_id > $5)
               AND {(_OF_FEW if small else _OF_MANY).format(people)}
             ORDER BY p.score DESC, p.pair_id LIMIT $6""",
        wanted.status,
        wanted.kind,
        wanted.district,
        score,
        pair_id,
        limit,
        *args,
    )


async def one(tx: ReadTx, pair_id: UUID, reach: Reach) -> Any | None:
    """The pair, if one of the two is within the reach."""
    within, args = _one_of_them(reach)
    return await tx.fetchrow(f"SELECT {_COLUMNS} FROM duplicate_pair p WHERE p.pair_id = $1 AND {within}", pair_id, *args)


async def lock(tx: Tx, pair_id: UUID, reach: Reach) -> Any | None:
    """The pair, locked until the end of the transaction, if one of the two is within the reach."""
    within, args = _one_of_them(reach)
    return await tx.fetchrow(f"SELECT {_COLUMNS} FROM duplicate_pair p WHERE p.pair_id = $1 AND {within} FOR UPDATE OF p", pair_id, *args)


async def lock_of(tx: Tx, holders: Sequence[UUID]) -> Any | None:
    """The pair of the two holders, locked, if they were ever noted as one."""
    return await tx.fetchrow(
        f"SELECT {_COLUMNS} FROM duplicate_pair p WHERE p.first_id = $1 AND p.second_id = $2 FOR UPDATE", min(holders), max(holders)
    )


async def persons(tx: ReadTx, pair: Any) -> list[Any]:
    """The rows of card_holder of the pair, the first first."""
    return await tx.fetch(
        f"SELECT * FROM {WITH_KEYS} WHERE holder_id IN ($1, $2) ORDER BY holder_id <> $1", pair["first_id"], pair["second_id"]
    )


def is_claimed_by_another(pair: Any, who: str, at: datetime) -> bool:
    """Whether somebody else has claimed the pair, not longer than a day ago."""
    return pair["claimed_by"] not in {None, who} and at - pair["claimed_at"] < timedelta(hours=CLAIM_HOURS)


async def claim(tx: Tx, pair_id: UUID, who: str, at: datetime) -> Any:
    """Write who looks at a locked pair; the pair after it."""
    return await tx.fetchrow(
        f"""UPDATE duplicate_pair p SET claimed_by = $2, claimed_at = $3, version = version + 1, told_version = {_TOLD_AFTER}
             WHERE pair_id = $1 RETURNING {_COLUMNS}""",
        pair_id,
        who,
        at,
    )


async def decide(tx: Tx, pair_id: UUID, verdict: Verdict) -> Any:
    """Write what a locked pair is; the pair after it, whose version the caller publishes."""
    return await tx.fetchrow(
        f"""UPDATE duplicate_pair p
               SET status = $2, decided_by = $3, decided_at = $4, reason = $5, claimed_by = NULL, claimed_at = NULL,
                   version = version + 1, told_version = version + 1
             WHERE pair_id = $1 RETURNING {_COLUMNS}""",
        pair_id,
        verdict.status,
        verdict.by,
        verdict.at,
        verdict.reason,
    )


def _one_of_them(reach: Reach) -> tuple[str, list[Any]]:
    within, args = reach_sql(reach, 2, home="h.home_district", responsible="h.responsible_district", officer="h.officer_id")
    return f"EXISTS (SELECT FROM card_holder h WHERE h.holder_id IN (p.first_id, p.second_id) AND {within})", args
