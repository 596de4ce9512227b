"""Cases that moved away, as the district that they left sees them: its own records, nothing of what came after."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from shared.auth import Reach, reach_sql
from shared.db import ReadTx
from shared.http import Page

# The last leaving counts, and a district that has the case again sees the case itself.
_LEFT: Final = """
    (SELECT * FROM (
        SELECT DISTINCT ON (h.case_id, h.details->>'from_district')
               h.case_id, c.holder_id, h.details->>'from_district' AS district, h.details->>'to_district' AS to_district,
               h.at AS left_at, h.from_state AS state, h.version, c.home_district, c.responsible_district
          FROM case_history h JOIN case_file c ON c.case_id = h.case_id
         WHERE h.step = 'ROUTED'
         ORDER BY h.case_id, h.details->>'from_district', h.seq DESC) every
      WHERE every.district NOT IN (every.home_district, every.responsible_district)) gone"""

_LISTS: Final = {
    "visit_attempts": """
        SELECT a.attempt_no, a.visited_on, a.reason, a.officer_id
          FROM visit_attempt a JOIN officer o ON o.officer_id = a.officer_id AND o.district = $2
         WHERE a.case_id = $1 ORDER BY a.attempt_no""",
    "interviews": """
        SELECT interview_id, revision, interviewed_on, officer_id, co_interviewer_id, answer, approach
          FROM interview WHERE case_id = $1 AND district = $2 ORDER BY revision""",
    "follow_ups": """
        SELECT f.follow_up_id, f.round, f.contacted_on, f.reached, f.officer_id
          FROM follow_up f JOIN officer o ON o.officer_id = f.officer_id AND o.district = $2
         WHERE f.case_id = $1 ORDER BY f.contacted_on, f.follow_up_id""",
}


async def list_former_cases(tx: ReadTx, reach: Reach, page: Page) -> tuple[list[Any], str | None]:
    """A page of the cases that left the districts in reach, by case and district."""
    after = page.after(UUID, str)
    condition, args = _within(reach, 4)
    rows = await tx.fetch(
        f"""SELECT * FROM {_LEFT}
             WHERE ($1::uuid IS NULL OR (gone.case_id, gone.district) > ($1, $2::text)) AND {condition}
             ORDER BY gone.case_id, gone.district LIMIT $3""",
        *(after or (None, None)),
        page.limit + 1,
        *args,
    )
    return page.cut(rows, lambda row: (row["case_id"], row["district"]))


async def show_former_case(tx: ReadTx, reach: Reach, case_id: UUID) -> list[dict[str, Any]]:
    """What each district in reach recorded before the case left it; empty when it left none of them."""
    condition, args = _within(reach, 2)
    left = await tx.fetch(f"SELECT * FROM {_LEFT} WHERE gone.case_id = $1 AND {condition} ORDER BY gone.left_at", case_id, *args)
    return [{**dict(row), **await _records(tx, row)} for row in left]


async def _records(tx: ReadTx, left: Mapping[str, Any]) -> dict[str, Any]:
    case_id, district = left["case_id"], left["district"]
    wish = await tx.fetchrow(
        "SELECT slip_no, stated_on, channel, status FROM intent WHERE case_id = $1 AND district = $2", case_id, district
    )
    lists = {name: await tx.fetch(sql, case_id, district) for name, sql in _LISTS.items()}
    history = await tx.fetch(
        "SELECT version, step, from_state, to_state, at FROM case_history WHERE case_id = $1 AND version <= $2 ORDER BY seq",
        case_id,
        left["version"],
    )
    rows = {name: [dict(row) for row in found] for name, found in {**lists, "history": history}.items()}
    return {"wish": None if wish is None else dict(wish), **rows}


def _within(reach: Reach, first_arg: int) -> tuple[str, list[Any]]:
    return reach_sql(reach, first_arg, home="gone.district", responsible=None, officer=None)
