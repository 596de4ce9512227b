"""Households as the groups of the DCI API."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.db import ReadTx


async def of_holders(tx: ReadTx, holder_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """The present household of each of the holders of whom one is recorded."""
    found = await tx.fetch(
        "SELECT holder_id, household_id FROM household_member WHERE holder_id = ANY($1::uuid[]) AND to_on IS NULL", list(holder_ids)
    )
    return {row["holder_id"]: row["household_id"] for row in found}


async def rows(tx: ReadTx, household_ids: Sequence[UUID]) -> dict[UUID, Any]:
    """The households, each with `registered_at` and `recorded_at` of its first and its present version."""
    found = await tx.fetch(
        """SELECT h.household_id, h.subdistrict, f.recorded_at AS registered_at, l.recorded_at
             FROM household h
             JOIN household_history f ON f.household_id = h.household_id AND f.version = 1
             JOIN household_history l ON l.household_id = h.household_id AND l.version = h.version
            WHERE h.household_id = ANY($1::uuid[])""",
        list(household_ids),
    )
    return {row["household_id"]: row for row in found}


async def members(tx: ReadTx, household_ids: Sequence[UUID]) -> list[Any]:
    """Rows of the present members of these households; of each the head first and dependants without a card last."""
    return await tx.fetch(
        """SELECT household_id, member_id, holder_id, role, birth_year FROM household_member
            WHERE household_id = ANY($1::uuid[]) AND to_on IS NULL
            ORDER BY household_id, role <> 'HEAD', holder_id IS NULL, from_on, member_id""",
        list(household_ids),
    )
