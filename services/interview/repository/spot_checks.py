"""Samples of interviews to check, and what the checks found. Drawing is set-based: the interviews of a district never leave the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from services.interview.repository.rows import insert
from services.interview.rules.spot_checks import CheckResult
from shared.auth import Reach, reach_sql
from shared.db import ReadTx, Tx
from shared.ids import new_id

STANDS: Final = "NOT EXISTS (SELECT FROM interview later WHERE later.amends = i.interview_id)"
"""That the interview `i` was not put right by a later revision."""

ENDED: Final = "('CLOSED', 'DECEASED', 'MERGED')"
"""States of cases whose interview nobody can check any more."""

STATUS: Final = f"""
    CASE WHEN r.result IN ('OK', 'DIFFERS') THEN r.result
         WHEN c.responsible_district <> s.district OR c.state IN {ENDED} THEN 'LAPSED'
         ELSE coalesce(r.result, 'OPEN') END"""
"""Where the check `s` of the case `c` with the last result `r` stands."""

REVISION_DUE: Final = f"(r.result IS NOT DISTINCT FROM 'DIFFERS' AND c.interviews = r.interviews AND c.state NOT IN {ENDED})"
"""That the interview was found to differ and has not been put right since."""

_GIVEN: Final = """
    LEFT JOIN LATERAL (SELECT * FROM spot_check_assignment a WHERE a.check_id = s.check_id ORDER BY a.assignment_no DESC LIMIT 1) a ON true"""

CHECKS: Final = f"""
    spot_check s JOIN spot_check_draw d USING (draw_id) JOIN case_file c ON c.case_id = s.case_id {_GIVEN}
    LEFT JOIN LATERAL (SELECT * FROM spot_check_result r WHERE r.check_id = s.check_id ORDER BY r.result_no DESC LIMIT 1) r ON true"""
"""Checks with their draw `d`, case `c`, to whom they are given `a` and last result `r`."""

# One eligible interview of each case that nobody has drawn: the case is still here, its person lives, and the interview stands.
_FRAME: Final = f"""
    FROM interview i JOIN case_file c ON c.case_id = i.case_id JOIN holder h ON h.holder_id = c.holder_id
   WHERE i.district = $1 AND i.interviewed_on BETWEEN $2 AND $3 AND i.revision = c.interviews AND {STANDS}
     AND c.responsible_district = $1 AND c.state NOT IN {ENDED} AND h.status = 'ALIVE' AND h.erased_on IS NULL
     AND NOT EXISTS (SELECT FROM spot_check s WHERE s.case_id = i.case_id)"""


@dataclass(frozen=True, slots=True)
class Draw:
    """A sample; `strata` says of each officer how many interviews were eligible and how many were drawn."""

    draw_id: UUID
    district: str
    from_day: date
    to_day: date
    seed: str
    eligible: int
    drawn: int
    strata: list[dict[str, Any]]
    drawn_at: datetime
    drawn_by: str


@dataclass(frozen=True, slots=True)
class Check:
    """A drawn interview, how often it was given to an officer, and how often it was tried."""

    check_id: UUID
    district: str
    interview_id: UUID
    case_id: UUID
    officer_id: UUID
    interviewed_on: date
    given: int
    results: int
    last_result: CheckResult | None


async def lock_draws(tx: Tx, district: str) -> None:
    """One draw of a district after the other, until the end of the transaction."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtext('interview.spot-checks'), hashtext($1))", district)


async def eligible_by_officer(tx: ReadTx, district: str, first: date, last: date) -> dict[UUID, int]:
    """How many interviews of each officer may be drawn."""
    rows = await tx.fetch(f"SELECT i.officer_id, count(*) AS n {_FRAME} GROUP BY i.officer_id", district, first, last)
    return {row["officer_id"]: row["n"] for row in rows}


