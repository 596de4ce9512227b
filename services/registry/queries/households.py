"""Households as callers see them: members out of their reach are there, and nobody."""

from datetime import date
from typing import Any
from uuid import UUID

from services.registry.repository import holders, households
from shared.auth import Reach
from shared.db import ReadTx
from shared.errors import NotFound
from shared.http.paging import Page


async def one(tx: ReadTx, household_id: UUID, reach: Reach) -> dict[str, Any]:
    """A household with its present members. Raises NotFound."""
    household = await households.one(tx, household_id, reach)
    if household is None:
        raise NotFound
    return await _view(tx, household, reach)


async def changed(tx: ReadTx, household_id: UUID, reach: Reach) -> dict[str, Any]:
    """The same for who has just changed it, and may have taken out the last member whom they reach."""
    household = await households.one(tx, household_id, Reach.country())
    if household is None:
        raise NotFound
    return await _view(tx, household, reach)


async def of_holder(tx: ReadTx, holder_id: UUID, reach: Reach, on: date) -> dict[str, Any] | None:
    """The household in which the person lived on the day, with its members of that day; None when none is known. Raises NotFound."""
    if await holders.by_id(tx, holder_id, reach) is None:
        raise NotFound
    household = await households.household_of(tx, holder_id, on)
    return None if household is None else await _view(tx, household, reach, on)


async def history(tx: ReadTx, household_id: UUID, reach: Reach, asked: Page) -> dict[str, Any]:
    """A page of what happened, oldest first. Raises NotFound."""
    if await households.one(tx, household_id, reach) is None:
        raise NotFound
    after = asked.after(int)
    rows = await households.history(tx, household_id, 0 if after is None else after[0], asked.limit + 1)
    shown, cursor = asked.cut(rows, lambda row: (row["version"],))
    return {"items": [dict(row) for row in shown], "next_cursor": cursor}


async def _view(tx: ReadTx, household: Any, reach: Reach, on: date | None = None) -> dict[str, Any]:
    members = await households.members(tx, household["household_id"], reach, on)
    return {**dict(household), "members": [_member(row) for row in members]}


def _member(row: Any) -> dict[str, Any]:
    """Who is out of reach is a role without id or dates."""
    shown = {"role": row["role"], "within_reach": row["within"]}
    if not row["within"]:
        return {"member_id": None, "holder_id": None, "birth_year": None, "from_on": None, **shown}
    return {name: row[name] for name in ("member_id", "holder_id", "birth_year", "from_on")} | shown
