"""What recommendations are made from besides the person: offerings, free seats, and how programmes ended so far."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from services.plan.domain import Offering
from services.plan.repository.offerings import offering_of
from services.plan.rules.recommend import Record
from shared.contracts.plan import Outcome
from shared.db import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class Edition:
    """Which catalogue and count of outcomes hold: how many versions of programmes and offerings there are, and the last count."""

    programmes: int
    offerings: int
    records: int


async def edition(tx: ReadTx) -> Edition:
    """The edition of now. Histories only grow, so that every change makes another."""
    row = await tx.fetchrow(
        """SELECT (SELECT count(*) FROM programme_history) AS programmes, (SELECT count(*) FROM offering_history) AS offerings,
                  (SELECT coalesce(max(version), 0) FROM programme_record) AS records"""
    )
    return Edition(**dict(row or {}))


async def offerings(tx: ReadTx) -> list[Offering]:
    """All offerings (thousands), in the order in which they begin."""
    return [offering_of(row) for row in await tx.fetch("SELECT * FROM offering ORDER BY starts_on, offering_id")]


async def few_seats(tx: ReadTx, few: int) -> dict[UUID, int]:
    """How many seats are free at the offerings that have so few, or none."""
    # One row of two lists: a row each would cost more than all else that is read for one person.
    row = await tx.fetchrow(
        "SELECT array_agg(offering_id) AS ids, array_agg(seats - taken) AS free FROM offering_seat WHERE seats - taken <= $1", few
    )
    return {} if row is None or row["ids"] is None else dict(zip(row["ids"], row["free"], strict=True))


async def records(tx: ReadTx, version: int) -> dict[str, Record]:
    """How each programme's referrals had ended at that count."""
    rows = await tx.fetch("SELECT programme_code, finished, succeeded FROM programme_record WHERE version = $1", version)
    return {row["programme_code"]: Record(row["finished"], row["succeeded"]) for row in rows}


_COUNT: Final = """
WITH now AS (
    SELECT programme_code, count(*) AS finished, count(*) FILTER (WHERE outcome = ANY($1::text[])) AS succeeded
      FROM referral WHERE outcome_final GROUP BY programme_code),
last AS (SELECT programme_code, finished, succeeded FROM programme_record WHERE version = (SELECT max(version) FROM programme_record))
INSERT INTO programme_record (version, programme_code, counted_on, finished, succeeded)
SELECT (SELECT coalesce(max(version), 0) + 1 FROM programme_record), programme_code, $2, finished, succeeded FROM now
 WHERE EXISTS (SELECT * FROM now EXCEPT SELECT * FROM last)
"""


async def count_outcomes(tx: Tx, successes: Iterable[Outcome], *, on: date) -> None:
    """Count how referrals ended until now; without news the last count stays."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtext('programme_record'))")  # of two counts at once each gets a version
    await tx.execute(_COUNT, list(successes), on)
