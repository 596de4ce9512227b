"""Interviews (annex 3)."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from shared.contracts.common import Approach, Channel, Dimension
from shared.contracts.envelope import EventData
from shared.contracts.interview.base import CaseFact
from shared.contracts.interview.topics import ASSESSMENTS


class Answer(StrEnum):
    """What the interview ended with: wishes to develop, refuses, or is content with what they have (ดำรงชีวิตพอเพียง)."""

    DEVELOP = "DEVELOP"
    REFUSE = "REFUSE"
    SUFFICIENT = "SUFFICIENT"


class MenuLine(EventData):
    """One line of the menu (annex 3): what the person chose. Both must have signed for the plan to follow at once."""

    line_no: int
    dimension: Dimension
    programme_code: str
    goal: str = ""
    desired_job: str | None = None
    training_code: str | None = None
    loan_amount_satang: int | None = Field(default=None, ge=0)
    preferred_month: str | None = None
    target_income_baht: int | None = Field(default=None, ge=0)
    agreed_on: date | None = None
    holder_signed: bool = False
    officer_signed: bool = False


class InterviewCompleted(CaseFact):
    """The interview (annex 3) is complete and signed. Carries what plan and payments need, no health and no debts."""

    type = "interview.InterviewCompleted.v1"
    consumers = ("plan", "payments", "reporting")

    interview_id: UUID
    revision: int = 1
    interviewed_on: date
    channel: Channel
    officer_id: UUID
    co_interviewer_id: UUID | None
    answer: Answer
    decline_reason: str | None = None
    approach: Approach | None = None
    problems: tuple[Dimension, ...] = ()
    occupation: str
    second_occupation: str | None = None
    income_now_baht: int
    district: str
    subdistrict: str
    wishes: tuple[Dimension, ...] = ()
    menu: tuple[MenuLine, ...] = ()
    specialist_asked: bool = False


class AssessmentRecorded(EventData):
    """Health, debts, land and skills that programme conditions need; `sealed` is JSON encrypted to plan (AES-GCM, base64).

    Of an erased person it is empty and `erased` is true: whatever was told of them before is to be forgotten.
    """

    type = "interview.AssessmentRecorded.v1"
    topic = ASSESSMENTS
    consumers = ("plan",)

    holder_id: UUID
    interview_id: UUID
    revision: int
    key_id: str
    sealed: str
    erased: bool = False
