"""The work of account officers as governors and district chiefs supervise it: caseload and pace, the days of an officer, figures of an area."""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.interview.domain import LOADS_OFFICER, TO_INTERVIEW
from services.interview.repository.spot_checks import CHECKS, REVISION_DUE, STATUS
from shared.auth import Reach, reach_sql
from shared.db import ReadTx
from shared.http import Page

# Of an officer `o`: the open cases, who is interviewed, who is still to be, and the interviews held since $2 up to $1. A revision is no interview.
_WORK: Final = """
    officer o
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE c.state = ANY($3::text[])) AS caseload,
               count(*) FILTER (WHERE c.interviewed_on IS NOT NULL AND c.state <> ALL($4::text[])) AS interviewed,
               count(*) FILTER (WHERE c.state = ANY($4::text[])) AS remaining
          FROM case_file c WHERE c.officer_id = o.officer_id) w
    CROSS JOIN LATERAL (
        SELECT count(*) AS made FROM interview i
         WHERE i.officer_id = o.officer_id AND i.amends IS NULL AND i.interviewed_on BETWEEN $2 AND $1) m"""
_COLUMNS: Final = "o.officer_id, o.district, o.employer, o.staff_no, w.caseload, w.interviewed, w.remaining, m.made"


def _within(reach: Reach, first_arg: int) -> tuple[str, list[Any]]:
    return reach_sql(reach, first_arg, home="o.district", responsible=None, officer="o.officer_id")


def _days(today: date, since: date) -> list[Any]:
    return [today, since, list(LOADS_OFFICER), list(TO_INTERVIEW)]


async def list_work(tx: ReadTx, reach: Reach, district: str | None, today: date, since: date, page: Page) -> tuple[list[Any], str | None]:
    """A page of the active officers by id, with their work."""
    after = page.after(UUID)
    condition, args = _within(reach, 8)
    rows = await tx.fetch(
        f"""SELECT {_COLUMNS} FROM {_WORK}
             WHERE o.active AND ($5::text IS NULL OR o.district = $5) AND ($6::uuid IS NULL OR o.officer_id > $6) AND {condition}
             ORDER BY o.officer_id LIMIT $7""",
        *_days(today, since),
        district,
        after[0] if after else None,
        page.limit + 1,
        *args,
    )
    return page.cut(rows, lambda row: (row["officer_id"],))


def all_work(tx: ReadTx, reach: Reach, district: str | None, today: date, since: date) -> AsyncIterator[Any]:
    """The work of every active officer of an area, one after the other."""
    condition, args = _within(reach, 6)
    return tx.stream(
        f"SELECT {_COLUMNS} FROM {_WORK} WHERE o.active AND ($5::text IS NULL OR o.district = $5) AND {condition}",
        *_days(today, since),
        district,
        *args,
    )


async def list_days(
    tx: ReadTx, reach: Reach, officer_id: UUID, days: tuple[date | None, date | None], page: Page
) -> tuple[list[Any], str | None] | None:
    """A page of the days on which the officer visited somebody, the newest first; None when the officer is out of reach."""
    condition, args = _within(reach, 2)
    if await tx.fetchrow(f"SELECT FROM officer o WHERE o.officer_id = $1 AND {condition}", officer_id, *args) is None:
        return None
    after = page.after(date)
    rows = await tx.fetch(
        """SELECT day, count(*) FILTER (WHERE met) AS interviews, count(*) FILTER (WHERE NOT met) AS attempts,
                  array_agg(DISTINCT subdistrict ORDER BY subdistrict) AS subdistricts, sum(travelled_km) AS travelled_km,
                  count(travelled_km) AS visits_with_km, min(started_at) AS first_at, max(coalesce(ended_at, started_at)) AS last_at
             FROM (SELECT i.interviewed_on AS day, true AS met, i.subdistrict, i.travelled_km, i.started_at, i.ended_at
                     FROM interview i WHERE i.officer_id = $1 AND i.amends IS NULL
                    UNION ALL
                   SELECT v.visited_on, false, c.subdistrict, v.travelled_km, NULL, NULL
                     FROM visit_attempt v JOIN case_file c USING (case_id) WHERE v.officer_id = $1) visit
            WHERE ($2::date IS NULL OR day >= $2) AND ($3::date IS NULL OR day <= $3) AND ($4::date IS NULL OR day < $4)
            GROUP BY day ORDER BY day DESC LIMIT $5""",
        officer_id,
        *days,
        after[0] if after else None,
        page.limit + 1,
    )
    return page.cut(rows, lambda row: (row["day"],))


async def visits_of_area(tx: ReadTx, reach: Reach, district: str | None, today: date, since: date) -> Any:
    """How many interviews and attempts were made in the days, by how many officers, and the kilometres told."""
    interviews, args = reach_sql(reach, 4, home="visit.district", responsible=None, officer=None)
    return await tx.fetchrow(
        f"""SELECT count(*) FILTER (WHERE met) AS interviews, count(*) FILTER (WHERE NOT met) AS attempts,
                   count(DISTINCT officer_id) AS officers, coalesce(sum(travelled_km), 0) AS travelled_km
              FROM (SELECT i.district, i.officer_id, true AS met, i.travelled_km FROM interview i
                     WHERE i.amends IS NULL AND i.interviewed_on BETWEEN $2 AND $1
                     UNION ALL
                    SELECT o.district, v.officer_id, false, v.travelled_km FROM visit_attempt v JOIN officer o USING (officer_id)
                     WHERE v.visited_on BETWEEN $2 AND $1) visit
             WHERE ($3::text IS NULL OR district = $3) AND {interviews}""",
        today,
        since,
        district,
        *args,
    )


async def checks_of_area(tx: ReadTx, reach: Reach, district: str | None) -> dict[str, int]:
    """How many spot checks stand where, and how many revisions are due."""
    condition, args = reach_sql(reach, 2, home="s.district", responsible=None, officer=None)
    rows: Sequence[Any] = await tx.fetch(
        f"""SELECT {STATUS} AS status, count(*) AS n, count(*) FILTER (WHERE {REVISION_DUE}) AS due FROM {CHECKS}
             WHERE ($1::text IS NULL OR s.district = $1) AND {condition} GROUP BY 1""",
        district,
        *args,
    )
    return {row["status"]: row["n"] for row in rows} | {"revisions_due": sum(row["due"] for row in rows)}
