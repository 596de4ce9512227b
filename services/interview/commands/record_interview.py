"""Recording an interview (annex 3) with the co-interview rule, and with the wish stated at the same home visit."""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import orjson

from services.interview.commands.act import Act
from services.interview.commands.reaching import acting_officer
from services.interview.commands.state_wish import StatedWish, Wish, check_alive, prepare_wish, store_intent
from services.interview.domain import Case, Change, IntentStatus, Step
from services.interview.errors import CoInterviewerRequired, IntentRequired, LateWishNeedsDecision, UnknownOfficer, UnknownProgramme
from services.interview.forms.interview import DebtKind, InterviewForm, MenuChoice
from services.interview.repository import cases, contacts, people, staff
from services.interview.repository.people import PersonWithCase
from services.interview.rules.co_interview import is_satisfied
from shared.bus import outbox
from shared.contracts import Event
from shared.contracts.common import Channel
from shared.contracts.interview import Answer, AssessmentRecorded, InterviewCompleted, MenuLine
from shared.crypto import FieldCipher
from shared.db import Tx
from shared.errors import FieldProblem, Invalid
from shared.ids import new_id

_STEP_OF_ANSWER = {Answer.REFUSE: Step.REFUSED, Answer.SUFFICIENT: Step.CONTENT}


@dataclass(frozen=True, slots=True)
class Keys:
    """What seals: our own columns, and what travels to plan."""

    fields: FieldCipher
    assessments: FieldCipher


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
    UnknownProgramme, IntentRequired, LateWishNeedsDecision, CaseNotReady.
    """
    found = await people.lock_case(tx, act.caller.reach, column, value)
    check_alive(found.person, found.case)
    _check_day(act, found.case, form)
    meeting = await _checked_meeting(tx, found.case, form)
    await _check_menu(tx, form.menu)
    change, wish = await _walked(tx, act, found, form, keys)
    change = change.put(interviews=found.case.interviews + 1, interviewed_on=form.visit.interviewed_on)
    await cases.save_changes(tx, [change], by=act.by, at=act.at)
    if wish is not None:
        await store_intent(tx, wish.intent)
    await contacts.add_interview(tx, _row(act, meeting, change.after, form, keys.fields))
    wish_events = wish.events if wish else ()
    await outbox.add_many(tx, [*wish_events, *_events(act, meeting, change.after, form, keys.assessments)])
    return Recorded(meeting.interview_id, change.after.interviews, change.after, wish.intent.slip_no if wish else None)


@dataclass(frozen=True, slots=True)
class _Meeting:
    interview_id: UUID
    officer_id: UUID
    co_interviewer_id: UUID | None


def _check_day(act: Act, case: Case, form: InterviewForm) -> None:
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


async def _checked_meeting(tx: Tx, case: Case, form: InterviewForm) -> _Meeting:
    """Who interviewed: the case's officer, with the co-interviewer of this day or else of the case; the rule of BAAC or GSB holds."""
    officer_id = acting_officer(case, form.visit.officer_id)
    co_id = form.visit.co_interviewer_id or case.co_interviewer_id
    officers = await staff.active_officers(tx, (officer_id, co_id))
    unknown = [one for one in (officer_id, co_id) if one is not None and one not in officers]
    if unknown:
        raise UnknownOfficer(officer_id=unknown[0])
    co_interviewer = officers[co_id].employer if co_id else None
    if not is_satisfied(officers[officer_id].employer, co_interviewer):
        raise CoInterviewerRequired(case_id=case.case_id, officer_employer=officers[officer_id].employer)
    return _Meeting(new_id(), officer_id, co_id)


async def _check_menu(tx: Tx, menu: tuple[MenuChoice, ...]) -> None:
    if not menu:
        return
    known = await staff.programmes(tx, [line.programme_code for line in menu])
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
    wish = Wish(Channel.HOME_VISIT, form.visit.interviewed_on, form.wishes.paper)
    stated = await prepare_wish(tx, act, found.person, change, wish, keys.fields)
    if stated.intent.status is IntentStatus.PENDING_DECISION:
        raise LateWishNeedsDecision(case_id=found.case.case_id)
    return stated


