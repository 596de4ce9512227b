"""What is stored and published of an interview."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson

from services.interview.commands.act import Act
from services.interview.domain import Case
from services.interview.forms.alike import digests_of
from services.interview.forms.interview import FORMAL, InterviewForm, MenuChoice
from services.interview.rules.diagnosing import rules_on
from services.interview.rules.supervision import supervision_on
from shared.contracts import Event
from shared.contracts.common import Channel
from shared.contracts.interview import AssessmentRecorded, InterviewCompleted, MenuLine
from shared.crypto import FieldCipher

SEALED: Final = ("health", "debts")
"""The kinds of sensitive answers that an interview keeps, each sealed in a column of its own."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What seals: our own columns, and what travels to plan."""

    fields: FieldCipher
    assessments: FieldCipher


@dataclass(frozen=True, slots=True)
class Meeting:
    """Who met the person, and under which id it is kept."""

    interview_id: UUID
    officer_id: UUID
    co_interviewer_id: UUID | None


@dataclass(frozen=True, slots=True)
class Amendment:
    """Why an interview is written anew, and which one it puts right; a new meeting puts none right."""

    reason: str
    amends: UUID | None


def row_of_interview(
    act: Act, meeting: Meeting, case: Case, form: InterviewForm, fields: FieldCipher, why: Amendment | None
) -> dict[str, Any]:
    """What is stored: readable what the form's definition lets be, sealed by kind what it marks as sensitive."""
    readable, sensitive = form.definition.parts(form.answers)
    proposal = rules_on(form.visit.interviewed_on).propose(form.answers)
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
        "form_version": form.definition.version,
        "code_lists": form.definition.code_lists,
        "answers": readable,
        **{f"{kind}_sealed": _sealed(fields, meeting.interview_id, kind, sensitive.get(kind, {})) for kind in SEALED},
        # Its reasons are not kept: some would tell of health and debts, and the rules of that version give them again.
        "proposed": {"rules_version": proposal.rules_version, "problems": proposal.problems, "approach": proposal.approach},
        "revision_reason": why and why.reason,
        "amends": why and why.amends,
        "recorded_at": act.at,
        "recorded_by": act.by,
        "started_at": form.visit.started_at,
        "ended_at": form.visit.ended_at,
        "travelled_km": form.visit.travelled_km,
        **digests_of(readable, form.definition.schema, supervision_on(form.visit.interviewed_on).words_characters_min).as_columns(),
    }


def _sealed(fields: FieldCipher, interview_id: UUID, kind: str, answers: Mapping[str, Any]) -> bytes:
    return fields.seal(orjson.dumps(answers).decode(), sealing_context(interview_id, kind))


def sealing_context(interview_id: UUID, column: str) -> bytes:
    """A sealed value opens only in its own row and column."""
    return interview_id.bytes + column.encode()


def events_of_interview(act: Act, meeting: Meeting, case: Case, form: InterviewForm, assessments: FieldCipher) -> list[Event]:
    """What is published: the assessment sealed to plan, then the interview."""
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
        "debts": [{**debt.model_dump(mode="json"), "formal": debt.kind == FORMAL} for debt in form.debts],
        "land_tenure": form.person.land.tenure,
        "land_rai": form.person.land.rai,
        "housing_tenure": form.person.housing,
        "saves": form.person.saves,
        "skills": form.abilities.skills,
        "readiness": form.abilities.readiness,
    }
    return AssessmentRecorded(
        holder_id=case.holder_id,
        interview_id=interview_id,
        revision=case.interviews,
        key_id=assessments.current,
        # The context is that of the contract: it opens only as this person's.
        sealed=assessments.seal_text(orjson.dumps(content).decode(), str(case.holder_id).encode()),
    )
