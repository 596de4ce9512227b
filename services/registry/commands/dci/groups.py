"""Groups are households: of each the members who may be shown, and nobody else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.registry.commands.dci.sharing import sharing_allowed
from services.registry.commands.dci.who import Who
from services.registry.queries.dci_records import household, record, without_household
from services.registry.repository.dci import households, people
from services.registry.rules.dci.requests import Basis, Shape
from services.registry.rules.households import Role
from services.registry.vault import Vault
from shared.db import ReadTx


@dataclass(frozen=True, slots=True)
class Group:
    """A household (`row`) with the rows of its members who are shown; where none is recorded, the person alone, and no row."""

    person: UUID
    row: Any | None = None
    members: Sequence[Any] = ()

    @property
    def people(self) -> list[UUID]:
        """The card holders in it."""
        return [one["holder_id"] for one in self.members if one["holder_id"] is not None] or [self.person]


def one_of_each(holder_ids: Sequence[UUID], household_of: Mapping[UUID, UUID]) -> list[UUID]:
    """The first of the holders of each household, and those of whom none is recorded, in their order."""
    first = {household_of.get(holder_id, holder_id): holder_id for holder_id in reversed(holder_ids)}
    chosen = set(first.values())
    return [holder_id for holder_id in holder_ids if holder_id in chosen]


async def groups_of(tx: ReadTx, holder_ids: Sequence[UUID], who: Who) -> dict[UUID, Group]:
    """The group of each of the holders, who are within reach and may be shared themselves."""
    household_of = await households.of_holders(tx, holder_ids)
    household_ids = sorted(set(household_of.values()))
    rows = await households.rows(tx, household_ids)
    members: dict[UUID, list[Any]] = {household_id: [] for household_id in household_ids}
    for one in await households.members(tx, household_ids):
        members[one["household_id"]].append(one)
    others = sorted({one["holder_id"] for of_one in members.values() for one in of_one if one["holder_id"] is not None})
    shown = await people.within(tx, others, who.reaches) & await sharing_allowed(tx, others, who.sender.basis)
    return {
        holder_id: Group(holder_id, rows[household_id], _shown(members[household_id], shown, who.sender.basis))
        if (household_id := household_of.get(holder_id)) is not None
        else Group(holder_id)
        for holder_id in holder_ids
    }


def told(
    holder_id: UUID, shape: Shape, groups: Mapping[UUID, Group], people_rows: Mapping[UUID, Any], vault: Vault, *, plain: bool
) -> dict[str, Any]:
    """The record of one who was found, in the shape that was asked for; `groups` has theirs where that is a group."""
    if shape is not Shape.GROUP:
        return record(people_rows[holder_id], shape, vault, plain=plain)
    group = groups[holder_id]
    if group.row is None:
        return without_household(people_rows[holder_id], vault, plain=plain)
    return household(group.row, group.members, people_rows, vault, plain=plain)


def _shown(members: Sequence[Any], shown: set[UUID], basis: Basis) -> list[Any]:
    """A dependant without a card cannot consent: where consent is asked for, the head's counts."""
    dependants = basis is Basis.PUBLIC_TASK or any(one["role"] == Role.HEAD and one["holder_id"] in shown for one in members)
    return [one for one in members if (dependants if one["holder_id"] is None else one["holder_id"] in shown)]
