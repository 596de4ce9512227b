"""The copy of whose case a holder is: the responsible district and the officer, from interview's events."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from shared.db import Tx

# Every writer of many holders locks them in the order of their ids, so that none waits for another in a circle.
_LOCK = "SELECT holder_id FROM card_holder WHERE holder_id = ANY($1::uuid[]) ORDER BY holder_id FOR UPDATE"


async def lock(tx: Tx, holder_ids: Sequence[UUID]) -> set[UUID]:
    """Lock the holders; returns those that are in the registry."""
    return {row["holder_id"] for row in await tx.fetch(_LOCK, holder_ids)}


async def route(tx: Tx, cases: Sequence[tuple[UUID, int, str, date]]) -> int:
    """Set the responsible district of locked holders: (holder, version, district, day), one a holder. An older version changes nothing.

    Where the district is another than before, that enters the change feed: no version of the holder tells it; and whose case it was in the
    former district does not reach the person any more.
    """
    return await tx.execute(
        """WITH case_ AS (
             SELECT told.*, h.version AS holder_version, h.responsible_district AS before,
                    told.district <> h.responsible_district AND told.version > h.assigned_version AS left_behind
               FROM unnest($1::uuid[], $2::int[], $3::text[], $4::date[]) AS told (holder_id, version, district, day)
               JOIN card_holder h USING (holder_id) WHERE h.routed_version < told.version),
                entered AS (
             INSERT INTO change_feed (holder_id, version, routed_on, responsible_district, previous_district)
             SELECT holder_id, holder_version, day, district, before FROM case_ WHERE district <> before)
           UPDATE card_holder h SET responsible_district = case_.district, routed_version = case_.version,
                  officer_id = CASE WHEN left_behind THEN NULL ELSE h.officer_id END,
                  assigned_version = CASE WHEN left_behind THEN case_.version - 1 ELSE h.assigned_version END
             FROM case_ WHERE h.holder_id = case_.holder_id""",
        *([list(column) for column in zip(*cases, strict=True)] if cases else [[]] * 4),
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
