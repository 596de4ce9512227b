"""Days of the ledger that are closed, each chained to the one before."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from services.payments.domain import Account, Outcome
from services.payments.rules.government_books import Document
from shared.db import ReadTx, Tx

LOCK: Final = "hashtext('payments.ledger_day')"
"""Who posts holds it together with others, who closes a day alone."""
_START: Final = "decode(repeat('00', 32), 'hex')"
MARK_BYTES: Final = 8

_DIGEST: Final = """sha256(convert_to(concat_ws('|', e.number, e.batch_id, e.run_id, e.outcome, e.debit, e.credit, e.bank, e.tier,
                    to_char(e.benefit_month, 'YYYY-MM-DD'), e.payments, e.amount_satang,
                    to_char(e.entered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), to_char(e.posted_on, 'YYYY-MM-DD')), 'UTF8'))"""

_COUNTED: Final = f"""
    SELECT posted_on AS day, count(*) AS entries, sum(payments)::bigint AS payments, sum(amount_satang)::bigint AS amount_satang,
           string_agg(substr(digest, 1, {MARK_BYTES}), ''::bytea ORDER BY number) AS marks,
           sha256(string_agg(digest, ''::bytea ORDER BY number)) AS digest
      FROM (SELECT e.number, e.posted_on, e.payments, e.amount_satang, {_DIGEST} AS digest FROM ledger_entry e) AS entry"""
"""Entries added up; one row a day that has some where it is grouped by `posted_on`."""


def _head(before: str, day: str, of: str) -> str:
    """SQL of a day's head: over the head before, the day with its number and sums, and the digests of its entries."""
    return f"""sha256({before} || convert_to(concat_ws('|', {day}.number, to_char({day}.day, 'YYYY-MM-DD'), {day}.entries, {day}.payments,
                      {day}.amount_satang), 'UTF8') || coalesce({of}.digest, ''::bytea))"""


BROKEN: Final = f"""
    SELECT d.number, d.day,
           CASE WHEN d.number <> coalesce(d.last_number, 0) + 1 OR d.day <> d.last_day + 1 THEN 'DAY_MISSING'
                WHEN d.entries > coalesce(c.entries, 0) THEN 'ENTRY_MISSING'
                WHEN d.entries < coalesce(c.entries, 0) THEN 'ENTRY_ADDED'
                WHEN d.marks <> coalesce(c.marks, ''::bytea) THEN 'ENTRY_CHANGED'
                ELSE 'HEAD_DOES_NOT_FOLLOW' END AS why
      FROM (SELECT *, lag(number) OVER (ORDER BY number) AS last_number, lag(day) OVER (ORDER BY number) AS last_day,
                   lag(head, 1, {_START}) OVER (ORDER BY number) AS before FROM ledger_day) AS d
      LEFT JOIN ({_COUNTED} GROUP BY 1) AS c USING (day)
     WHERE d.number <> coalesce(d.last_number, 0) + 1 OR d.day <> d.last_day + 1 OR d.head <> {_head("d.before", "d", "c")}"""
"""Closed days that are not as they were, and why: SQL that returns no row while the chain holds."""

DAY: Final = "number, day, entries, payments, amount_satang, head, signed, closed_at"


@dataclass(frozen=True, slots=True)
class Closing:
    """A day as it is about to be closed."""

    number: int
    day: date
    entries: int
    payments: int
    amount_satang: int
    marks: bytes
    head: bytes


async def alone(tx: Tx, wait_ms_max: int) -> None:
    """Wait until nobody posts, and keep them from it until the end of the transaction. Raises asyncpg's LockNotAvailableError after that time."""
    await tx.execute(f"SET LOCAL lock_timeout = {wait_ms_max}")
    await tx.fetchval(f"SELECT pg_advisory_xact_lock({LOCK})")


async def next_day(tx: ReadTx) -> date | None:
    """The next day to close: after the last closed, or the first with an entry; None while the ledger is empty."""
    day: date | None = await tx.fetchval(
        "SELECT coalesce((SELECT max(day) + 1 FROM ledger_day), (SELECT min(posted_on) FROM ledger_entry))"
    )
    return day


