"""Endpoints: addresses that their owners registered to be told something.

DomainError
├── Invalid 422
│   └── AddressNotAllowed   see addresses.py
├── Conflict 409
│   ├── EndpointClosed      it takes nothing any more, and is not opened again
│   └── TooManyEndpoints    the owner has as many open ones as allowed
├── PreconditionFailed 412  it has changed since it was read
└── NotFound 404            the caller has none of this id
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from shared.db import ReadTx, Tx
from shared.errors import Conflict, NotFound, PreconditionFailed
from shared.ids import new_id
from shared.webhooks.addresses import Addresses

OPEN_ENDPOINTS_MAX: Final = 20
_COLUMNS: Final = "id, owner, purpose, url, ordered, status, version, registered_at, served_at"


class EndpointStatus(StrEnum):
    """PAUSED keeps what it is told until it goes on; CLOSED is final."""

    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    CLOSED = "CLOSED"


class EndpointClosed(Conflict):
    """Closed for good."""

    slug = "endpoint-closed"
    title_en, title_th = "This endpoint is closed; register a new one", "ปลายทางนี้ปิดแล้ว โปรดลงทะเบียนใหม่"


class TooManyEndpoints(Conflict):
    """The owner has enough."""

    slug = "too-many-endpoints"
    title_en, title_th = "You have as many open endpoints as allowed", "จำนวนปลายทางที่เปิดอยู่ครบตามที่กำหนดแล้ว"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A registered address. `owner` is the client that registered it; with `ordered` deliveries go one after the other, in their order."""

    id: UUID
    owner: str
    purpose: str
    url: str
    ordered: bool
    status: EndpointStatus
    version: int
    registered_at: datetime
    served_at: datetime | None


async def register(tx: Tx, addresses: Addresses, *, owner: str, purpose: str, url: str, at: datetime, ordered: bool = False) -> Endpoint:
    """The owner's endpoint for the purpose at the address: a new one, or the open one that there is. Raises AddressNotAllowed, TooManyEndpoints."""
    host = addresses.host_of(url)
    # Two registrations of one owner at once: both would see room for one more.
    await tx.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"webhook.owner.{owner}")
    row = await tx.fetchrow(
        f"SELECT {_COLUMNS} FROM webhook_endpoint WHERE owner = $1 AND purpose = $2 AND url = $3 AND status <> 'CLOSED'",
        owner,
        purpose,
        url,
    )
    if row is not None:
        return _endpoint(row)
    opened = await tx.fetchval("SELECT count(*) FROM webhook_endpoint WHERE owner = $1 AND status <> 'CLOSED'", owner)
    if opened >= OPEN_ENDPOINTS_MAX:
        raise TooManyEndpoints(allowed=OPEN_ENDPOINTS_MAX)
    row = await tx.fetchrow(
        f"""INSERT INTO webhook_endpoint (id, owner, purpose, url, host, ordered, registered_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
            RETURNING {_COLUMNS}""",
        *(new_id(), owner, purpose, url, host, ordered, at),
    )
    return _endpoint(row)


async def one(tx: ReadTx, endpoint_id: UUID, *, owner: str | None = None) -> Endpoint:
    """The endpoint, of this owner where one is named. Raises NotFound."""
    row = await tx.fetchrow(
        f"SELECT {_COLUMNS} FROM webhook_endpoint WHERE id = $1 AND ($2::text IS NULL OR owner = $2)", endpoint_id, owner
    )
    if row is None:
        raise NotFound
    return _endpoint(row)


async def page(tx: ReadTx, *, owner: str | None, after: UUID | None, limit: int) -> list[Endpoint]:
    """Endpoints by id, which is nearly their age; of all owners where None is named."""
    rows = await tx.fetch(
        f"""SELECT {_COLUMNS} FROM webhook_endpoint
             WHERE ($1::text IS NULL OR owner = $1) AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3""",
        *(owner, after, limit),
    )
    return [_endpoint(row) for row in rows]


async def change(tx: Tx, endpoint_id: UUID, status: EndpointStatus, *, owner: str, version: int, at: datetime) -> Endpoint:
    """Pause, go on or close. Closing ends what waits as dead. Raises NotFound, PreconditionFailed, EndpointClosed."""
    row = await tx.fetchrow(f"SELECT {_COLUMNS} FROM webhook_endpoint WHERE id = $1 AND owner = $2 FOR UPDATE", endpoint_id, owner)
    if row is None:
        raise NotFound
    if row["version"] != version:
        raise PreconditionFailed
    if row["status"] == EndpointStatus.CLOSED:
        raise EndpointClosed
    if status is EndpointStatus.CLOSED:
        await tx.execute(
            """UPDATE webhook_delivery SET status = 'DEAD', last_outcome = 'endpoint-closed', ended_at = $2
                WHERE endpoint_id = $1 AND status = 'WAITING'""",
            *(endpoint_id, at),
        )
    row = await tx.fetchrow(
        f"UPDATE webhook_endpoint SET status = $2, version = version + 1 WHERE id = $1 RETURNING {_COLUMNS}", endpoint_id, status
    )
    return _endpoint(row)


def _endpoint(row: Any) -> Endpoint:
    return Endpoint(**{**dict(row), "status": EndpointStatus(row["status"])})
