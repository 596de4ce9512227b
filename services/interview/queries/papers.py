"""What papers show, besides the names."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

from services.interview.repository.cases import within
from services.interview.repository.spot_checks import CHECKS
from services.interview.repository.spot_checks import within as checks_within
from shared.auth import Reach
from shared.db import ReadTx


async def slip(tx: ReadTx, reach: Reach, column: Literal["intent_id", "slip_no"], value: UUID | str) -> Mapping[str, Any] | None:
    """A stated wish with the name of its meeting place; None when out of reach, or when the person was erased."""
    condition, args = within(reach, 2)
    return await tx.fetchrow(
        f"""SELECT i.*, p.name AS place_name
              FROM intent i JOIN case_file c ON c.case_id = i.case_id
              JOIN holder h ON h.holder_id = c.holder_id AND h.erased_on IS NULL
              LEFT JOIN meeting_place p ON p.place_id = i.place_id
             WHERE i.{column} = $1 AND {condition}""",
        value,
        *args,
    )


async def interview(tx: ReadTx, reach: Reach, interview_id: UUID) -> Mapping[str, Any] | None:
    """An interview with its case's slip; None when out of reach, or when the person was erased."""
    condition, args = within(reach, 2)
    return await tx.fetchrow(
        f"""SELECT i.*, w.slip_no
              FROM interview i JOIN case_file c ON c.case_id = i.case_id
              JOIN holder h ON h.holder_id = c.holder_id AND h.erased_on IS NULL
              LEFT JOIN intent w ON w.case_id = i.case_id
             WHERE i.interview_id = $1 AND {condition}""",
        interview_id,
        *args,
    )


async def follow_up(tx: ReadTx, reach: Reach, follow_up_id: UUID) -> Mapping[str, Any] | None:
    """A follow-up with whose it is; None when out of reach, or when the person was erased."""
    condition, args = within(reach, 2)
    return await tx.fetchrow(
        f"""SELECT f.*, c.holder_id
              FROM follow_up f JOIN case_file c ON c.case_id = f.case_id
              JOIN holder h ON h.holder_id = c.holder_id AND h.erased_on IS NULL
             WHERE f.follow_up_id = $1 AND {condition}""",
        follow_up_id,
        *args,
    )


async def spot_check(tx: ReadTx, reach: Reach, check_id: UUID) -> Mapping[str, Any] | None:
    """A check with its last result, who carries it out, and when who interviewed; None when out of reach, or when the person was erased."""
    condition, args = checks_within(reach, 2)
    return await tx.fetchrow(
        f"""SELECT s.check_id, s.case_id, s.officer_id, c.holder_id, i.interviewed_on, r.result_no, r.form_version, r.answers,
                   CASE WHEN r.result_no IS NULL THEN a.checker_id ELSE r.checker_id END AS checker_id
              FROM {CHECKS}
              JOIN interview i ON i.interview_id = s.interview_id
              JOIN holder h ON h.holder_id = c.holder_id AND h.erased_on IS NULL
             WHERE s.check_id = $1 AND {condition}""",
        check_id,
        *args,
    )


async def officers(tx: ReadTx, officer_ids: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    """Employer and staff number of the officers, also of those who left."""
    rows = await tx.fetch("SELECT officer_id, employer, staff_no FROM officer WHERE officer_id = ANY($1::uuid[])", officer_ids)
    return {row["officer_id"]: (row["employer"], row["staff_no"]) for row in rows}


async def programme_names(tx: ReadTx, codes: Sequence[str]) -> dict[str, str]:
    """The names of programmes."""
    rows = await tx.fetch("SELECT code, name_th FROM programme WHERE code = ANY($1::text[])", codes)
    return {row["code"]: row["name_th"] for row in rows}