async def closed_through(tx: ReadTx) -> date | None:
    """The last closed day."""
    day: date | None = await tx.fetchval("SELECT max(day) FROM ledger_day")
    return day


async def closing(tx: ReadTx, day: date) -> Closing:
    """The day's entries added up, and its head."""
    row = await tx.fetchrow(
        f"""WITH c AS ({_COUNTED} WHERE posted_on = $1 GROUP BY 1),
                 d AS (SELECT coalesce(last.number, 0) + 1 AS number, this.day, coalesce(c.entries, 0) AS entries, coalesce(c.payments, 0) AS payments,
                              coalesce(c.amount_satang, 0) AS amount_satang, coalesce(last.head, {_START}) AS before
                         FROM (SELECT $1::date AS day) AS this LEFT JOIN c USING (day)
                         LEFT JOIN (SELECT number, head FROM ledger_day ORDER BY number DESC LIMIT 1) AS last ON true)
            SELECT d.number, d.day, d.entries, d.payments, d.amount_satang, coalesce(c.marks, ''::bytea) AS marks, {_head("d.before", "d", "c")} AS head
              FROM d LEFT JOIN c USING (day)""",
        day,
    )
    if row is None:
        raise LookupError(day)
    return Closing(**dict(row))


async def insert(tx: Tx, day: Closing, signed: str, at: datetime) -> None:
    """Close the day: from now on the database posts nothing on it."""
    await tx.execute(
        """INSERT INTO ledger_day (number, day, entries, payments, amount_satang, marks, head, signed, closed_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
        *(day.number, day.day, day.entries, day.payments, day.amount_satang, day.marks, day.head, signed, at),
    )


async def first_broken(tx: ReadTx) -> dict[str, Any] | None:
    """The first closed day that is not as it was: number, day, why, and the entry where it can be named."""
    row = await tx.fetchrow(f"SELECT * FROM ({BROKEN}) AS broken ORDER BY number LIMIT 1")
    return None if row is None else {**dict(row), "entry": await _first_other_entry(tx, row["day"])}


async def _first_other_entry(tx: ReadTx, day: date) -> int | None:
    """The first entry of the day that is not the one that was closed; one that is missing is named by the one that stands in its place."""
    marks: bytes = await tx.fetchval("SELECT marks FROM ledger_day WHERE day = $1", day)
    rows = await tx.fetch(
        f"SELECT e.number, substr({_DIGEST}, 1, {MARK_BYTES}) AS mark FROM ledger_entry e WHERE e.posted_on = $1 ORDER BY 1", day
    )
    for at, row in enumerate(rows):
        if row["mark"] != marks[at * MARK_BYTES : (at + 1) * MARK_BYTES]:
            number: int = row["number"]
            return number
    return None


async def heads(tx: ReadTx, before: int | None = None, rows_max: int | None = None) -> list[Any]:
    """Closed days without their marks, newest first: those before a number, so many."""
    rows: list[Any] = await tx.fetch(
        f"SELECT {DAY} FROM ledger_day WHERE ($1::bigint IS NULL OR number < $1) ORDER BY number DESC LIMIT $2", before, rows_max
    )
    return rows


async def documents(tx: ReadTx, first_day: date, last_day: date) -> AsyncIterator[Document]:
    """The entries of the days as documents of government accounting; of closed days always the same, under the same numbers."""
    async for row in tx.stream(
        """SELECT posted_on, row_number() OVER (PARTITION BY posted_on ORDER BY run_id, outcome, debit, credit, bank, benefit_month) AS number,
                  run_id, outcome, debit, credit, bank, benefit_month, sum(payments)::bigint AS payments, sum(amount_satang)::bigint AS amount_satang
             FROM ledger_entry WHERE posted_on BETWEEN $1 AND $2
            GROUP BY posted_on, run_id, outcome, debit, credit, bank, benefit_month ORDER BY 1, 2""",
        first_day,
        last_day,
    ):
        named = {"outcome": Outcome(row["outcome"]), "debit": Account(row["debit"]), "credit": Account(row["credit"])}
        yield Document(**{**dict(row), **named})
