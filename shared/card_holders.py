"""What services do alike with their copy of the registry's card holders (table `holder`): who of them are one person, and whom the registry erased."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.db import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class OnePerson:
    """Holders who are one person by the registry's merges: who stays, and everybody with them."""

    stays: UUID
    members: tuple[UUID, ...]


async def linked_among(tx: ReadTx, holder_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the holders who were merged into others, or others into them: a few of a country. Asked first, since it is cheap."""
    rows = await tx.fetch(
        """SELECT holder_id FROM holder WHERE holder_id = ANY($1::uuid[]) AND merged_into IS NOT NULL
           UNION SELECT merged_into FROM holder WHERE merged_into = ANY($1::uuid[])""",
        list(holder_ids),
    )
    return {row["holder_id"] for row in rows}


async def persons_of(tx: ReadTx, holder_ids: Iterable[UUID]) -> list[OnePerson]:
    """The persons of whom the holders are a part, in the order of who stays. Who stays may have been merged in turn."""
    rows = await tx.fetch(
        """WITH RECURSIVE way AS (
               SELECT holder_id, merged_into FROM holder WHERE holder_id = ANY($1::uuid[])
               UNION SELECT h.holder_id, h.merged_into FROM holder h JOIN way ON h.holder_id = way.merged_into
           ), one AS (
               SELECT holder_id AS stays, holder_id FROM way WHERE merged_into IS NULL
               UNION SELECT one.stays, h.holder_id FROM holder h JOIN one ON h.merged_into = one.holder_id
           )
           SELECT stays, array_agg(holder_id ORDER BY holder_id) AS members FROM one GROUP BY stays ORDER BY stays""",
        list(holder_ids),
    )
    return [OnePerson(row["stays"], tuple(row["members"])) for row in rows]


async def persons_among(tx: ReadTx, holder_ids: Collection[UUID]) -> list[OnePerson]:
    """The same of those of the holders alone who are linked to others."""
    linked = await linked_among(tx, holder_ids) if holder_ids else set()
    return await persons_of(tx, linked) if linked else []


async def note_erased(tx: Tx, erased_on: Mapping[UUID, date]) -> list[UUID]:
    """Note whom the registry erased; returns those of whom it was not known. Nothing takes it back."""
    rows = await tx.fetch(
        """UPDATE holder h SET erased_on = new.erased_on FROM unnest($1::uuid[], $2::date[]) AS new (holder_id, erased_on)
            WHERE h.holder_id = new.holder_id AND h.erased_on IS NULL RETURNING h.holder_id""",
        list(erased_on),
        list(erased_on.values()),
    )
    return [row["holder_id"] for row in rows]