async def add_draw(tx: Tx, draw: Draw, take: Mapping[UUID, int]) -> int:
    """Store the draw and draw so many interviews of each officer by its seed; returns how many."""
    await insert(tx, "spot_check_draw", {name: getattr(draw, name) for name in Draw.__dataclass_fields__})
    return await tx.execute(
        f"""WITH frame AS (
                SELECT i.interview_id, i.case_id, i.officer_id,
                       row_number() OVER (PARTITION BY i.officer_id ORDER BY sha256(convert_to($4 || ':' || i.interview_id, 'UTF8'))) AS place {_FRAME})
            INSERT INTO spot_check (check_id, draw_id, district, interview_id, case_id, officer_id)
            SELECT ($8::uuid[])[row_number() OVER (ORDER BY frame.officer_id, frame.place)], $5, $1, frame.interview_id, frame.case_id, frame.officer_id
              FROM frame JOIN unnest($6::uuid[], $7::int[]) AS take (officer_id, n) ON take.officer_id = frame.officer_id AND frame.place <= take.n""",
        *(
            draw.district,
            draw.from_day,
            draw.to_day,
            draw.seed,
            draw.draw_id,
            list(take),
            list(take.values()),
            [new_id() for _ in range(draw.drawn)],
        ),
    )


def within(reach: Reach, first_arg: int) -> tuple[str, list[Any]]:
    """The condition of the reach on CHECKS: those of the area, or that are given to the officer; nobody sees that their own case is drawn."""
    return reach_sql(reach, first_arg, home="s.district", responsible=None, officer="a.checker_id")


async def case_of_check(tx: ReadTx, reach: Reach, check_id: UUID) -> UUID | None:
    """The case of a check in reach."""
    condition, args = within(reach, 2)
    case_id: UUID | None = await tx.fetchval(
        f"SELECT s.case_id FROM spot_check s {_GIVEN} WHERE s.check_id = $1 AND {condition}", check_id, *args
    )
    return case_id


async def check(tx: ReadTx, check_id: UUID) -> Check:
    """The check, whose case is locked."""
    row = await tx.fetchrow(
        f"""SELECT s.*, i.interviewed_on, coalesce(a.assignment_no, 0) AS given, coalesce(r.result_no, 0) AS results, r.result AS last_result
              FROM {CHECKS} JOIN interview i ON i.interview_id = s.interview_id WHERE s.check_id = $1""",
        check_id,
    )
    if row is None:
        raise LookupError(f"no spot check {check_id}")
    values = {name: row[name] for name in Check.__dataclass_fields__}
    return Check(**{**values, "last_result": values["last_result"] and CheckResult(values["last_result"])})


async def who_interviewed(tx: ReadTx, case_id: UUID) -> tuple[set[UUID], set[str]]:
    """The officers and co-interviewers of all interviews of the case, and who recorded them."""
    rows = await tx.fetch("SELECT officer_id, co_interviewer_id, recorded_by FROM interview WHERE case_id = $1", case_id)
    officers = {officer for row in rows for officer in (row["officer_id"], row["co_interviewer_id"]) if officer is not None}
    return officers, {row["recorded_by"] for row in rows}


async def give(tx: Tx, row: Mapping[str, Any]) -> None:
    """Store to which officer a check is given."""
    await insert(tx, "spot_check_assignment", row)


async def add_result(tx: Tx, row: Mapping[str, Any]) -> None:
    """Store what a check found."""
    await insert(tx, "spot_check_result", row)


async def sealed_remarks(tx: ReadTx, reach: Reach, check_id: UUID) -> Mapping[str, Any] | None:
    """The sealed remarks of the last result of a check in reach, with whose case it is; None without any."""
    condition, args = within(reach, 2)
    return await tx.fetchrow(
        f"SELECT c.holder_id, r.result_no, r.remarks_sealed FROM {CHECKS} WHERE s.check_id = $1 AND r.remarks_sealed IS NOT NULL AND {condition}",
        check_id,
        *args,
    )
