"""The copy of the registry's card holders."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from services.interview.repository.rows import columns_of
from shared.contracts.registry import HolderState
from shared.db import Tx

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


async def keep_newer(tx: Tx, states: Sequence[HolderState]) -> list[UUID]:
    """Store the states that are newer than what is held, at most one a holder; returns whose changed."""
    ordered = sorted(states, key=lambda state: state.holder_id)
    rows = [{**state.model_dump(), "home_district": state.subdistrict[:4]} for state in ordered]
    marks, names, arrays = columns_of(_TYPES, rows)
    changed = await tx.fetch(
        f"""INSERT INTO holder ({names}) SELECT * FROM unnest({marks})
            ON CONFLICT (holder_id) DO UPDATE SET {_SET} WHERE excluded.version > holder.version
            RETURNING holder_id""",
        *arrays,
    )
    return [row["holder_id"] for row in changed]


async def due_for_visit(tx: Tx, district: str) -> list[tuple[UUID, str]]:
    """The holders of the district's visit group about whom nothing has happened (id, subdistrict), locked."""
    rows = await tx.fetch(
        """SELECT h.holder_id, h.subdistrict FROM holder h
            WHERE h.home_district = $1 AND h.visit_group AND h.status = 'ALIVE' AND h.merged_into IS NULL
              AND NOT EXISTS (SELECT FROM case_file c WHERE c.holder_id = h.holder_id)
            ORDER BY h.holder_id FOR UPDATE OF h""",
        district,
    )
    return [(row["holder_id"], row["subdistrict"]) for row in rows]
