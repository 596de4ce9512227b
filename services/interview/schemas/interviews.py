"""Interviews (annex 3)."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field

from services.interview.commands.record_interview import Recorded
from services.interview.domain import State
from services.interview.forms.base import Text
from services.interview.forms.interview import InterviewForm
from services.interview.schemas.base import A_CASE, CaseRef, Out
from services.interview.schemas.defined import FormRequest, shown
from shared.contracts.common import Approach, Channel, Dimension
from shared.contracts.interview import Answer

Reason = Annotated[Text, Field(min_length=3, description="Why it is written anew. เหตุผลที่แก้ไข")]


class InterviewIn(CaseRef, FormRequest):
    """An interview (annex 3)."""

    model_config = ConfigDict(extra="allow", json_schema_extra=shown("annex3", {"case_id": A_CASE}))

    def form(self) -> InterviewForm:
        """The form. Raises Invalid with every rule of its definition that is broken."""
        return InterviewForm.filled_in(self.answers, self.form_version)


class RevisionIn(FormRequest):
    """The whole interview anew, with what was wrong put right, and why."""

    model_config = ConfigDict(extra="allow", json_schema_extra=shown("annex3", {"reason": "ลงรายได้ผิด"}))

    reason: Reason

    def form(self) -> InterviewForm:
        """The form. Raises Invalid with every rule of its definition that is broken."""
        return InterviewForm.filled_in(self.answers, self.form_version)


class ProposedOut(Out):
    """What the rules proposed of the answers, beside what the officer decided."""

    rules_version: str
    problems: list[Dimension]
    approach: Approach | None


class InterviewOut(Out):
    """An interview without health and debts."""

    interview_id: UUID
    case_id: UUID
    holder_id: UUID
    revision: int
    interviewed_on: date
    channel: Channel
    officer_id: UUID
    co_interviewer_id: UUID | None
    district: str
    subdistrict: str
    answer: Answer
    approach: str | None
    occupation: str
    second_occupation: str | None
    income_now_baht: int
    specialist_asked: bool
    form: str = "annex3"
    form_version: str = Field(description="The definition that the answers are under. รุ่นของแบบที่ใช้บันทึก")
    code_lists: dict[str, str] = Field(description="The lists that codes come from, with versions. บัญชีรหัสที่ใช้")
    answers: dict[str, Any] = Field(description="As answered, without what the form marks as sensitive. คำตอบที่ไม่ใช่ข้อมูลอ่อนไหว")
    proposed: ProposedOut | None = Field(description="What the rules proposed; the officer's own is in the answers. ข้อเสนอของระบบ")
    revision_reason: str | None
    amends: UUID | None = Field(description="The interview that this revision puts right. ฉบับที่ถูกแก้ไข")
    recorded_at: datetime
    recorded_by: str


class SealedAnswersOut(Out):
    """What an interview found of health and debts."""

    interview_id: UUID
    holder_id: UUID
    revision: int
    health: dict[str, Any]
    debts: list[dict[str, Any]]
    answers: dict[str, Any] = Field(description="All that the form marks as sensitive, in its place. ข้อมูลอ่อนไหวทั้งหมดตามแบบ")


class RevisionOut(Out):
    """One revision of an interview: who wrote it, when, why."""

    interview_id: UUID
    revision: int
    interviewed_on: date
    form_version: str
    reason: str | None
    recorded_at: datetime
    recorded_by: str


class RevisionsOut(Out):
    """Every revision of a case's interview, the first first."""

    case_id: UUID
    items: list[RevisionOut]


class InterviewRecordedOut(Out):
    """What was recorded, and where the case stands now; `slip_no` when the wish was stated at the same visit."""

    interview_id: UUID
    revision: int
    case_id: UUID
    holder_id: UUID
    state: State
    slip_no: str | None

    @classmethod
    def of(cls, done: Recorded) -> Self:
        """What is told of it."""
        return cls(
            interview_id=done.interview_id,
            revision=done.revision,
            case_id=done.case.case_id,
            holder_id=done.case.holder_id,
            state=done.case.state,
            slip_no=done.slip_no,
        )
