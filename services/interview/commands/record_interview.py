"""Recording an interview (annex 3) with the co-interview rule, and with the wish stated at the same home visit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from services.interview.commands.act import Act
from services.interview.commands.check_codes import asked_codes, check_codes
from services.interview.commands.interview_facts import Amendment, Keys, Meeting, events_of_interview, row_of_interview
from services.interview.commands.reaching import acting_officer
from services.interview.commands.state_wish import StatedWish, Wish, check_alive, prepare_wish, store_intents
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
from services.interview.forms.interview import InterviewForm
from services.interview.forms.wish import WishPaper
from services.interview.repository import cases, code_lists, contacts, intents, people, staff
from services.interview.repository.code_lists import AskedCode, LookedUp
from services.interview.repository.people import PersonWithCase
from services.interview.repository.staff import Officer, Programme
from services.interview.rules.co_interview import BANKS, is_satisfied
from services.interview.rules.visit_times import check_times
from shared.bus import outbox
from shared.contracts import Event
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
    known = await read_named(tx, [(found.case, form)])
    try:
        done = decide(act, found, form, keys, known)
    except CaseNotReady as error:
        if found.case.interviews:
            raise await _recorded_before(tx, found.case, error) from error
        raise
    return await store(tx, act, done, keys)


@dataclass(frozen=True, slots=True)
class Named:
    """Whom and what forms name: the active officers, the programmes as of the days of the forms, a running number for the slip of each wish that is stated, by case, and the listed codes."""

    officers: Mapping[UUID, Officer]
    programmes: Mapping[tuple[str, date], Programme]
    slip_numbers: Mapping[UUID, int]
    codes: Mapping[AskedCode, LookedUp]


async def read_named(tx: Tx, forms: Sequence[tuple[Case, InterviewForm]]) -> Named:
    """What `decide` needs to know of the forms' officers, programmes, wishes and codes."""
    officers = {one for case, form in forms for one in (case.officer_id, form.visit.co_interviewer_id, case.co_interviewer_id)}
    chosen = {(line.programme_code, form.visit.interviewed_on) for _, form in forms for line in form.menu}
    listed = {asked for _, form in forms for _, asked in asked_codes(form)}
    stating = [case.case_id for case, form in forms if _paper_of_wish(case, form) is not None]
    return Named(
        await staff.active_officers(tx, officers),
        await staff.programmes(tx, chosen) if chosen else {},
        dict(zip(stating, await intents.slip_numbers(tx, len(stating)), strict=True)) if stating else {},
        await code_lists.look_up(tx, listed) if listed else {},
    )


@dataclass(frozen=True, slots=True)
class Interviewed:
    """An interview on its way into the database.

    With the case that it changes, why it is written when not for the first time, and the wish that was stated with it.
    """

    meeting: Meeting
    change: Change
    form: InterviewForm
    why: Amendment | None
    wish: StatedWish | None = None

    @property
    def recorded(self) -> Recorded:
        """What it is once it is stored."""
        case = self.change.after
        return Recorded(self.meeting.interview_id, case.interviews, case, self.wish.intent.slip_no if self.wish else None)


def decide(act: Act, found: PersonWithCase, form: InterviewForm, keys: Keys, named: Named) -> Interviewed:
    """The interview of a case that is locked; nothing is stored. Raises as `record_interview`, but CaseNotReady when there is one already."""
    check_alive(found.person, found.case)
    check_day(act, form, found.case.stated_on)
    meeting = checked_meeting(found.case, form, named)
    check_menu(form, named)
    check_codes(form, named.codes)
    change, wish = _walked(act, found, form, keys, named)
    # Who is met again after a refusal, because they thought again and stated the wish, is interviewed anew.
    why = Amendment(MET_AGAIN, None) if found.case.interviews else None
    change = change.put(interviews=found.case.interviews + 1, interviewed_on=form.visit.interviewed_on)
    return Interviewed(meeting, change, form, why, wish)


async def store(tx: Tx, act: Act, done: Interviewed, keys: Keys) -> Recorded:
    """Store the interview and what changed with it, and publish it."""
    await store_all(tx, act, [done], keys)
    return done.recorded


async def store_all(tx: Tx, act: Act, done: Sequence[Interviewed], keys: Keys) -> None:
    """As `store` for interviews of different cases."""
    await cases.save_changes(tx, [one.change for one in done], by=act.by, at=act.at)
    wishes = [one.wish.intent for one in done if one.wish is not None]
    if wishes:
        await store_intents(tx, wishes)
    rows = [row_of_interview(act, one.meeting, one.change.after, one.form, keys.fields, one.why) for one in done]
    await contacts.add_interviews(tx, rows)
    await outbox.add_many(tx, [event for one in done for event in _events(act, one, keys)])


def _events(act: Act, done: Interviewed, keys: Keys) -> list[Event]:
    wish_events = done.wish.events if done.wish else ()
    return [*wish_events, *events_of_interview(act, done.meeting, done.change.after, done.form, keys.assessments)]


