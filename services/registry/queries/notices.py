"""Notices as staff see them: the words that were sent, the phone masked."""

from typing import Any
from uuid import UUID

from services.registry.repository import holders, notices
from services.registry.rules import notice_templates
from services.registry.vault import Vault
from shared.auth import Reach
from shared.contracts.registry import NoticeStatus
from shared.db import ReadTx
from shared.http import Page


async def listed(
    tx: ReadTx, reach: Reach, page: Page, vault: Vault, *, holder_id: UUID | None = None, status: NoticeStatus | None = None
) -> tuple[list[dict[str, Any]], str | None] | None:
    """A page of notices, newest first, and the cursor of the next; None when the person asked for is out of reach."""
    if holder_id is not None and await holders.by_id(tx, holder_id, reach) is None:
        return None
    after = page.after(UUID)
    rows = await notices.page(tx, reach, holder_id=holder_id, status=status, after=after[0] if after else None, limit=page.limit + 1)
    found, cursor = page.cut(rows, lambda row: (row["notice_id"],))
    return [_view(row, vault) for row in found], cursor


async def shown(tx: ReadTx, notice_id: UUID, reach: Reach, vault: Vault) -> dict[str, Any] | None:
    """One notice with its states; None out of reach."""
    row = await notices.one(tx, notice_id, reach)
    if row is None:
        return None
    return {**_view(row, vault), "history": [dict(state) for state in await notices.history(tx, notice_id)]}


def _view(row: Any, vault: Vault) -> dict[str, Any]:
    phone = vault.private(row).phone
    text = notice_templates.of_version(row["template"], row["template_version"]).fill(row["parameters"])
    names = ("notice_id", "holder_id", "source", "template", "template_version", "status", "reason", "version", "attempts", "requested_at")
    return {
        **{name: row[name] for name in (*names, "changed_at", "expires_at")},
        "due_at": row["next_at"],
        "text": text,
        "phone_masked": f"xxx-xxx-{phone[-4:]}" if phone else None,
    }
