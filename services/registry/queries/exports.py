"""Recipients, exports and distributions as callers see them, and the rows of a file."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.registry.queries.views import personal_view
from services.registry.repository import distributions, exports, recipients
from services.registry.rules.exports import (
    SEALED,
    Column,
    DistributionStatus,
    ExportStatus,
    ListState,
    RecipientKind,
    RecipientStatus,
    personal,
)
from services.registry.vault import Vault
from shared.auth import Reach
from shared.clock import on_day
from shared.db import ReadTx
from shared.errors import NotFound
from shared.http import Page
from shared.thai.areas import area_name

_FROM_THE_VAULT: Final = SEALED | {Column.HOUSE_NO}


def exported_row(row: Any, columns: Sequence[str], vault: Vault) -> dict[str, Any]:
    """The columns of a row of card_holder, plain; nothing is opened that is not among them."""
    if _FROM_THE_VAULT.isdisjoint(columns):
        return {name: row[name] for name in columns}
    opened = personal_view(row, vault)
    return {name: opened[name] if name in _FROM_THE_VAULT else row[name] for name in columns}


async def recipient(tx: ReadTx, recipient_id: UUID, reach: Reach) -> dict[str, Any]:
    """A registered key. Raises NotFound."""
    return dict(_found(await recipients.one(tx, recipient_id, reach)))


async def recipients_page(
    tx: ReadTx, reach: Reach, asked: Page, *, kind: RecipientKind | None, status: RecipientStatus | None
) -> dict[str, Any]:
    """A page of registered keys by id."""
    rows = await recipients.page(tx, reach, kind=kind, status=status, after=_after(asked), limit=asked.limit + 1)
    shown, cursor = asked.cut(rows, lambda row: (row["recipient_id"],))
    return {"items": [dict(row) for row in shown], "next_cursor": cursor}


async def export(tx: ReadTx, export_id: UUID, reach: Reach) -> dict[str, Any]:
    """An export. Raises NotFound."""
    [view] = await _export_views(tx, [_found(await exports.one(tx, export_id, reach))])
    return view


async def exports_page(
    tx: ReadTx, reach: Reach, asked: Page, *, status: ExportStatus | None, distribution_id: UUID | None
) -> dict[str, Any]:
    """A page of exports by id."""
    rows = await exports.page(tx, reach, status=status, distribution_id=distribution_id, after=_after(asked), limit=asked.limit + 1)
    shown, cursor = asked.cut(rows, lambda row: (row["export_id"],))
    return {"items": await _export_views(tx, shown), "next_cursor": cursor}


async def manifest(tx: ReadTx, export_id: UUID, reach: Reach) -> dict[str, Any] | None:
    """The signed manifest; None while there is none. Raises NotFound."""
    row = _found(await exports.one(tx, export_id, reach))
    return None if row["manifest"] is None else {"manifest": row["manifest"], "signature": row["signature"]}


async def distribution(tx: ReadTx, distribution_id: UUID) -> dict[str, Any]:
    """A distribution with how many of its lists are in which state. Raises NotFound."""
    row = _found(await distributions.one(tx, distribution_id))
    tally = [dict(one) for one in await distributions.tally(tx, distribution_id)]
    return {**dict(row), "personal_columns": personal(row["columns"]), "lists": tally}


async def distributions_page(tx: ReadTx, asked: Page) -> dict[str, Any]:
    """A page of distributions by id."""
    rows = await distributions.page(tx, _after(asked), asked.limit + 1)
    shown, cursor = asked.cut(rows, lambda row: (row["distribution_id"],))
    return {"items": [await distribution(tx, row["distribution_id"]) for row in shown], "next_cursor": cursor}


async def lists_page(
    tx: ReadTx, distribution_id: UUID, reach: Reach, asked: Page, *, state: ListState | None, province: str | None, today: date
) -> dict[str, Any]:
    """A page of the lists within the reach by area. Raises NotFound; a distribution that is not approved is there for the country only."""
    row = _found(await distributions.one(tx, distribution_id))
    if row["status"] != DistributionStatus.APPROVED and reach != Reach.country():
        raise NotFound
    after = asked.after(str)
    rows = await distributions.lists(
        tx, distribution_id, reach, state=state, province=province, after=None if after is None else after[0], limit=asked.limit + 1
    )
    shown, cursor = asked.cut(rows, lambda one: (one["area"],))
    return {"items": [_list_view(one, today) for one in shown], "next_cursor": cursor}


def _list_view(row: Any, today: date) -> dict[str, Any]:
    name_th, name_en = area_name(row["area"])
    days = None if row["made_at"] is None or row["confirmed_at"] else (today - on_day(row["made_at"])).days
    return {**dict(row), "name_th": name_th, "name_en": name_en, "days_unconfirmed": days}


async def _export_views(tx: ReadTx, rows: Sequence[Any]) -> list[dict[str, Any]]:
    told = await exports.last_receipts(tx, [row["export_id"] for row in rows])
    return [_export_view(row, told.get(row["export_id"])) for row in rows]


def _export_view(row: Any, told: Any | None) -> dict[str, Any]:
    return {
        **dict(row),
        "recipient": {"recipient_id": row["recipient_id"], "kind": row["kind"], "unit": row["unit"], "office": row["office"]},
        "key_fingerprint": row["fingerprint"],
        "personal_columns": personal(row["columns"]),
        "last_receipt": None if told is None else dict(told),
    }


def _after(asked: Page) -> UUID | None:
    after = asked.after(UUID)
    return None if after is None else after[0]


def _found(row: Any | None) -> Any:
    if row is None:
        raise NotFound
    return row
