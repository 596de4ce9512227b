"""The copy of the registry's card holders: who they are, who of them are one person, and whom the registry erased."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from services.interview.repository.rows import columns_of
from shared import card_holders
from shared.contracts.registry import HolderState, HolderStatus
from shared.db import ReadTx, Tx

_TYPES: Final[Mapping[str, str]] = {
    "holder_id": "uuid",
    "version": "int",
    "citizen_index": "text",
    "card_index": "text",
    "index_key": "text",
    "tier": "text",
    "age": "int",
    "visit_group": "bool",
    "policy_version": "int",
    "subdistrict": "text",
    "home_district": "text",
    "status": "text",
    "recorded_on": "date",
    "merged_into": "uuid",
}
_SET: Final = ", ".join(f"{name} = excluded.{name}" for name in _TYPES if name != "holder_id")


SUBDISTRICT_DIGITS: Final = 6


class Place(NamedTuple):
    """Where a holder stands in the order of subdistricts."""

    subdistrict: str
    holder_id: UUID


@dataclass(frozen=True, slots=True)
class OnePerson:
    """Holders who are one person by the registry's merges: who stays, as they are now, and everybody with them."""

    stays: UUID
    subdistrict: str
    status: HolderStatus
    members: tuple[UUID, ...]


async def persons_of(tx: ReadTx, holder_ids: Iterable[UUID]) -> list[OnePerson]:
    """The persons of whom the holders are a part. Who stays may have been merged in turn."""
    members = {one.stays: one.members for one in await card_holders.persons_of(tx, holder_ids)}
    rows = await tx.fetch("SELECT holder_id, subdistrict, status FROM holder WHERE holder_id = ANY($1::uuid[]) ORDER BY 1", list(members))
    return [OnePerson(row["holder_id"], row["subdistrict"], HolderStatus(row["status"]), members[row["holder_id"]]) for row in rows]


async def erased_among(tx: Tx, holder_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the holders whom the registry erased. None of the others is, before the end of the transaction."""
    rows = await tx.fetch(
        "SELECT holder_id, erased_on FROM holder WHERE holder_id = ANY($1::uuid[]) ORDER BY holder_id FOR SHARE", list(set(holder_ids))
    )
    return {row["holder_id"] for row in rows if row["erased_on"] is not None}


async def alive_among(tx: ReadTx, holder_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the holders who live by what the registry says under their own id."""
    rows = await tx.fetch("SELECT holder_id FROM holder WHERE holder_id = ANY($1::uuid[]) AND status = 'ALIVE'", list(holder_ids))
    return {row["holder_id"] for row in rows}


async def keep_newer(tx: Tx, states: Sequence[HolderState]) -> dict[UUID, UUID | None]:
    """Store the states that are newer than what is held, at most one a holder.

    Returns those who were here and changed, each with whom they had been merged into.
    """
    ordered = sorted(states, key=lambda state: state.holder_id)
    rows = [{**state.model_dump(), "home_district": state.subdistrict[:4]} for state in ordered]
    marks, names, arrays = columns_of(_TYPES, rows)
    changed = await tx.fetch(
        f"""INSERT INTO holder ({names}) SELECT * FROM unnest({marks})
            ON CONFLICT (holder_id) DO UPDATE SET {_SET} WHERE excluded.version > holder.version
            RETURNING holder_id, old.holder_id IS NOT NULL AS was_here, old.merged_into AS was_merged_into""",
        *arrays,
    )
    return {row["holder_id"]: row["was_merged_into"] for row in changed if row["was_here"]}


async def without_wish(tx: ReadTx, area: str, after: Place | None, limit: int) -> list[Place]:
    """The next people of the district or subdistrict who live and have stated no wish, by subdistrict and id."""
    rows = await tx.fetch(
        """SELECT h.subdistrict, h.holder_id FROM holder h
            WHERE h.subdistrict BETWEEN $1 AND $2 AND ($3::text IS NULL OR (h.subdistrict, h.holder_id) > ($3, $4::uuid))
              AND h.status = 'ALIVE' AND h.merged_into IS NULL AND h.erased_on IS NULL
              AND NOT EXISTS (SELECT FROM case_file c WHERE c.holder_id = h.holder_id AND c.intent_status IS NOT NULL)
            ORDER BY h.subdistrict, h.holder_id LIMIT $5""",
        area.ljust(SUBDISTRICT_DIGITS, "0"),
        area.ljust(SUBDISTRICT_DIGITS, "9"),
        *(after or (None, None)),
        limit,
    )
    return [Place(row["subdistrict"], row["holder_id"]) for row in rows]
