"""The follow-up form: what became of the person since the interview."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from services.interview.forms.base import Baht, Form, Name, Text
from services.interview.rules.plan_lines import LineStatus
from shared.contracts.interview import FollowUpRound, JobStatus, Recommendation
from shared.http.validation import field_error

Score = Annotated[int, Field(ge=0, le=10)]


class ContactMethod(StrEnum):
    """How the officer reached, or tried to reach, the person."""

    HOME_VISIT = "HOME_VISIT"
    OFFICE = "OFFICE"
    TELEPHONE = "TELEPHONE"
    THROUGH_OTHERS = "THROUGH_OTHERS"


class Trend(StrEnum):
    """Compared with the interview."""

    LESS = "LESS"
    SAME = "SAME"
    MORE = "MORE"


class WellBeing(Form):
    """Answers on a published scale, 0 to 10 each; who does not know leaves one out."""

    scale: Literal["ons4.v1"]
    satisfied: Score | None = None
    worthwhile: Score | None = None
    happy_yesterday: Score | None = None
    anxious_yesterday: Score | None = None


class PlanLineStatus(Form):
    """One line of the plan as the officer found it."""

    line_no: Annotated[int, Field(ge=1, le=20)]
    status: LineStatus
    agency_outcome: Text = ""


class FollowUpForm(Form):
    """One contact. Who was reached must have a work status, a monthly income and a recommendation."""

    round: FollowUpRound
    contacted_on: date
    method: ContactMethod
    reached: bool
    officer_id: UUID | None = Field(default=None, description="The case's account officer. ผู้ดูแลของรายนี้")
    plan_lines: tuple[PlanLineStatus, ...] = Field(default=(), max_length=20)
    job_status: JobStatus | None = None
    employer: Name | None = None
    monthly_income_baht: Baht | None = None
    yearly_income_baht: Baht | None = None
    income_change: Trend | None = None
    debt_change: Trend | None = None
    quality_of_life: Annotated[int, Field(ge=1, le=5, description="Own view, 1 to 5. ความเห็นต่อคุณภาพชีวิต 1-5")] | None = None
    well_being: WellBeing | None = Field(default=None, description="GET /v1/quality-of-life-scales. แบบวัดคุณภาพชีวิตที่เผยแพร่")
    obstacles: Text = ""
    reasonable_cause: bool | None = None
    recommendation: Recommendation | None = None
    next_on: date | None = None

    @model_validator(mode="after")
    def _reached_people_answer(self) -> Self:
        missing = [name for name in ("job_status", "monthly_income_baht", "recommendation") if getattr(self, name) is None]
        if self.reached and missing:
            names = ", ".join(missing)
            raise field_error("reached", f"who was reached needs: {names}", f"เมื่อติดต่อได้ต้องระบุ: {names}", field=missing[0])
        return self

    @model_validator(mode="after")
    def _stopping_is_reasoned(self) -> Self:
        if self.recommendation is Recommendation.STOP and self.reasonable_cause is None:
            raise field_error(
                "recommendation",
                "STOP needs an answer whether there is a reasonable cause",
                "เมื่อเสนอให้หยุดต้องระบุว่ามีเหตุอันสมควรหรือไม่",
                "true | false",
                field="reasonable_cause",
            )
        return self
