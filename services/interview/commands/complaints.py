"""Complaints of card holders: taken in, taken in hand, answered, closed, and risen to the next level when their time is over."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from services.interview.commands.act import Act
from services.interview.commands.reaching import reaches
from services.interview.errors import HolderErased, NotInRegistry, UnknownOfficer
from services.interview.forms.complaints import Complainant, ComplaintForm
from services.interview.repository import complaints, people, staff
from services.interview.repository.people import Person
from services.interview.rules.complaint_clock import due_on
from services.interview.rules.complaints import Complaint, ComplaintIsHigher, first_level
from shared.auth import Level, Principal, require_area
from shared.bus import outbox
from shared.contracts import Event
from shared.contracts.interview import ComplaintAnswered, ComplaintEscalated, ComplaintFact, ComplaintReceived, ComplaintState
from shared.contracts.interview import ComplaintLevel as Stage
from shared.contracts.interview import ComplaintStep as Step
from shared.crypto import FieldCipher
from shared.db import Tx
from shared.errors import Invalid, NotFound
from shared.ids import new_id, secret_code

DECIDE: Final = "interview.complaints:decide"
"""The scope of who goes on with what has risen: the head of the district team, the governor."""
LATE_DAYS_MAX: Final = timedelta(days=366)
AT_ONCE_MAX: Final = 500

FoundBy = Literal["holder_id", "citizen_index"]
_STAGE_OF: Final = {Level.COUNTRY: Stage.PROVINCE, Level.PROVINCE: Stage.PROVINCE, Level.DISTRICT: Stage.DISTRICT}
_ORDER: Final = (Stage.TEAM, Stage.DISTRICT, Stage.PROVINCE)


@dataclass(frozen=True, slots=True)
class Taken:
    """A complaint that was taken in, and the code by which the person asks how it stands."""

    complaint: Complaint
    reference: str
    holder_id: UUID | None


async def receive(tx: Tx, act: Act, found_by: tuple[FoundBy, UUID | str] | None, form: ComplaintForm, fields: FieldCipher) -> Taken:
    """Take a complaint in: of a card holder, or of somebody who is none (found by nothing, or by a citizen id that nobody has).

    Raises NotFound, NotInRegistry, HolderErased, UnknownOfficer, Invalid.
    """
    person = None if found_by is None else await people.lock_holder(tx, *found_by)
    if person is None and found_by is not None and found_by[0] == "holder_id":
        raise NotInRegistry.told()
    district = await _district_of_stranger(tx, act.caller, form) if person is None else await _district_of_holder(tx, act, person, form)
    if person is not None and form.person is not None:
        raise Invalid.field("person", "not_needed", "is for who is no card holder", "ใช้เฉพาะผู้ที่ไม่มีชื่อในทะเบียน", "null")
    if form.about_officer_id is not None and not await complaints.officer_exists(tx, form.about_officer_id):
        raise UnknownOfficer("about_officer_id", officer_id=form.about_officer_id)
    complaint = _new(act, form, district)
    reference, holder_id = secret_code(), None if person is None else person.holder_id
    more = {"reference": reference, "holder_id": holder_id, "about_officer_id": form.about_officer_id}
    await complaints.add(tx, complaint, {**more, **_sealed(form, fields, complaint.complaint_id)}, by=act.by, at=act.at)
    fact = ComplaintReceived(**_facts(complaint), channel=complaint.channel, received_on=complaint.received_on)
    await outbox.add_many(tx, [_event(fact, act)])
    return Taken(complaint, reference, holder_id)


async def take_in_hand(tx: Tx, act: Act, complaint_id: UUID) -> Complaint:
    """Note that somebody works at it. Raises NotFound, ComplaintIsHigher, ComplaintNotReady."""
    before = await _lock(tx, act.caller, complaint_id)
    after = before.step(Step.TAKEN_IN_HAND)
    await complaints.save(tx, [(before, after, Step.TAKEN_IN_HAND)], by=act.by, at=act.at)
    return after


async def answer(tx: Tx, act: Act, complaint_id: UUID, words: str, fields: FieldCipher) -> Complaint:
    """Answer it; the words are sealed. Raises NotFound, ComplaintIsHigher, ComplaintNotReady."""
    before = await _lock(tx, act.caller, complaint_id)
    after = replace(before.step(Step.ANSWERED), answered_on=act.today)
    sealed = fields.seal(words, context(complaint_id, "answer"))
    await complaints.save(tx, [(before, after, Step.ANSWERED)], by=act.by, at=act.at, answer_sealed=sealed)
    await outbox.add_many(tx, [_event(ComplaintAnswered(**_facts(after), answered_on=act.today), act)])
    return after


async def close(tx: Tx, act: Act, complaint_id: UUID, *, satisfied: bool) -> Complaint:
    """End it when the person has heard the answer; whom it does not satisfy the next level hears.

    Raises NotFound, ComplaintIsHigher, ComplaintNotReady, NobodyHigher.
    """
    before = await _lock(tx, act.caller, complaint_id)
    if not satisfied:
        return (await _rise(tx, act, [before], Step.NOT_SATISFIED))[0]
    after = replace(before.step(Step.CLOSED), closed_on=act.today)
    await complaints.save(tx, [(before, after, Step.CLOSED)], by=act.by, at=act.at)
    return after


async def escalate_overdue(tx: Tx, act: Act, area: str = "") -> int:
    """Let the next complaints of the area (all for an empty code) rise whose time is over; returns how many, less than AT_ONCE_MAX for the last.

    Raises NotFound for an area that is not the caller's.
    """
    if area:
        require_area(act.caller, area)
    overdue = await complaints.lock_overdue(tx, act.today, AT_ONCE_MAX, area)
    if overdue:
        await _rise(tx, act, overdue, Step.OVERDUE)
    return len(overdue)


def context(complaint_id: UUID, column: str) -> bytes:
    """Binds a sealed value to its row and column."""
    return complaint_id.bytes + column.encode()


async def _lock(tx: Tx, caller: Principal, complaint_id: UUID) -> Complaint:
    complaint = await complaints.lock(tx, caller, complaint_id)
    if complaint is None:
        raise NotFound
    allowed = _STAGE_OF.get(caller.reach.level, Stage.TEAM) if DECIDE in caller.scopes else Stage.TEAM
    if _ORDER.index(complaint.level) > _ORDER.index(allowed):
        raise ComplaintIsHigher(complaint_id=complaint_id, level=complaint.level, needed_scope=DECIDE)
    return complaint


async def _rise(tx: Tx, act: Act, before: Sequence[Complaint], step: Step) -> list[Complaint]:
    after = [_risen(one, step, act.today) for one in before]
    await complaints.save(tx, [(old, new, step) for old, new in zip(before, after, strict=True)], by=act.by, at=act.at)
    facts = [ComplaintEscalated(**_facts(one), reason=step, escalated_on=act.today) for one in after]
    await outbox.add_many(tx, [_event(fact, act) for fact in facts])
    return after


def _risen(complaint: Complaint, step: Step, today: date) -> Complaint:
    risen = complaint.risen(step)
    return replace(risen, due_on=due_on(risen.level, today))


async def _district_of_holder(tx: Tx, act: Act, person: Person, form: ComplaintForm) -> str:
    """The district named, else that of the case, else where the person lives. Raises NotInRegistry for who is out of reach, HolderErased."""
    case = await people.case_of_holder(tx, person.holder_id)
    case = case or await people.case_that_goes_on(tx, person.holder_id)
    if not reaches(act.caller, case, person.subdistrict[:4], form.district):
        raise NotInRegistry.told()
    if person.erased_on is not None:
        raise HolderErased(holder_id=person.holder_id, erased_on=person.erased_on)
    return form.district or (case.responsible_district if case else person.subdistrict[:4])


async def _district_of_stranger(tx: Tx, caller: Principal, form: ComplaintForm) -> str:
    """The district named, in the caller's area; an officer's own."""
    if form.district is None:
        raise Invalid.field(
            "district", "missing", "is required for who is no card holder", "จำเป็นต้องระบุเมื่อผู้ร้องไม่มีชื่อในทะเบียน", "4 digits of DOPA"
        )
    if caller.reach.level is not Level.OFFICER:
        require_area(caller, form.district)
    elif all(one.district != form.district for one in (await staff.active_officers(tx, [UUID(caller.reach.code)])).values()):
        raise NotFound
    return form.district


def _new(act: Act, form: ComplaintForm, district: str) -> Complaint:
    received_on = form.received_on or act.today
    if not act.today - LATE_DAYS_MAX <= received_on <= act.today:
        allowed = f"{act.today - LATE_DAYS_MAX}..{act.today}"
        raise Invalid.field("received_on", "date_range", "is to come, or too long ago", "เป็นวันที่ยังไม่มาถึงหรือนานเกินไป", allowed)
    level = first_level(form.category)
    return Complaint(
        complaint_id=new_id(),
        version=1,
        state=ComplaintState.RECEIVED,
        level=level,
        category=form.category,
        channel=form.channel,
        district=district,
        received_on=received_on,
        due_on=due_on(level, received_on),
    )


def _sealed(form: ComplaintForm, fields: FieldCipher, complaint_id: UUID) -> dict[str, Any]:
    person: Complainant | None = form.person
    return {
        "text_sealed": fields.seal(form.text, context(complaint_id, "text")),
        "person_sealed": None if person is None else fields.seal(person.model_dump_json(), context(complaint_id, "person")),
    }


def _facts(complaint: Complaint) -> dict[str, Any]:
    return {name: getattr(complaint, name) for name in ComplaintFact.model_fields}


def _event(fact: ComplaintFact, act: Act) -> Event:
    return Event.of(fact, subject=fact.complaint_id, time=act.at, identity=(fact.version,))
