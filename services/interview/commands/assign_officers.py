"""Giving one case to an account officer, with a co-interviewer where the rule asks for one."""

from collections.abc import Mapping
from uuid import UUID

from services.interview import events
from services.interview.commands.act import Act
from services.interview.domain import Case, Change, Step
from services.interview.errors import CoInterviewerRequired, OfficerOfAnotherDistrict, UnknownOfficer
from services.interview.errors.teams import CaseloadFull, OfficerAbsent
from services.interview.repository import assigning, cases, people, staff
from services.interview.repository.assigning import Available
from services.interview.repository.staff import Officer
from services.interview.rules.co_interview import BANKS, is_satisfied
from services.interview.rules.sharing_cases import Why
from shared.bus import outbox
from shared.db import Tx
from shared.errors import PreconditionFailed


async def assign_case(
    tx: Tx, act: Act, case_id: UUID, officer_id: UUID, co_interviewer_id: UUID | None, *, if_version: int | None = None
) -> Case:
    """Give one case to an officer of its district.

    Without a co-interviewer named, the present one stays if the officer needs one. Raises NotFound, PreconditionFailed,
    UnknownOfficer, OfficerOfAnotherDistrict, OfficerAbsent, CaseloadFull, CoInterviewerRequired, CaseNotReady.
    """
    case = (await people.lock_case(tx, act.caller.reach, "case_id", case_id)).case
    if if_version is not None and if_version != case.version:
        raise PreconditionFailed(version=case.version)
    officers = await staff.staying_officers(tx, (officer_id, co_interviewer_id, case.co_interviewer_id))
    officer = officers.get(officer_id)
    if officer is None:
        raise UnknownOfficer(officer_id=officer_id)
    if officer.district != case.responsible_district:
        raise OfficerOfAnotherDistrict(officer_district=officer.district, responsible_district=case.responsible_district)
    if case.officer_id != officer_id:
        (present,) = await assigning.with_loads(tx, officer.district, [officer], act.today)
        require_room(present, 1)
    change = _assigned(case, officer_id, _co_interviewer(case, officer, co_interviewer_id, officers))
    await cases.save_changes(tx, [change], by=act.by, at=act.at)
    await outbox.add_many(tx, [events.assigned(change.after, officer.employer, on=act.today, at=act.at)])
    return change.after


def require_room(present: Available, coming: int) -> None:
    """Raise OfficerAbsent or CaseloadFull where the locked officer cannot take so many more cases."""
    officer = present.officer
    if present.absent:
        raise OfficerAbsent(officer_id=officer.officer_id)
    if officer.caseload_max is not None and present.cases + coming > officer.caseload_max:
        raise CaseloadFull(officer_id=officer.officer_id, cases=present.cases, coming=coming, caseload_max=officer.caseload_max)


def _co_interviewer(case: Case, officer: Officer, named: UUID | None, officers: Mapping[UUID, Officer]) -> UUID | None:
    if named is not None and named not in officers:
        raise UnknownOfficer("co_interviewer_id", officer_id=named)
    chosen = named or (None if officer.employer in BANKS else case.co_interviewer_id)
    co_interviewer = officers.get(chosen) if chosen else None
    if not is_satisfied(officer.employer, co_interviewer.employer if co_interviewer else None):
        raise CoInterviewerRequired(case_id=case.case_id, officer_employer=officer.employer)
    return chosen


def _assigned(case: Case, officer_id: UUID, co_interviewer_id: UUID | None) -> Change:
    change = Change.of(case).put(officer_id=officer_id, co_interviewer_id=co_interviewer_id)
    return change.step(Step.OFFICER_ASSIGNED, officer_id=officer_id, co_interviewer_id=co_interviewer_id, why=Why.NAMED)
