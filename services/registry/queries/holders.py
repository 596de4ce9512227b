"""Reading card holders: pages, one, history, counts. Reach is applied by the repository."""

from typing import Any
from uuid import UUID

from services.registry.domain import AgeGroup, HolderFilter
from services.registry.queries.views import masked_view
from services.registry.repository import history, holders, policies
from services.registry.vault import Vault
from shared.auth import Reach
from shared.contracts.common import Tier
from shared.db import ReadTx
from shared.errors import NotFound
from shared.http.paging import Page


async def page(tx: ReadTx, wanted: HolderFilter, reach: Reach, asked: Page, vault: Vault, *, by_name: bool) -> dict[str, Any]:
    """A page of masked holders, by id or by Thai name."""
    if by_name:
        after = asked.after(str, UUID)
        rows = await holders.page_by_name(tx, wanted, reach, None if after is None else (after[0], after[1]), asked.limit + 1)
        shown, cursor = asked.cut(rows, lambda row: (row["name_sort_key"], row["holder_id"]))
    else:
        after = asked.after(UUID)
        rows = await holders.page(tx, wanted, reach, None if after is None else after[0], asked.limit + 1)
        shown, cursor = asked.cut(rows, lambda row: (row["holder_id"],))
    return {"items": [masked_view(row, vault) for row in shown], "next_cursor": cursor}


async def one(tx: ReadTx, holder_id: UUID, reach: Reach, vault: Vault) -> dict[str, Any]:
    """A masked holder. Raises NotFound."""
    row = await holders.by_id(tx, holder_id, reach)
    if row is None:
        raise NotFound
    return masked_view(row, vault)


async def anywhere(tx: ReadTx, holder_id: UUID, vault: Vault) -> dict[str, Any]:
    """A masked holder, wherever they live: for who was just allowed to change them. Raises NotFound."""
    return await one(tx, holder_id, Reach.country(), vault)


async def count(tx: ReadTx, wanted: HolderFilter, reach: Reach) -> dict[str, int]:
    """How many are wanted within the reach."""
    return {"persons": await holders.count(tx, wanted, reach)}


async def versions(tx: ReadTx, holder_id: UUID, reach: Reach, asked: Page) -> dict[str, Any]:
    """A page of a holder's versions, oldest first. Raises NotFound."""
    if await holders.by_id(tx, holder_id, reach) is None:
        raise NotFound
    after = asked.after(int)
    rows = await history.of_holder(tx, holder_id, 0 if after is None else after[0], asked.limit + 1)
    shown, cursor = asked.cut(rows, lambda row: (row["version"],))
    return {"items": [dict(row) for row in shown], "next_cursor": cursor}


async def age_income(tx: ReadTx, wanted: HolderFilter, reach: Reach) -> dict[str, Any]:
    """The circular's table of card holders by age and income, of those who are wanted within the reach."""
    cells = await holders.cells(tx, wanted, reach)
    policy = await policies.newest(tx)
    items = [{"age_group": age, "tier": tier, "persons": cells.get((age, tier.value), 0)} for age in AgeGroup for tier in Tier]
    return {"items": items, "total": sum(cells.values()), "policy_version": policy and policy.version}
