"""Publishing is a row, written in the transaction of the change. Take the aggregate's row lock before: the sequence is the order."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from shared.contracts import Event
from shared.db import ReadTx, Tx

COPIED_MIN: Final = 1000
"""From so many rows on COPY, which has its own two round trips, costs half of the statement."""
_COLUMNS: Final = ("topic", "key", "event_id", "payload")


async def add_many(tx: Tx, events: Iterable[Event]) -> None:
    """Write the events to the outbox, in their order; each goes to every topic of its contract."""
    rows = [(topic, event.subject, event.id, event.to_bytes()) for event in events for topic in event.topics]
    await add_messages(tx, rows)


async def add_messages(tx: Tx, messages: Sequence[tuple[str, str, UUID | str, bytes]]) -> None:
    """The same with messages that are made already: topic, key, event id (or its text) and value of each, which are those of its event."""
    if not messages:
        return
    tx.wrote_outbox = True
    if len(messages) >= COPIED_MIN:
        await tx.copy_in("outbox", _COLUMNS, messages)
        return
    topics, keys, ids, payloads = zip(*messages, strict=True)
    await tx.execute(
        """INSERT INTO outbox (topic, key, event_id, payload)
           SELECT topic, key, event_id, payload
             FROM unnest($1::text[], $2::text[], $3::uuid[], $4::bytea[]) WITH ORDINALITY AS row (topic, key, event_id, payload, n)
            ORDER BY n""",
        topics,
        keys,
        ids,
        payloads,
    )


async def add_chunks(tx: Tx, expander: str, chunks: Iterable[Mapping[str, Any]]) -> None:
    """Write one row for each chunk of a bulk lane.

    The relay's expander of that name makes its messages, at most `relay.CHUNK_MESSAGES_MAX` a chunk, with ids that are
    deterministic.
    """
    for chunk in chunks:
        await add_chunk(tx, expander, chunk)


async def add_chunk(tx: Tx, expander: str, chunk: Mapping[str, Any], ready: bytes | None = None) -> None:
    """Write the row of one chunk; `ready` may hold its messages as they are now (shared.bus.ready), to spare the expander their making."""
    tx.wrote_outbox = True
    at_hand = ready is not None and tx.at_hand.has_room
    seq: int = await tx.fetchval(
        "INSERT INTO outbox (expander, chunk, payload) VALUES ($1, $2, $3) RETURNING seq", expander, dict(chunk), None if at_hand else ready
    )
    if ready is not None and at_hand:
        # Before the row is there for others: the relay may read it before this transaction hears that it is committed.
        tx.at_hand.messages[seq] = ready
        tx.kept.append(seq)


async def waiting(tx: ReadTx) -> int:
    """How many rows wait to be published."""
    count: int = await tx.fetchval("SELECT count(*) FROM outbox")
    return count