async def _recorded_before(tx: Tx, case: Case, error: CaseNotReady) -> InterviewRecorded:
    last = await contacts.last_interview(tx, case.case_id)
    return InterviewRecorded(
        **error.facts, present_revision=last["revision"], interview_id=last["interview_id"], recorded_by=last["recorded_by"]
    )


def check_day(act: Act, form: InterviewForm, stated_on: date | None) -> None:
    """Raises Invalid for a day before the wish was stated or to come, and for times between which no interview can lie."""
    day = form.visit.interviewed_on
    first = stated_on or day
    if not first <= day <= act.today:
        raise Invalid.field(
            "visit.interviewed_on",
            "date_range",
            "is before the wish or in the future",
            "ก่อนวันแจ้งความประสงค์หรือยังไม่มาถึง",
            f"{first}..{act.today}",
        )
    check_times(form.visit.started_at, form.visit.ended_at)


def checked_meeting(case: Case, form: InterviewForm, named: Named) -> Meeting:
    """Who interviewed: the case's officer, with the co-interviewer of this day or else of the case; the rule of BAAC or GSB holds."""
    officer_id = acting_officer(case, form.visit.officer_id)
    co_id = form.visit.co_interviewer_id or case.co_interviewer_id
    officers = named.officers
    unknown = [one for one in (officer_id, co_id) if one is not None and one not in officers]
    if unknown:
        raise UnknownOfficer(f"visit.{'officer_id' if unknown[0] == officer_id else 'co_interviewer_id'}", officer_id=unknown[0])
    co_interviewer = officers[co_id].employer if co_id else None
    if not is_satisfied(officers[officer_id].employer, co_interviewer):
        raise CoInterviewerRequired(
            case_id=case.case_id,
            officer_employer=officers[officer_id].employer,
            co_interviewer_employer=co_interviewer,
            fix={"field": "visit.co_interviewer_id", "employers": sorted(BANKS)},
        )
    return Meeting(new_id(), officer_id, co_id)


def check_menu(form: InterviewForm, named: Named) -> None:
    """Raises UnknownProgramme for lines that are not of programmes of their dimension that take people in on the day of the form."""
    problems = []
    offered = f"plan: GET /v1/programmes?on={form.visit.interviewed_on}"
    for number, line in enumerate(form.menu):
        programme = named.programmes.get((line.programme_code, form.visit.interviewed_on))
        field = f"menu.{number}.programme_code"
        if programme is None:
            problems.append(
                FieldProblem(
                    field,
                    "unknown_programme",
                    f"{line.programme_code} is not in the catalogue",
                    f"ไม่มีโครงการ {line.programme_code}",
                    offered,
                )
            )
        elif not programme.active:
            problems.append(
                FieldProblem(
                    field,
                    "inactive_programme",
                    f"{line.programme_code} is not active",
                    f"โครงการ {line.programme_code} ปิดรับแล้ว",
                    offered,
                )
            )
        elif programme.dimension is not line.dimension:
            problems.append(
                FieldProblem(
                    f"menu.{number}.dimension",
                    "dimension",
                    f"{line.programme_code} is of {programme.dimension}",
                    f"โครงการ {line.programme_code} อยู่ในมิติ {programme.dimension}",
                    programme.dimension,
                )
            )
    if problems:
        raise UnknownProgramme(problems=problems)


def _walked(act: Act, found: PersonWithCase, form: InterviewForm, keys: Keys, named: Named) -> tuple[Change, StatedWish | None]:
    """The case after the interview, and the wish that was stated with it."""
    case = found.case
    change = Change.of(case)
    # Who declared is interviewed as such; who was only due for a visit has now been met at home.
    if not case.wish_counts:
        change = change.step(Step.MET_AT_HOME)
    wish = _stated_wish(act, found, change, form, keys, named)
    if wish is not None:
        change = wish.change
    if change.after.wish_counts:
        change = change.step(Step.INTERVIEWED, answer=form.wishes.answer)
    elif form.wishes.answer is Answer.DEVELOP:
        raise IntentRequired(case_id=case.case_id)
    if form.wishes.answer is not Answer.DEVELOP:
        change = change.step(_STEP_OF_ANSWER[form.wishes.answer], form.wishes.decline_reason or "")
    return change, wish


def _paper_of_wish(case: Case, form: InterviewForm) -> WishPaper | None:
    """The paper of a wish that is stated at the interview; None when none is, or one counts already."""
    return form.wishes.paper if form.wishes.states_wish and not case.wish_counts else None


def _stated_wish(act: Act, found: PersonWithCase, change: Change, form: InterviewForm, keys: Keys, named: Named) -> StatedWish | None:
    paper = _paper_of_wish(found.case, form)
    if paper is None:
        return None
    if found.case.intent_status is IntentStatus.PENDING_DECISION:
        raise LateWishNeedsDecision(case_id=found.case.case_id)
    wish = Wish(Channel.HOME_VISIT, form.visit.interviewed_on, paper, form.paper_version)
    stated = prepare_wish(act, found.person, change, wish, named.slip_numbers[found.case.case_id], keys.fields)
    if stated.intent.status is IntentStatus.PENDING_DECISION:
        raise LateWishNeedsDecision(case_id=found.case.case_id)
    return stated
