"""Registered senders of the DCI API."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from services.registry.rules.dci.requests import Basis, Permit
from shared.auth import Level, Reach
from shared.db import ReadTx, Tx

ACTIVE: Final = "ACTIVE"


@dataclass(frozen=True, slots=True)
class Sender:
    """A registration. `endpoints` are ids of our webhook endpoints by callback; without a `callback_base` there are none.

    It has `jwks` or `jwks_url`.
    """

    sender_id: str
    client: str
    organisation: str
    jwks: dict[str, Any] | None
    jwks_url: str | None
    callback_base: str | None
    endpoints: dict[str, str]
    reach: Reach
    reg_types: tuple[str, ...]
    purposes: tuple[str, ...]
    plain: bool
    basis: Basis
    status: str
    version: int
    changed_by: str
    changed_at: datetime

    @property
    def active(self) -> bool:
        """Whether it may ask at all."""
        return self.status == ACTIVE

    def permit(self, *, plain: bool) -> Permit:
        """What its requests may say; plain values only where the token allows them too."""
        return Permit(self.reg_types, self.purposes, plain=self.plain and plain)


async def one(tx: ReadTx, sender_id: str) -> Sender | None:
    """The sender, or None."""
    row = await tx.fetchrow("SELECT * FROM dci_sender WHERE sender_id = $1", sender_id)
    return None if row is None else _sender(row)


async def lock(tx: Tx, sender_id: str) -> Sender | None:
    """The sender, locked until the transaction ends, or None."""
    row = await tx.fetchrow("SELECT * FROM dci_sender WHERE sender_id = $1 FOR UPDATE", sender_id)
    return None if row is None else _sender(row)


async def by_ids(tx: ReadTx, sender_ids: Sequence[str]) -> dict[str, Sender]:
    """The senders of these ids."""
    rows = await tx.fetch("SELECT * FROM dci_sender WHERE sender_id = ANY($1::text[])", list(sender_ids))
    return {row["sender_id"]: _sender(row) for row in rows}


async def publishing_keys(tx: ReadTx) -> list[str]:
    """The addresses at which active senders publish their keys."""
    rows = await tx.fetch("SELECT DISTINCT jwks_url FROM dci_sender WHERE status = 'ACTIVE' AND jwks_url IS NOT NULL ORDER BY jwks_url")
    return [row["jwks_url"] for row in rows]


async def page(tx: ReadTx, after: str | None, limit: int) -> list[Sender]:
    """Senders by id, after the one named."""
    rows = await tx.fetch("SELECT * FROM dci_sender WHERE $1::text IS NULL OR sender_id > $1 ORDER BY sender_id LIMIT $2", after, limit)
    return [_sender(row) for row in rows]


async def insert(tx: Tx, sender: Sender) -> bool:
    """Write a new sender; False when there is one of this id."""
    return bool(
        await tx.execute(
            """INSERT INTO dci_sender (sender_id, client, organisation, jwks, callback_base, endpoints, reach, reg_types, purposes, plain, basis,
                                       status, version, changed_by, changed_at, jwks_url)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT DO NOTHING""",
            *_values(sender),
        )
    )


async def update(tx: Tx, sender: Sender) -> None:
    """Write a locked sender anew."""
    await tx.execute(
        """UPDATE dci_sender SET client = $2, organisation = $3, jwks = $4, callback_base = $5, endpoints = $6, reach = $7, reg_types = $8,
                  purposes = $9, plain = $10, basis = $11, status = $12, version = $13, changed_by = $14, changed_at = $15, jwks_url = $16
            WHERE sender_id = $1""",
        *_values(sender),
    )


def reach_text(reach: Reach) -> str:
    """As it is stored, and as it stands in the audit."""
    return f"{reach.level} {reach.code}".strip()


def reach_of(text: str) -> Reach:
    """From its text."""
    level, _, code = text.partition(" ")
    return Reach(Level(level), code)


def _values(sender: Sender) -> list[Any]:
    return [
        sender.sender_id, sender.client, sender.organisation, sender.jwks, sender.callback_base, sender.endpoints, reach_text(sender.reach),
        list(sender.reg_types), list(sender.purposes), sender.plain, sender.basis, sender.status, sender.version, sender.changed_by, sender.changed_at,
        sender.jwks_url,
    ]  # fmt: skip


def _sender(row: Any) -> Sender:
    lists = {"reg_types": tuple(row["reg_types"]), "purposes": tuple(row["purposes"])}
    return Sender(**{**dict(row), "reach": reach_of(row["reach"]), "basis": Basis(row["basis"]), **lists})
