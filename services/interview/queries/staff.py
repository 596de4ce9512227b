"""Officers and meeting places."""

from typing import Any
from uuid import UUID

from services.interview.domain import LOADS_OFFICER
from shared.auth import Reach, reach_sql
from shared.contracts.interview import Employer
from shared.db import ReadTx
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
