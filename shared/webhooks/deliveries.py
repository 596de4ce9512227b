"""Deliveries: what an endpoint is owed, and each attempt to bring it.

DomainError
├── Conflict 409
│   ├── EndpointClosed      nothing more is owed to it
│   └── DeliveryNotDead     only a dead delivery is tried again
└── NotFound 404            there is none of this id
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from shared.clock import system_now
from shared.crypto import FieldCipher
from shared.db import ReadTx, Tx
from shared.errors import Conflict, NotFound
from shared.ids import new_id
from shared.webhooks.endpoints import EndpointClosed, EndpointStatus

DELIVERY_BYTES_MAX: Final = 8_000_000
A_HOST_AT_ONCE: Final = 2
_COLUMNS: Final = """d.id, d.seq, d.endpoint_id, e.owner, e.purpose, d.about, d.content_type, d.status, d.attempts, d.next_at, d.last_outcome,
                     d.enqueued_at, d.ended_at"""


class DeliveryStatus(StrEnum):
    """DEAD is tried again only where an operator asks for it."""

    WAITING = "WAITING"
    DELIVERED = "DELIVERED"
    DEAD = "DEAD"


class DeliveryNotDead(Conflict):
    """It waits, or was taken."""

    slug = "delivery-not-dead"
    title_en, title_th = "Only a dead delivery can be tried again", "ส่งซ้ำได้เฉพาะรายการที่เลิกส่งแล้ว"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as operators see it; its body stays in the database. `last_outcome` is as the sender tells it."""

    id: UUID
    seq: int
    endpoint_id: UUID
    owner: str
    purpose: str
    about: str
    content_type: str
    status: DeliveryStatus
    attempts: int
    next_at: datetime
    last_outcome: str | None
    enqueued_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery in hand: `attempt` counts from 1, `lease` is what its end must show. With `sealed` the body is still as it lay there."""

    id: UUID
    endpoint_id: UUID
    url: str
    about: str
    content_type: str
    body: bytes
    sealed: bool
    attempt: int
    lease: UUID

    def opened(self, cipher: FieldCipher) -> "Claimed":
        """The same with the body as it goes out. Raises SealBroken."""
        return replace(self, body=cipher.open_bytes(self.body, self.id.bytes), sealed=False) if self.sealed else self


async def enqueue(
    tx: Tx, cipher: FieldCipher, endpoint_id: UUID, body: bytes, *, content_type: str = "application/json", about: str
) -> UUID:
    """Owe the endpoint this body; returns the delivery's id. `about` is for operators and logs: never personal.

    The body waits sealed, by the cipher that the runner opens it with. Sent after the commit, at least once. Raises EndpointClosed, NotFound; ValueError for a body of more than DELIVERY_BYTES_MAX.
    """
    if len(body) > DELIVERY_BYTES_MAX:
        raise ValueError(f"a delivery has at most {DELIVERY_BYTES_MAX} bytes")
    # The lock is the order: what is owed later gets a later seq, and is not committed before.
    status = await tx.fetchval("SELECT status FROM webhook_endpoint WHERE id = $1 FOR NO KEY UPDATE", endpoint_id)
    if status is None:
        raise NotFound
    if status == EndpointStatus.CLOSED:
        raise EndpointClosed
    delivery_id = new_id()
    await tx.execute(
        """INSERT INTO webhook_delivery (id, endpoint_id, about, content_type, body, sealed, next_at, enqueued_at)
           VALUES ($1, $2, $3, $4, $5, true, $6, $6)""",
        *(delivery_id, endpoint_id, about, content_type, cipher.seal_bytes(body, delivery_id.bytes), system_now()),
    )
    return delivery_id


async def claim(tx: Tx, *, now: datetime, lease_until: datetime) -> Claimed | None:
    """Take the next due delivery of the endpoint that waits longest, and the lease of that endpoint; None where nothing is due.

    One delivery an endpoint and A_HOST_AT_ONCE a host are in hand at a time, in all processes, so that a dead host keeps few hands.
    """
    lease = new_id()
    endpoint = await tx.fetchrow(
        """UPDATE webhook_endpoint SET lease_owner = $1, lease_until = $2, served_at = $3
            WHERE id = (SELECT e.id FROM webhook_endpoint e
                         WHERE e.status = 'ACTIVE' AND (e.lease_until IS NULL OR e.lease_until < $3)
                           AND (SELECT count(*) FROM webhook_endpoint o WHERE o.host = e.host AND o.lease_until >= $3) < $4
                           AND CASE WHEN e.ordered
                                    THEN (SELECT d.next_at FROM webhook_delivery d WHERE d.endpoint_id = e.id AND d.status = 'WAITING' ORDER BY d.seq LIMIT 1)
                                    ELSE (SELECT min(d.next_at) FROM webhook_delivery d WHERE d.endpoint_id = e.id AND d.status = 'WAITING')
                               END <= $3
                         ORDER BY e.served_at NULLS FIRST LIMIT 1 FOR UPDATE OF e SKIP LOCKED)
        RETURNING id, url, ordered""",
        *(lease, lease_until, now, A_HOST_AT_ONCE),
    )
    if endpoint is None:
        return None
    row = await tx.fetchrow(
        f"""UPDATE webhook_delivery SET attempts = attempts + 1
             WHERE id = (SELECT id FROM webhook_delivery WHERE endpoint_id = $1 AND status = 'WAITING' AND next_at <= $2
                          ORDER BY {"seq" if endpoint["ordered"] else "next_at"} LIMIT 1)
         RETURNING id, about, content_type, body, sealed, attempts AS attempt""",
        *(endpoint["id"], now),
    )
    if row is None:  # it was closed, or what was due is, in the meantime
        await tx.execute("UPDATE webhook_endpoint SET lease_owner = NULL, lease_until = NULL WHERE id = $1", endpoint["id"])
        return None
    return Claimed(endpoint_id=endpoint["id"], url=endpoint["url"], lease=lease, **dict(row))


async def record(tx: Tx, claimed: Claimed, outcome: str, *, status: DeliveryStatus, at: datetime, took_ms: int, wait: timedelta) -> None:
    """Store the end of an attempt and give the lease back. One that was taken over meanwhile changes no later state."""
    # A delivery may have been forgotten while an attempt hung; then nobody asks any more.
    await tx.execute(
        """INSERT INTO webhook_attempt (delivery_id, attempt, at, outcome, took_ms)
           SELECT id, $2, $3, $4, $5 FROM webhook_delivery WHERE id = $1""",
        *(claimed.id, claimed.attempt, at, outcome, took_ms),
    )
    ended = status is not DeliveryStatus.WAITING
    await tx.execute(
        """UPDATE webhook_delivery
              SET status = $3, last_outcome = $4, next_at = $5, ended_at = $6, body = CASE WHEN $3 = 'DELIVERED' THEN NULL ELSE body END
            WHERE id = $1 AND status = 'WAITING' AND (attempts = $2 OR $3 = 'DELIVERED')""",
        *(claimed.id, claimed.attempt, status, outcome, at + wait, at if ended else None),
    )
    await give_back(tx, claimed)


async def give_back(tx: Tx, claimed: Claimed) -> None:
    """End the lease, if it is still ours."""
    await tx.execute(
        "UPDATE webhook_endpoint SET lease_owner = NULL, lease_until = NULL WHERE id = $1 AND lease_owner = $2",
        *(claimed.endpoint_id, claimed.lease),
    )


async def page(tx: ReadTx, *, status: DeliveryStatus | None, endpoint_id: UUID | None, after: int, limit: int) -> list[Delivery]:
    """Deliveries by the order in which they were written."""
    rows = await tx.fetch(
        f"""SELECT {_COLUMNS} FROM webhook_delivery d JOIN webhook_endpoint e ON e.id = d.endpoint_id
             WHERE ($1::text IS NULL OR d.status = $1) AND ($2::uuid IS NULL OR d.endpoint_id = $2) AND d.seq > $3 ORDER BY d.seq LIMIT $4""",
        *(status, endpoint_id, after, limit),
    )
    return [_delivery(row) for row in rows]


async def one(tx: ReadTx, delivery_id: UUID) -> Delivery:
    """The delivery. Raises NotFound."""
    row = await tx.fetchrow(
        f"SELECT {_COLUMNS} FROM webhook_delivery d JOIN webhook_endpoint e ON e.id = d.endpoint_id WHERE d.id = $1", delivery_id
    )
    if row is None:
        raise NotFound
    return _delivery(row)


async def attempts(tx: ReadTx, delivery_id: UUID) -> list[dict[str, Any]]:
    """Each attempt, first first: attempt, at, outcome, took_ms."""
    rows = await tx.fetch("SELECT attempt, at, outcome, took_ms FROM webhook_attempt WHERE delivery_id = $1 ORDER BY seq", delivery_id)
    return [dict(row) for row in rows]


async def replay(tx: Tx, delivery_id: UUID) -> Delivery:
    """Let a dead delivery wait again, under its id, with all its attempts. Raises NotFound, DeliveryNotDead, EndpointClosed."""
    row = await tx.fetchrow(
        """SELECT d.status, e.status AS endpoint FROM webhook_delivery d JOIN webhook_endpoint e ON e.id = d.endpoint_id
            WHERE d.id = $1 FOR UPDATE OF d""",
        delivery_id,
    )
    if row is None:
        raise NotFound
    if row["status"] != DeliveryStatus.DEAD:
        raise DeliveryNotDead(status=row["status"])
    if row["endpoint"] == EndpointStatus.CLOSED:
        raise EndpointClosed
    await tx.execute(
        "UPDATE webhook_delivery SET status = 'WAITING', attempts = 0, next_at = $2, ended_at = NULL WHERE id = $1",
        delivery_id,
        system_now(),
    )
    return await one(tx, delivery_id)


async def forget(tx: Tx, before: datetime) -> int:
    """Delete deliveries that ended before; returns how many."""
    return await tx.execute("DELETE FROM webhook_delivery WHERE ended_at < $1", before)


def _delivery(row: Any) -> Delivery:
    return Delivery(**{**dict(row), "status": DeliveryStatus(row["status"])})
