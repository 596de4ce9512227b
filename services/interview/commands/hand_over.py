"""An officer's whole caseload goes to another, or is shared among the district's team."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.interview.commands.act import Act
from services.interview.commands.assign_district import Load, store_assignments, takers_of, with_co_interviewers
from services.interview.commands.assign_officers import require_room
from services.interview.errors import OfficerOfAnotherDistrict, UnknownOfficer
from services.interview.errors.teams import CaseloadFull, SameOfficer
from services.interview.repository import assigning, staff
from services.interview.repository.assigning import Assignment, Available, WaitingCase
from services.interview.rules.sharing_cases import Given, Waiting, Why, share
from shared.db import Tx
from shared.errors import NotFound


@dataclass(frozen=True, slots=True)
class HandedOver:
    """How many cases went to whom; `accompanied` others have another co-interviewer."""

    district: str
    cases: int
    accompanied: int
    loads: list[Load]


async def hand_over(tx: Tx, act: Act, officer_id: UUID, to_officer_id: UUID | None, reason: str) -> HandedOver:
    """Hand over all open cases of the officer, and the co-interviews to come; to nobody in particular they are shared evenly.

    Once more it finds nothing left. Raises NotFound, SameOfficer, UnknownOfficer, OfficerOfAnotherDistrict, OfficerAbsent, CaseloadFull,
    NoOfficers, NoOfficerFree, NoBankOfficer.
    """
    giver = await staff.officer(tx, act.caller.reach, officer_id)
    if giver is None:
        raise NotFound
    if officer_id == to_officer_id:
        raise SameOfficer(officer_id=officer_id)
    await assigning.lock_district(tx, giver.district)
    held = await assigning.cases_with(tx, officer_id)
    present = [one for one in await assigning.available(tx, giver.district, act.today, locked=True) if one.officer.officer_id != officer_id]
    own = [case for case in held if case.without_officer]
    given = (
        _to_team(own, present, giver.district) if to_officer_id is None else await _to_one(tx, own, to_officer_id, giver.district, present)
    )
    stay = [(case, Given(case.officer_id, Why.KEPT, 0)) for case in held if not case.without_officer and case.officer_id is not None]
    pairs = [*zip(own, given, strict=True), *stay]
    keepers = await staff.active_officers(tx, [one.officer_id for _, one in stay])
    employers = {one.officer.officer_id: one.officer.employer for one in present} | {
        one.officer_id: one.employer for one in keepers.values()
    }
    assignments = [_noted(one, officer_id, reason) for one in with_co_interviewers(pairs, present, employers, giver.district)]
    await store_assignments(tx, assignments, employers, by=act.by, at=act.at, on=act.today)
    gained = Counter(one.officer_id for one in given)
    loads = [
        Load(one.officer.officer_id, one.cases, one.cases + gained[one.officer.officer_id])
        for one in present
        if gained[one.officer.officer_id]
    ]
    return HandedOver(giver.district, len(own), len(stay), loads)


async def _to_one(tx: Tx, own: Sequence[WaitingCase], to_officer_id: UUID, district: str, present: Sequence[Available]) -> list[Given]:
    # All of the district are locked: whoever is not there is unknown, has left or is another district's.
    there = next((one for one in present if one.officer.officer_id == to_officer_id), None)
    receiver = there.officer if there else (await staff.active_officers(tx, [to_officer_id])).get(to_officer_id)
    if receiver is None:
        raise UnknownOfficer("to_officer_id", officer_id=to_officer_id)
    if there is None or receiver.district != district:
        raise OfficerOfAnotherDistrict(officer_district=receiver.district, responsible_district=district)
    require_room(there, len(own))
    return [Given(to_officer_id, Why.HANDED_OVER, there.cases + number) for number in range(1, len(own) + 1)]


def _to_team(own: Sequence[WaitingCase], present: Sequence[Available], district: str) -> list[Given]:
    takers = takers_of([one for one in present if one.officer.district == district], len(own), district)
    shared = share([Waiting(case.holder_id, case.subdistrict, case.household_id) for case in own], takers, {})
    given = [one for one in shared if one is not None]
    if len(given) < len(own):
        raise CaseloadFull(coming=len(own), room=len(given))
    return given


def _noted(one: Assignment, from_officer_id: UUID, reason: str) -> Assignment:
    return one._replace(reason=reason, details={**one.details, "handed_over_from": str(from_officer_id)})
