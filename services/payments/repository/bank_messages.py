"""What banks are told: by the relay on their topics, and in the same order to those who ask over REST."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from shared.bus import outbox
from shared.contracts.common import Bank
from shared.db import ReadTx, Tx

AFTER: Final = "after"
WANTED: Final = "wanted"
"""What a reader of a page adds to a chunk: the instruction id behind which it goes on, and how many messages it wants."""


class Told(NamedTuple):
    """A chunk of messages to a bank: its number among that bank's, and what makes its messages."""

    number: int
    expander: str
    chunk: dict[str, Any]


async def add(tx: Tx, expander: str, chunks: Iterable[Mapping[str, Any]], at: datetime) -> None:
    """Let the chunks, each with its `bank`, go out to their banks. Call it last in a transaction: it holds up all that banks are told."""
    told = [dict(chunk) for chunk in chunks]
    # The numbers are in the order of the commits, or who has read on would miss what commits late.
    await tx.execute("SELECT pg_advisory_xact_lock(hashtext('payments.bank-messages'))")
    await tx.execute(
        """INSERT INTO bank_message (bank, number, expander, chunk, told_at)
           SELECT told.bank, coalesce((SELECT max(number) FROM bank_message b WHERE b.bank = told.bank), 0)
                             + row_number() OVER (PARTITION BY told.bank ORDER BY place), $1, chunk, $4
             FROM unnest($2::text[], $3::jsonb[]) WITH ORDINALITY AS told (bank, chunk, place)""",
        expander,
        [chunk["bank"] for chunk in told],
        told,
        at,
    )
    await outbox.add_chunks(tx, expander, told)


async def next_told(tx: ReadTx, bank: Bank, number: int) -> Told | None:
    """The first chunk of the bank of at least this number."""
    row = await tx.fetchrow(
        "SELECT number, expander, chunk FROM bank_message WHERE bank = $1 AND number >= $2 ORDER BY number LIMIT 1", bank, number
    )
    return None if row is None else Told(**dict(row))
