"""Recording an interview (annex 3) with the co-interview rule, and with the wish stated at the same home visit."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from services.interview.commands.act import Act
from services.interview.commands.interview_facts import Amendment, Keys, Meeting, events_of_interview, row_of_interview
from services.interview.commands.reaching import acting_officer
from services.interview.commands.state_wish import StatedWish, Wish, check_alive, prepare_wish, store_intent
from services.interview.domain import Case, Change, IntentStatus, Step
from services.interview.errors import (
    CaseNotReady,
    CoInterviewerRequired,
    IntentRequired,
    LateWishNeedsDecision,
    UnknownOfficer,
    UnknownProgramme,
)
from services.interview.errors.forms import InterviewRecorded
from services.interview.forms.interview import InterviewForm, MenuChoice
from services.interview.repository import cases, contacts, people, staff
from services.interview.repository.people import PersonWithCase
from services.interview.rules.co_interview import BANKS, is_satisfied
from services.interview.rules.visit_times import check_times
from shared.bus import outbox
from shared.contracts.common import Channel
from shared.contracts.interview import Answer
from shared.db import Tx
from shared.errors import FieldProblem, Invalid
from shared.ids import new_id

MET_AGAIN: Final = "สัมภาษณ์ใหม่หลังแจ้งความประสงค์อีกครั้ง · interviewed anew after the wish was stated"
_STEP_OF_ANSWER = {Answer.REFUSE: Step.REFUSED, Answer.SUFFICIENT: Step.CONTENT}


@dataclass(frozen=True, slots=True)
class Recorded:
    """The interview that was recorded and the case after it."""

    interview_id: UUID
    revision: int
    case: Case
    slip_no: str | None


async def record_interview(
    tx: Tx, act: Act, column: Literal["case_id", "holder_id"], value: UUID, form: InterviewForm, keys: Keys
) -> Recorded:
    """Record the interview of a case.

    Raises NotFound, HolderDeceased, Invalid dates, OfficerRequired, NotTheCaseOfficer, UnknownOfficer, CoInterviewerRequired,
    UnknownProgramme, IntentRequired, LateWishNeedsDecision, CaseNotReady, InterviewRecorded when there is one already.
    """
    return await record(tx, act, await people.lock_case(tx, act.caller.reach, column, value), form, keys)


async def record(tx: Tx, act: Act, found: PersonWithCase, form: InterviewForm, keys: Keys) -> Recorded:
    """As `record_interview`, of a case that is locked."""
    check_alive(found.person, found.case)
    check_day(act, found.case, form)
    meeting = await checked_meeting(tx, found.case, form)
    await check_menu(tx, form.menu, form.visit.interviewed_on)
    try:
        change, wish = await _walked(tx, act, found, form, keys)
    except CaseNotReady as error:
        if found.case.interviews:
            raise await _recorded_before(tx, found.case, error) from error
        raise
    # Who is met again after a refusal, because they thought again and stated the wish, is interviewed anew.
    why = Amendment(MET_AGAIN, None) if found.case.interviews else None
    change = change.put(interviews=found.case.interviews + 1, interviewed_on=form.visit.interviewed_on)
    return await store(tx, act, Interviewed(meeting, change, form, why), keys, wish)


@dataclass(frozen=True, slots=True)
class Interviewed:
    """An interview on its way into the database, with the case that it changes, and why it is written when not for the first time."""

    meeting: Meeting
    change: Change
    form: InterviewForm
    why: Amendment | None


async def store(tx: Tx, act: Act, done: Interviewed, keys: Keys, wish: StatedWish | None = None) -> Recorded:
    """Store the interview and what changed with it, and publish it."""
    case = done.change.after
    await cases.save_changes(tx, [done.change], by=act.by, at=act.at)
    if wish is not None:
        await store_intent(tx, wish.intent)
    await contacts.add_interview(tx, row_of_interview(act, done.meeting, case, done.form, keys.fields, done.why))
    wish_events = wish.events if wish else ()
    await outbox.add_many(tx, [*wish_events, *events_of_interview(act, done.meeting, case, done.form, keys.assessments)])
    return Recorded(done.meeting.interview_id, case.interviews, case, wish.intent.slip_no if wish else None)


async def _recorded_before(tx: Tx, case: Case, error: CaseNotReady) -> InterviewRecorded:
    last = await contacts.last_interview(tx, case.case_id)
    return InterviewRecorded(
        **error.facts, present_revision=last["revision"], interview_id=last["interview_id"], recorded_by=last["recorded_by"]
    )


def check_day(act: Act, case: Case, form: InterviewForm) -> None:
    """Raises Invalid for a day before the wish or to come, and for times between which no interview can lie."""
    day = form.visit.interviewed_on
    first = case.stated_on or day
    if not first <= day <= act.today:
        raise Invalid.field(
            "visit.interviewed_on",
            "date_range",
            "is before the wish or in the future",
            "ก่อนวันแจ้งความประสงค์หรือยังไม่มาถึง",
            f"{first}..{act.today}",
        )
    check_times(form.visit.started_at, form.visit.ended_at)


async def checked_meeting(tx: Tx, case: Case, form: InterviewForm) -> Meeting:
    """Who interviewed: the case's officer, with the co-interviewer of this day or else of the case; the rule of BAAC or GSB holds."""
    officer_id = acting_officer(case, form.visit.officer_id)
    co_id = form.visit.co_interviewer_id or case.co_interviewer_id
    officers = await staff.active_officers(tx, (officer_id, co_id))
    unknown = [one for one in (officer_id, co_id) if one is not None and one not in officers]
    if unknown:
        raise UnknownOfficer(officer_id=unknown[0])
    co_interviewer = officers[co_id].employer if co_id else None
    if not is_satisfied(officers[officer_id].employer, co_interviewer):
        raise CoInterviewerRequired(
            case_id=case.case_id,
            officer_employer=officers[officer_id].employer,
            co_interviewer_employer=co_interviewer,
            fix={"field": "visit.co_interviewer_id", "employers": sorted(BANKS)},
        )
    return Meeting(new_id(), officer_id, co_id)


