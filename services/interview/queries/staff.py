"""Officers and meeting places."""

from typing import Any
from uuid import UUID

from services.interview.domain import LOADS_OFFICER
from shared.auth import Reach, reach_sql
from shared.contracts.interview import Employer
from shared.db import ReadTx
from shared.errors import NotFound
from shared.http import Page


async def list_officers(
    tx: ReadTx, reach: Reach, district: str | None, employer: Employer | None, page: Page
) -> tuple[list[Any], str | None]:
    """A page of officers by id, with the number of their open cases."""
    after = page.after(UUID)
    condition, args = reach_sql(reach, 6, home="o.district", responsible=None, officer="o.officer_id")
    rows = await tx.fetch(
        f"""SELECT o.*, (SELECT count(*) FROM case_file c WHERE c.officer_id = o.officer_id AND c.state = ANY($5::text[])) AS open_cases
              FROM officer o
             WHERE ($1::text IS NULL OR o.district = $1) AND ($2::text IS NULL OR o.employer = $2) AND ($3::uuid IS NULL OR o.officer_id > $3)
               AND {condition}
             ORDER BY o.officer_id LIMIT $4""",
        district,
        employer,
        after[0] if after else None,
        page.limit + 1,
        list(LOADS_OFFICER),
        *args,
    )
    return page.cut(rows, lambda row: (row["officer_id"],))


async def show_officer(tx: ReadTx, reach: Reach, officer_id: UUID) -> dict[str, Any] | None:
    """An officer with the number of open cases; None out of reach."""
    condition, args = reach_sql(reach, 3, home="o.district", responsible=None, officer="o.officer_id")
    row = await tx.fetchrow(
        f"""SELECT o.*, (SELECT count(*) FROM case_file c WHERE c.officer_id = o.officer_id AND c.state = ANY($2::text[])) AS open_cases
              FROM officer o WHERE o.officer_id = $1 AND {condition}""",
        officer_id,
        list(LOADS_OFFICER),
        *args,
    )
    return None if row is None else dict(row)


async def officer_history(tx: ReadTx, reach: Reach, officer_id: UUID, page: Page) -> tuple[list[Any], str | None]:
    """A page of what was changed of an officer, the first change first. Raises NotFound out of reach."""
    await _require_officer(tx, reach, officer_id)
    after = page.after(int)
    rows = await tx.fetch(
        "SELECT * FROM officer_history WHERE officer_id = $1 AND version > $2 ORDER BY version LIMIT $3",
        officer_id,
        after[0] if after else 0,
        page.limit + 1,
    )
    return page.cut(rows, lambda row: (row["version"],))


async def list_absences(tx: ReadTx, reach: Reach, officer_id: UUID, page: Page) -> tuple[list[Any], str | None]:
    """A page of an officer's absences by id. Raises NotFound out of reach."""
    await _require_officer(tx, reach, officer_id)
    after = page.after(UUID)
    rows = await tx.fetch(
        "SELECT * FROM officer_absence WHERE officer_id = $1 AND ($2::uuid IS NULL OR absence_id > $2) ORDER BY absence_id LIMIT $3",
        officer_id,
        after[0] if after else None,
        page.limit + 1,
    )
    return page.cut(rows, lambda row: (row["absence_id"],))


async def _require_officer(tx: ReadTx, reach: Reach, officer_id: UUID) -> None:
    if await show_officer(tx, reach, officer_id) is None:
        raise NotFound


async def list_places(tx: ReadTx, district: str | None, page: Page) -> tuple[list[Any], str | None]:
    """A page of meeting places by id. They are announced to everybody, so no reach is asked for."""
    after = page.after(UUID)
    rows = await tx.fetch(
        """SELECT * FROM meeting_place WHERE ($1::text IS NULL OR district = $1) AND ($2::uuid IS NULL OR place_id > $2)
            ORDER BY place_id LIMIT $3""",
        district,
        after[0] if after else None,
        page.limit + 1,
    )
    return page.cut(rows, lambda row: (row["place_id"],))
