"""Spot checks as lists: open and done, by officer, and a draw as it was made."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.interview.repository.spot_checks import CHECKS, REVISION_DUE, STATUS, within
from services.interview.rules.spot_checks import CheckStatus
from shared.auth import Reach, reach_sql
from shared.db import ReadTx
from shared.http import Page

_COLUMNS = f"""
    s.*, c.holder_id, c.officer_id AS case_officer_id, d.drawn_at, a.checker_id AS given_to, {STATUS} AS status, {REVISION_DUE} AS revision_due,
    r.result_no, r.result, r.checked_on, r.checker_id, r.form_version, r.answers, r.remarks_sealed IS NOT NULL AS has_remarks,
    r.recorded_at, r.recorded_by"""


async def list_checks(
    tx: ReadTx, reach: Reach, wanted: Mapping[str, Any], status: CheckStatus | None, page: Page, *, revision_due: bool
) -> tuple[list[Any], str | None]:
    """A page of checks by id; `wanted` narrows by `district`, `officer_id` (who interviewed) and `draw_id`."""
    after = page.after(UUID)
    condition, args = within(reach, 8)
    rows = await tx.fetch(
        f"""SELECT {_COLUMNS} FROM {CHECKS}
             WHERE ($1::text IS NULL OR s.district = $1) AND ($2::uuid IS NULL OR s.officer_id = $2) AND ($3::uuid IS NULL OR s.draw_id = $3)
               AND ($4::text IS NULL OR {STATUS} = $4) AND (NOT $5 OR {REVISION_DUE}) AND ($6::uuid IS NULL OR s.check_id > $6) AND {condition}
             ORDER BY s.check_id LIMIT $7""",
        wanted.get("district"),
        wanted.get("officer_id"),
        wanted.get("draw_id"),
        status,
        revision_due,
        after[0] if after else None,
        page.limit + 1,
        *args,
    )
    return page.cut(rows, lambda row: (row["check_id"],))


async def show_check(tx: ReadTx, reach: Reach, check_id: UUID) -> Mapping[str, Any] | None:
    """A check with its last result; None when out of reach."""
    condition, args = within(reach, 2)
    return await tx.fetchrow(f"SELECT {_COLUMNS} FROM {CHECKS} WHERE s.check_id = $1 AND {condition}", check_id, *args)


async def show_draw(tx: ReadTx, reach: Reach, draw_id: UUID) -> dict[str, Any] | None:
    """A draw with its seed and the interviews that it drew; None when out of reach."""
    condition, args = reach_sql(reach, 2, home="d.district", responsible=None, officer=None)
    draw = await tx.fetchrow(f"SELECT d.* FROM spot_check_draw d WHERE d.draw_id = $1 AND {condition}", draw_id, *args)
    if draw is None:
        return None
    checks = await tx.fetch("SELECT check_id, interview_id, officer_id FROM spot_check WHERE draw_id = $1 ORDER BY check_id", draw_id)
    return {**dict(draw), "checks": [dict(row) for row in checks]}


async def list_shares(tx: ReadTx, reach: Reach, district: str | None, page: Page) -> tuple[list[Any], str | None]:
    """A page of officers of whose interviews some were drawn, by id: how many of theirs stand, how many were checked, and what came of it."""
    after = page.after(UUID, str)
    condition, args = reach_sql(reach, 5, home="s.district", responsible=None, officer=None)
    rows = await tx.fetch(
        f"""SELECT s.officer_id, s.district, count(*) AS drawn, count(*) FILTER (WHERE {STATUS} IN ('OPEN', 'NOT_MET')) AS open,
                   count(*) FILTER (WHERE r.result = 'OK') AS ok, count(*) FILTER (WHERE r.result = 'DIFFERS') AS differs,
                   count(*) FILTER (WHERE r.result = 'NOT_MET') AS not_met, count(*) FILTER (WHERE {STATUS} = 'LAPSED') AS lapsed,
                   count(*) FILTER (WHERE {REVISION_DUE}) AS revisions_due,
                   (SELECT count(DISTINCT i.case_id) FROM interview i WHERE i.officer_id = s.officer_id AND i.district = s.district) AS interviewed
              FROM {CHECKS}
             WHERE ($1::text IS NULL OR s.district = $1) AND ($2::uuid IS NULL OR (s.officer_id, s.district) > ($2, $3::text)) AND {condition}
             GROUP BY s.officer_id, s.district ORDER BY s.officer_id, s.district LIMIT $4""",
        district,
        *(after or (None, None)),
        page.limit + 1,
        *args,
    )
    return page.cut(rows, lambda row: (row["officer_id"], row["district"]))


async def results_of_case(tx: ReadTx, case_id: UUID) -> list[dict[str, Any]]:
    """What checks of the case's interview found; a check that is still open is not told, so that nobody prepares for it."""
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM {CHECKS} WHERE s.case_id = $1 AND r.result IS NOT NULL ORDER BY s.check_id", case_id)
    return [dict(row) for row in rows]