async def check_menu(tx: Tx, menu: tuple[MenuChoice, ...], on: date) -> None:
    """Raises UnknownProgramme for lines that are not of programmes of their dimension that take people in on the day."""
    if not menu:
        return
    known = await staff.programmes(tx, [line.programme_code for line in menu], on)
    problems = []
    for number, line in enumerate(menu):
        programme = known.get(line.programme_code)
        field = f"menu.{number}.programme_code"
        if programme is None:
            problems.append(
                FieldProblem(
                    field, "unknown_programme", f"{line.programme_code} is not in the catalogue", f"ไม่มีโครงการ {line.programme_code}"
                )
            )
        elif not programme.active:
            problems.append(
                FieldProblem(field, "inactive_programme", f"{line.programme_code} is not active", f"โครงการ {line.programme_code} ปิดรับแล้ว")
            )
        elif programme.dimension is not line.dimension:
            problems.append(
                FieldProblem(
                    f"menu.{number}.dimension",
                    "dimension",
                    f"{line.programme_code} is of {programme.dimension}",
                    f"โครงการ {line.programme_code} อยู่ในมิติ {programme.dimension}",
                )
            )
    if problems:
        raise UnknownProgramme(problems=problems)


async def _walked(tx: Tx, act: Act, found: PersonWithCase, form: InterviewForm, keys: Keys) -> tuple[Change, StatedWish | None]:
    """The case after the interview, and the wish that was stated with it."""
    case = found.case
    change = Change.of(case)
    # Who declared is interviewed as such; who was only due for a visit has now been met at home.
    if not case.wish_counts:
        change = change.step(Step.MET_AT_HOME)
    wish = await _stated_wish(tx, act, found, change, form, keys)
    if wish is not None:
        change = wish.change
    if change.after.wish_counts:
        change = change.step(Step.INTERVIEWED, answer=form.wishes.answer)
    elif form.wishes.answer is Answer.DEVELOP:
        raise IntentRequired(case_id=case.case_id)
    if form.wishes.answer is not Answer.DEVELOP:
        change = change.step(_STEP_OF_ANSWER[form.wishes.answer], form.wishes.decline_reason or "")
    return change, wish


async def _stated_wish(tx: Tx, act: Act, found: PersonWithCase, change: Change, form: InterviewForm, keys: Keys) -> StatedWish | None:
    if not form.wishes.states_wish or found.case.wish_counts or form.wishes.paper is None:
        return None
    if found.case.intent_status is IntentStatus.PENDING_DECISION:
        raise LateWishNeedsDecision(case_id=found.case.case_id)
    wish = Wish(Channel.HOME_VISIT, form.visit.interviewed_on, form.wishes.paper, form.paper_version)
    stated = await prepare_wish(tx, act, found.person, change, wish, keys.fields)
    if stated.intent.status is IntentStatus.PENDING_DECISION:
        raise LateWishNeedsDecision(case_id=found.case.case_id)
    return stated
