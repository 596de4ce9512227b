"""Messages that were taken, and how the requests in them ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.registry.rules.dci.words import Status
from shared.db import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class Ended:
    """How one request of a batch ended; its code and words where it was rejected."""

    place: int
    reference_id: str
    status: Status
    code: str | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A message to be written down."""

    correlation_id: UUID
    sender_id: str
    transaction_id: str
    action: str
    sync: bool
    digest: bytes
    allowed: dict[str, Any]
    total: int
    at: datetime


async def claim_message(tx: Tx, sender_id: str, message_id: str, digest: bytes, correlation_id: UUID, at: datetime) -> Any | None:
    """Claim the id of a message; returns the row (digest, correlation_id) of the one that has it already, or None."""
    mine = await tx.execute(
        """INSERT INTO dci_message (sender_id, message_id, digest, correlation_id, received_at) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT DO NOTHING""",
        *(sender_id, message_id, digest, correlation_id, at),
    )
    if mine:
        return None
    return await tx.fetchrow(
        "SELECT digest, correlation_id FROM dci_message WHERE sender_id = $1 AND message_id = $2", sender_id, message_id
    )


async def remember_answer(tx: Tx, sender_id: str, message_id: str, correlation_id: UUID) -> None:
    """Store with which correlation id a claimed message was acknowledged."""
    await tx.execute(
        "UPDATE dci_message SET correlation_id = $3 WHERE sender_id = $1 AND message_id = $2 AND correlation_id <> $3",
        *(sender_id, message_id, correlation_id),
    )


async def forget_messages(tx: Tx, before: datetime) -> int:
    """Forget the ids of messages older than that, which are refused for their age; returns how many."""
    return await tx.execute("DELETE FROM dci_message WHERE received_at < $1", before)


async def insert(tx: Tx, taken: Taken, *, status: Status, request_sealed: bytes | None) -> Any | None:
    """Write the message down; returns the row (digest, correlation_id) of an asynchronous one of this transaction id already there, or None."""
    mine = await tx.execute(
        """INSERT INTO dci_transaction (correlation_id, sender_id, transaction_id, action, sync, digest, request_sealed, allowed, status, total,
                                        completed, received_at, ended_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::int, CASE WHEN $7::bytea IS NULL THEN $10::int ELSE 0 END,
                   $11::timestamptz, CASE WHEN $7::bytea IS NULL THEN $11::timestamptz END)
           ON CONFLICT DO NOTHING""",
        *(
            taken.correlation_id,
            taken.sender_id,
            taken.transaction_id,
            taken.action,
            taken.sync,
            taken.digest,
            request_sealed,
            taken.allowed,
        ),
        *(status, taken.total, taken.at),
    )
    if mine:
        return None
    return await tx.fetchrow(
        "SELECT digest, correlation_id FROM dci_transaction WHERE sender_id = $1 AND action = $2 AND transaction_id = $3 AND NOT sync",
        *(taken.sender_id, taken.action, taken.transaction_id),
    )


async def next_open(tx: Tx) -> Any | None:
    """The asynchronous search that waits longest and is in nobody's hand, locked; None when there is none."""
    return await tx.fetchrow(
        "SELECT * FROM dci_transaction WHERE request_sealed IS NOT NULL ORDER BY received_at LIMIT 1 FOR UPDATE SKIP LOCKED"
    )


async def step(tx: Tx, correlation_id: UUID, completed: int, status: Status, at: datetime) -> None:
    """Store how far a locked transaction is; with an end the request is forgotten."""
    await tx.execute(
        """UPDATE dci_transaction
              SET completed = $2, status = $3::text, request_sealed = CASE WHEN $3::text = 'pdng' THEN request_sealed END,
                  ended_at = CASE WHEN $3::text = 'pdng' THEN NULL ELSE $4::timestamptz END
            WHERE correlation_id = $1""",
        *(correlation_id, completed, status, at),
    )


async def add_references(tx: Tx, correlation_id: UUID, ended: Sequence[Ended], at: datetime) -> None:
    """Write down how requests of a batch ended."""
    await tx.execute(
        """INSERT INTO dci_reference (correlation_id, place, reference_id, status, reason_code, reason_message, ended_at)
           SELECT $1, place, reference_id, status, code, words, $2
             FROM unnest($3::int[], $4::text[], $5::text[], $6::text[], $7::text[]) AS one (place, reference_id, status, code, words)""",
        correlation_id,
        at,
        [one.place for one in ended],
        [one.reference_id for one in ended],
        [one.status for one in ended],
        [one.code for one in ended],
        [one.words for one in ended],
    )


async def references_seen(tx: ReadTx, correlation_id: UUID) -> set[str]:
    """The reference ids of the batch that are answered already."""
    return {
        row["reference_id"] for row in await tx.fetch("SELECT reference_id FROM dci_reference WHERE correlation_id = $1", correlation_id)
    }


async def forget(tx: Tx, before: datetime, limit: int) -> int:
    """Forget transactions that ended before, so many at most, with how their requests ended; returns how many.

    Those stay of which an answer still waits for its callback, and those of a subscription that goes on.
    """
    return await tx.execute(
        """WITH gone AS (
             DELETE FROM dci_transaction WHERE correlation_id IN (
               SELECT t.correlation_id FROM dci_transaction t
                WHERE t.ended_at < $1
                  AND NOT EXISTS (SELECT FROM webhook_delivery d WHERE d.status = 'WAITING' AND d.about LIKE 'dci %'
                                     AND split_part(d.about, ' ', 3) = t.correlation_id::text)
                  AND NOT EXISTS (SELECT FROM dci_subscription s WHERE s.correlation_id = t.correlation_id AND s.status = 'subscribe'
                                     AND (s.ends_at IS NULL OR s.ends_at > $1))
                ORDER BY t.ended_at LIMIT $2)
             RETURNING correlation_id),
           ended AS (DELETE FROM dci_reference WHERE correlation_id IN (SELECT correlation_id FROM gone))
           SELECT FROM gone""",
        before,
        limit,
    )


async def find(
    tx: ReadTx,
    sender_id: str,
    actions: Sequence[str],
    *,
    transaction_id: str | None = None,
    correlation_id: UUID | None = None,
    reference_ids: Sequence[str] | None = None,
) -> Any | None:
    """The newest transaction of the sender by one of the three; None when it has none."""
    return await tx.fetchrow(
        """SELECT * FROM dci_transaction t
            WHERE sender_id = $1 AND action = ANY($2::text[]) AND ($3::text IS NULL OR transaction_id = $3) AND ($4::uuid IS NULL OR correlation_id = $4)
              AND ($5::text[] IS NULL OR correlation_id IN (SELECT r.correlation_id FROM dci_reference r WHERE r.reference_id = ANY($5)))
            ORDER BY received_at DESC, correlation_id DESC LIMIT 1""",
        *(sender_id, list(actions), transaction_id, correlation_id, None if reference_ids is None else list(reference_ids)),
    )


async def references(tx: ReadTx, correlation_id: UUID, only: Sequence[str] | None, limit: int) -> list[Any]:
    """How the requests of the batch ended, in their order; of `only` these where they are named."""
    return await tx.fetch(
        """SELECT * FROM dci_reference WHERE correlation_id = $1 AND ($2::text[] IS NULL OR reference_id = ANY($2)) ORDER BY place LIMIT $3""",
        *(correlation_id, None if only is None else list(only), limit),
    )
