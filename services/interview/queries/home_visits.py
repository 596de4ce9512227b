"""Home visits as teams see them: the round, how far it is, what is overdue, and the lists that were made."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from services.interview.repository.cases import COLUMNS, within
from shared.auth import Reach, reach_sql
from shared.contracts.interview import OverdueLevel
from shared.db import ReadTx
from shared.http import Page

_OPEN: Final = "c.state IN ('VISIT_DUE', 'VISITED')"


class VisitsBy(StrEnum):
    """What counts of home visits are made by."""

    OFFICER = "OFFICER"
    SUBDISTRICT = "SUBDISTRICT"
    DISTRICT = "DISTRICT"
    PROVINCE = "PROVINCE"


_GROUPS: Final = {
    VisitsBy.OFFICER: "coalesce(c.officer_id::text, '')",
    VisitsBy.SUBDISTRICT: "c.subdistrict",
    VisitsBy.DISTRICT: "c.responsible_district",
    VisitsBy.PROVINCE: "left(c.responsible_district, 2)",
}


@dataclass(frozen=True, slots=True)
class Round:
    """What a round of home visits may be narrowed by; `level` are those without a result that rose to it."""

    district: str | None = None
    subdistrict: str | None = None
    officer_id: UUID | None = None
    open_only: bool = False
    level: OverdueLevel | None = None


async def list_home_visits(tx: ReadTx, reach: Reach, wanted: Round, page: Page) -> tuple[list[Any], str | None]:
    """A page of the home visits by subdistrict, also of who moved there since: with why they are due, the last visit and to whom they rose."""
    after = page.after(str, UUID)
    condition, args = within(reach, 9)
    rows = await tx.fetch(
        f"""SELECT c.*, o.employer AS officer_employer, l.no_wish_by, (p.parameters->>'visit_age_max')::int AS age_max,
                   (p.parameters->>'income_threshold_baht')::int AS income_max_baht,
                   a.visited_on, a.reason AS last_result, a.next_step, a.again_on AS visit_again_on, r.levels AS risen_to
              FROM (SELECT {COLUMNS}, d.due_by, d.listed_on, d.list_id, d.age, d.tier, d.policy_version FROM case_file c JOIN home_visit_due d USING (case_id)
                     WHERE ($1::text IS NULL OR c.responsible_district = $1) AND ($2::text IS NULL OR c.subdistrict = $2)
                       AND ($3::uuid IS NULL OR c.officer_id = $3) AND (NOT $4 OR {_OPEN})
                       AND ($5::text IS NULL OR {_OPEN} AND EXISTS (SELECT FROM home_visit_overdue r WHERE r.case_id = c.case_id AND r.level = $5))
                       AND ($6::text IS NULL OR (c.subdistrict, c.case_id) > ($6, $7::uuid)) AND {condition}
                     ORDER BY c.subdistrict, c.case_id LIMIT $8) c
              JOIN home_visit_list l USING (list_id)
              LEFT JOIN policy p ON p.version = c.policy_version
              LEFT JOIN officer o ON o.officer_id = c.officer_id
              LEFT JOIN LATERAL (SELECT * FROM visit_attempt a WHERE a.case_id = c.case_id ORDER BY attempt_no DESC LIMIT 1) a ON true
              LEFT JOIN LATERAL (SELECT array_agg(r.level ORDER BY r.found_on, r.level) AS levels FROM home_visit_overdue r WHERE r.case_id = c.case_id) r ON true
             ORDER BY c.subdistrict, c.case_id""",
        wanted.district,
        wanted.subdistrict,
        wanted.officer_id,
        wanted.open_only,
        wanted.level,
        *(after or (None, None)),
        page.limit + 1,
        *args,
    )
    return page.cut(rows, lambda row: (row["subdistrict"], row["case_id"]))


async def count_home_visits(tx: ReadTx, reach: Reach, by: VisitsBy, district: str | None, page: Page) -> tuple[list[Any], str | None]:
    """A page of how far the visits are, by officer or area; who has no officer yet is under the empty one."""
    after = page.after(str)
    condition, args = within(reach, 4)
    group = _GROUPS[by]
    rows = await tx.fetch(
        f"""SELECT {group} AS "group", count(*) AS listed,
                   count(*) FILTER (WHERE {_OPEN} AND c.attempts = 0) AS not_visited, count(*) FILTER (WHERE {_OPEN} AND c.attempts > 0) AS visited_in_vain,
                   count(*) FILTER (WHERE NOT {_OPEN}) AS with_result,
                   count(*) FILTER (WHERE {_OPEN} AND 'OFFICER' = ANY (r.levels)) AS risen_to_officer,
                   count(*) FILTER (WHERE {_OPEN} AND 'DISTRICT' = ANY (r.levels)) AS risen_to_district,
                   count(*) FILTER (WHERE {_OPEN} AND 'PROVINCE' = ANY (r.levels)) AS risen_to_province
              FROM case_file c JOIN home_visit_due d USING (case_id)
              LEFT JOIN LATERAL (SELECT array_agg(r.level) AS levels FROM home_visit_overdue r WHERE r.case_id = c.case_id) r ON true
             WHERE ($1::text IS NULL OR c.responsible_district = $1) AND ($2::text IS NULL OR {group} > $2) AND {condition}
             GROUP BY 1 ORDER BY 1 LIMIT $3""",
        district,
        after[0] if after else None,
        page.limit + 1,
        *args,
    )
    return page.cut(rows, lambda row: (row["group"],))


async def list_of_lists(tx: ReadTx, reach: Reach, district: str, page: Page) -> tuple[list[Any], str | None]:
    """A page of the lists that the district made, oldest first."""
    after = page.after(UUID)
    condition, args = reach_sql(reach, 4, home="l.district", responsible=None, officer=None)
    rows = await tx.fetch(
        f"""SELECT l.* FROM home_visit_list l
             WHERE l.district = $1 AND ($2::uuid IS NULL OR l.list_id > $2) AND {condition} ORDER BY l.list_id LIMIT $3""",
        district,
        after[0] if after else None,
        page.limit + 1,
        *args,
    )
    return page.cut(rows, lambda row: (row["list_id"],))
