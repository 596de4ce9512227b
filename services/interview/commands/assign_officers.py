"""Giving cases to account officers, one or a whole district at a time, with a co-interviewer where the rule asks for one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.interview import events
from services.interview.commands.act import Act
from services.interview.domain import NEEDS_OFFICER, Case, Change, Step
from services.interview.errors import CoInterviewerRequired, NoBankOfficer, NoOfficers, OfficerOfAnotherDistrict, UnknownOfficer
from services.interview.repository import cases, people, staff
from services.interview.repository.staff import Officer
from services.interview.rules.co_interview import BANKS, is_satisfied
from services.interview.rules.sharing_cases import co_interviewers, share
from shared.auth import require_area
from shared.bus import outbox
from shared.db import Tx
from shared.errors import PreconditionFailed


@dataclass(frozen=True, slots=True)
class Assigned:
    """What became of a district's cases: how many were given out, and the load of each officer afterwards."""

    cases: int
    loads: Mapping[UUID, int]


async def assign_district(tx: Tx, act: Act, district: str) -> Assigned:
    """Give every case of the district without an officer to one, evenly.

    Raises NotFound out of reach; NoOfficers, NoBankOfficer.
    """
    require_area(act.caller, district)
    waiting = await cases.cases_where(
        tx, "c.responsible_district = $1 AND c.officer_id IS NULL AND c.state = ANY($2::text[])", district, list(NEEDS_OFFICER)
    )
    officers = await staff.officers_of_district(tx, district)
    if not waiting:
        return Assigned(0, await staff.loads_of(tx, [officer.officer_id for officer in officers]))
    if not officers:
        raise NoOfficers(district=district)
    by_id = {officer.officer_id: officer for officer in officers}
    loads = await staff.loads_of(tx, list(by_id))
    # Neighbours go to one officer after the other, always in the same order.
    waiting.sort(key=lambda case: (case.subdistrict, case.holder_id))
    takers = share(len(waiting), loads)
    changes = [
        _assigned(case, officer_id, co_id)
        for case, officer_id, co_id in zip(waiting, takers, await _co_interviewers(tx, district, takers, by_id), strict=True)
    ]
    await _store(tx, act, changes, by_id)
    for officer_id in takers:
        loads[officer_id] += 1
    return Assigned(len(changes), loads)


async def assign_case(
    tx: Tx, act: Act, case_id: UUID, officer_id: UUID, co_interviewer_id: UUID | None, *, if_version: int | None = None
) -> Case:
    """Give one case to an officer of its district.

    Without a co-interviewer named, the present one stays if the officer needs one. Raises NotFound, PreconditionFailed,
    UnknownOfficer, OfficerOfAnotherDistrict, CoInterviewerRequired, CaseNotReady.
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
    change = _assigned(case, officer_id, _co_interviewer(case, officer, co_interviewer_id, officers))
    await _store(tx, act, [change], {officer_id: officer})
    return change.after


def _co_interviewer(case: Case, officer: Officer, named: UUID | None, officers: Mapping[UUID, Officer]) -> UUID | None:
    if named is not None and named not in officers:
        raise UnknownOfficer(officer_id=named)
    chosen = named or (None if officer.employer in BANKS else case.co_interviewer_id)
    co_interviewer = officers.get(chosen) if chosen else None
    if not is_satisfied(officer.employer, co_interviewer.employer if co_interviewer else None):
        raise CoInterviewerRequired(case_id=case.case_id, officer_employer=officer.employer)
    return chosen


async def _co_interviewers(tx: Tx, district: str, takers: Sequence[UUID], officers: Mapping[UUID, Officer]) -> list[UUID | None]:
    of_banks = frozenset(officer_id for officer_id, officer in officers.items() if officer.employer in BANKS)
    if of_banks.issuperset(takers):
        return [None] * len(takers)
    near = await staff.bank_officers_near(tx, district)
    if not near:
        raise NoBankOfficer(district=district)
    return co_interviewers(takers, [officer.officer_id for officer in near], of_banks)


def _assigned(case: Case, officer_id: UUID, co_interviewer_id: UUID | None) -> Change:
    change = Change.of(case).put(officer_id=officer_id, co_interviewer_id=co_interviewer_id)
    return change.step(Step.OFFICER_ASSIGNED, officer_id=officer_id, co_interviewer_id=co_interviewer_id)


async def _store(tx: Tx, act: Act, changes: Sequence[Change], officers: Mapping[UUID, Officer]) -> None:
    await cases.save_changes(tx, changes, by=act.by, at=act.at)
    employers = {officer_id: officer.employer for officer_id, officer in officers.items()}
    await outbox.add_many(
        tx,
        [
            events.assigned(change.after, employers[change.after.officer_id], on=act.today, at=act.at)
            for change in changes
            if change.after.officer_id is not None
        ],
    )