def _row(act: Act, meeting: _Meeting, case: Case, form: InterviewForm, fields: FieldCipher) -> dict[str, Any]:
    return {
        "interview_id": meeting.interview_id,
        "case_id": case.case_id,
        "holder_id": case.holder_id,
        "revision": case.interviews,
        "interviewed_on": form.visit.interviewed_on,
        "channel": case.channel or Channel.HOME_VISIT,
        "officer_id": meeting.officer_id,
        "co_interviewer_id": meeting.co_interviewer_id,
        "district": case.responsible_district,
        "subdistrict": case.subdistrict,
        "answer": form.wishes.answer,
        "approach": form.diagnosis.approach,
        "occupation": form.person.occupation,
        "second_occupation": form.person.second_occupation,
        "income_now_baht": form.person.income_now_baht,
        "specialist_asked": form.specialist_asked,
        "answers": form.readable_answers().model_dump(mode="json"),
        "health_sealed": fields.seal(form.health.model_dump_json(), sealing_context(meeting.interview_id, "health")),
        "debts_sealed": fields.seal(_debts_json(form), sealing_context(meeting.interview_id, "debts")),
        "recorded_at": act.at,
        "recorded_by": act.by,
    }


def sealing_context(interview_id: UUID, column: str) -> bytes:
    """A sealed value opens only in its own row and column."""
    return interview_id.bytes + column.encode()


def _debts_json(form: InterviewForm) -> str:
    return orjson.dumps([debt.model_dump(mode="json") for debt in form.debts]).decode()


def _events(act: Act, meeting: _Meeting, case: Case, form: InterviewForm, assessments: FieldCipher) -> list[Event]:
    completed = InterviewCompleted(
        holder_id=case.holder_id,
        case_id=case.case_id,
        interview_id=meeting.interview_id,
        revision=case.interviews,
        interviewed_on=form.visit.interviewed_on,
        channel=case.channel or Channel.HOME_VISIT,
        officer_id=meeting.officer_id,
        co_interviewer_id=meeting.co_interviewer_id,
        answer=form.wishes.answer,
        decline_reason=form.wishes.decline_reason,
        approach=form.diagnosis.approach,
        problems=form.diagnosis.problems,
        occupation=form.person.occupation,
        second_occupation=form.person.second_occupation,
        income_now_baht=form.person.income_now_baht,
        district=case.responsible_district,
        subdistrict=case.subdistrict,
        wishes=form.wishes.dimensions,
        menu=tuple(_menu_line(number, choice) for number, choice in enumerate(form.menu, start=1)),
        specialist_asked=form.specialist_asked,
    )
    # The assessment goes first: plan recommends when the interview comes and wants it at hand.
    return [
        Event.of(
            _assessment(meeting.interview_id, case, form, assessments),
            subject=case.holder_id,
            time=act.at,
            identity=(meeting.interview_id,),
        ),
        Event.of(completed, subject=case.holder_id, time=act.at, identity=(meeting.interview_id,)),
    ]


def _menu_line(number: int, choice: MenuChoice) -> MenuLine:
    return MenuLine(
        line_no=number,
        dimension=choice.dimension,
        programme_code=choice.programme_code,
        goal=choice.goal,
        desired_job=choice.desired_job,
        training_code=choice.training_code,
        loan_amount_satang=choice.loan_amount_satang,
        preferred_month=choice.preferred_month,
        target_income_baht=choice.target_income_baht,
        agreed_on=choice.agreed_on,
        holder_signed=choice.holder_signed,
        officer_signed=choice.officer_signed,
    )


def _assessment(interview_id: UUID, case: Case, form: InterviewForm, assessments: FieldCipher) -> AssessmentRecorded:
    content = {
        "health": form.health.model_dump(mode="json"),
        "debts": [{**debt.model_dump(mode="json"), "formal": debt.kind is DebtKind.FORMAL} for debt in form.debts],
        "land_tenure": form.person.land.tenure,
        "land_rai": form.person.land.rai,
        "housing_tenure": form.person.housing,
        "saves": form.person.saves,
        "skills": form.abilities.skills,
    }
    return AssessmentRecorded(
        holder_id=case.holder_id,
        interview_id=interview_id,
        revision=case.interviews,
        key_id=assessments.current,
        # The context is that of the contract: it opens only as this person's.
        sealed=assessments.seal_text(orjson.dumps(content).decode(), str(case.holder_id).encode()),
    )
