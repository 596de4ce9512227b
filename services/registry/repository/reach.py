"""The copy of whose case a holder is: the responsible district and the officer, from interview's events."""

from collections.abc import Sequence
from uuid import UUID

from shared.db import Tx

# Every writer of many holders locks them in the order of their ids, so that none waits for another in a circle.
_LOCK = "SELECT holder_id FROM card_holder WHERE holder_id = ANY($1::uuid[]) ORDER BY holder_id FOR UPDATE"


async def lock(tx: Tx, holder_ids: Sequence[UUID]) -> set[UUID]:
    """Lock the holders; returns those that are in the registry."""
    return {row["holder_id"] for row in await tx.fetch(_LOCK, holder_ids)}


async def route(tx: Tx, cases: Sequence[tuple[UUID, int, str]]) -> int:
    """Set the responsible district of locked holders: (holder, version, district), one a holder. An older version changes nothing."""
    return await tx.execute(
        """UPDATE card_holder h SET responsible_district = case_.district, routed_version = case_.version
             FROM unnest($1::uuid[], $2::int[], $3::text[]) AS case_ (holder_id, version, district)
            WHERE h.holder_id = case_.holder_id AND h.routed_version < case_.version""",
        [holder_id for holder_id, _, _ in cases],
        [version for _, version, _ in cases],
        [district for _, _, district in cases],
    )


async def assign(tx: Tx, cases: Sequence[tuple[UUID, int, UUID]]) -> int:
    """Set the officer of locked holders: (holder, version, officer), one a holder. An older version changes nothing."""
    return await tx.execute(
        """UPDATE card_holder h SET officer_id = case_.officer_id, assigned_version = case_.version
             FROM unnest($1::uuid[], $2::int[], $3::uuid[]) AS case_ (holder_id, version, officer_id)
            WHERE h.holder_id = case_.holder_id AND h.assigned_version < case_.version""",
        [holder_id for holder_id, _, _ in cases],
        [version for _, version, _ in cases],
        [officer_id for _, _, officer_id in cases],
    )
