"""Subscriptions, and how far in the change feed they were told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.db import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class NewSubscription:
    """A subscription to be written."""

    code: UUID
    sender_id: str
    correlation_id: UUID
    transaction_id: str
    reference_id: str
    happened: str
    request_sealed: bytes
    digest: bytes
    allowed: dict[str, Any]
    starts_at: datetime | None
    ends_at: datetime | None
    cron: str | None
    next_at: datetime | None
    at: datetime


async def insert(tx: Tx, one: NewSubscription) -> bool:
    """Write it; False when the sender has this very subscription already."""
    return bool(
        await tx.execute(
            """INSERT INTO dci_subscription (code, sender_id, correlation_id, transaction_id, reference_id, happened, request_sealed, digest, allowed,
                                             starts_at, ends_at, status, subscribed_at, cron, next_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'subscribe', $12, $13, $14) ON CONFLICT DO NOTHING""",
            *(one.code, one.sender_id, one.correlation_id, one.transaction_id, one.reference_id, one.happened, one.request_sealed),
            *(one.digest, one.allowed, one.starts_at, one.ends_at, one.at, one.cron, one.next_at),
        )
    )


async def count_open(tx: ReadTx, sender_id: str) -> int:
    """How many subscriptions the sender has."""
    count: int = await tx.fetchval("SELECT count(*) FROM dci_subscription WHERE sender_id = $1 AND status = 'subscribe'", sender_id)
    return count


async def standing(tx: Tx, sender_id: str, codes: Sequence[UUID]) -> dict[UUID, str]:
    """How the sender's subscriptions of these codes stand, locked."""
    rows = await tx.fetch(
        "SELECT code, status FROM dci_subscription WHERE sender_id = $1 AND code = ANY($2::uuid[]) ORDER BY code FOR UPDATE",
        sender_id,
        list(codes),
    )
    return {row["code"]: row["status"] for row in rows}


async def end(tx: Tx, codes: Sequence[UUID], at: datetime) -> None:
    """Unsubscribe."""
    await tx.execute("DELETE FROM dci_pending WHERE code = ANY($1::uuid[])", list(codes))
    await tx.execute(
        "UPDATE dci_subscription SET status = 'unsubscribe', unsubscribed_at = $2 WHERE code = ANY($1::uuid[]) AND status = 'subscribe'",
        list(codes),
        at,
    )


async def open_at(tx: Tx, at: datetime) -> list[Any]:
    """The subscriptions that are to be told at this moment, of one sender after the other; none ends before this transaction does."""
    return await tx.fetch(
        """SELECT * FROM dci_subscription
            WHERE status = 'subscribe' AND (starts_at IS NULL OR starts_at <= $1) AND (ends_at IS NULL OR ends_at > $1)
            ORDER BY sender_id, code FOR SHARE""",
        at,
    )


async def add_pending(tx: Tx, code: UUID, holder_ids: Sequence[UUID]) -> None:
    """Keep of whom the subscription is to be told at its next moment."""
    await tx.execute(
        "INSERT INTO dci_pending (code, holder_id) SELECT $1, one FROM unnest($2::uuid[]) AS one ON CONFLICT DO NOTHING",
        code,
        list(holder_ids),
    )


async def next_due(tx: Tx, at: datetime) -> Any | None:
    """The subscription whose moment came first and is in nobody's hand, locked; None when none is due."""
    return await tx.fetchrow(
        """SELECT * FROM dci_subscription WHERE status = 'subscribe' AND next_at <= $1
            ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED""",
        at,
    )


async def take_pending(tx: Tx, code: UUID, limit: int) -> list[UUID]:
    """Of whom the locked subscription is to be told, so many at most; with the commit it was."""
    rows = await tx.fetch(
        """DELETE FROM dci_pending WHERE code = $1
              AND holder_id IN (SELECT holder_id FROM dci_pending WHERE code = $1 ORDER BY holder_id LIMIT $2) RETURNING holder_id""",
        code,
        limit,
    )
    return sorted(row["holder_id"] for row in rows)


async def set_next(tx: Tx, code: UUID, at: datetime | None) -> None:
    """When the locked subscription is told next."""
    await tx.execute("UPDATE dci_subscription SET next_at = $2 WHERE code = $1", code, at)


async def forget(tx: Tx, before: datetime) -> int:
    """Forget the subscriptions that ended before; returns how many."""
    return await tx.execute(
        """WITH gone AS (DELETE FROM dci_subscription WHERE least(unsubscribed_at, ends_at) < $1 RETURNING code),
                pending AS (DELETE FROM dci_pending WHERE code IN (SELECT code FROM gone))
           SELECT FROM gone""",
        before,
    )


async def take_changes(tx: Tx, limit: int) -> list[Any]:
    """The next entries of the change feed, so many at most; with the commit they are told, by one process."""
    told = await tx.fetchval("SELECT no FROM dci_told")
    if told is None:
        # The first time: all there is was before there were subscribers.
        await tx.execute("INSERT INTO dci_told (one, no) SELECT true, coalesce(max(no), 0) FROM change_feed ON CONFLICT DO NOTHING")
        return []
    entries = await tx.fetch(
        "SELECT no, holder_id, version, change_id, chunk_no, routed_on FROM change_feed WHERE no > $1 ORDER BY no LIMIT $2", told, limit
    )
    if not entries or not await tx.execute("UPDATE dci_told SET no = $2 WHERE no = $1", told, entries[-1]["no"]):
        return []
    return entries


async def versions(tx: ReadTx, changes: Sequence[Any]) -> list[Any]:
    """What happened in these changes: (holder_id, version, what, changed) of each version, oldest first.

    That another district is responsible makes no version, and the standard has no word for it.
    """
    single = [row for row in changes if row["holder_id"] is not None and row["routed_on"] is None]
    chunks = [row for row in changes if row["change_id"] is not None]
    return await tx.fetch(
        """SELECT holder_id, version, what, changed FROM card_holder_history JOIN unnest($1::uuid[], $2::int[]) AS one (holder_id, version) USING (holder_id, version)
           UNION ALL
           SELECT holder_id, version, what, changed FROM card_holder_history JOIN unnest($3::uuid[], $4::int[]) AS one (change_id, chunk_no) USING (change_id, chunk_no)
           ORDER BY holder_id, version""",
        [row["holder_id"] for row in single],
        [row["version"] for row in single],
        [row["change_id"] for row in chunks],
        [row["chunk_no"] for row in chunks],
    )
