"""The follow-up form: what became of the person since the interview."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from services.interview.forms.base import Baht, Form, Name, Text
from shared.contracts.interview import FollowUpRound, JobStatus, Recommendation
from shared.http.validation import field_error


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


class LineStatus(StrEnum):
    """Where one line of the plan stands."""

    NOT_STARTED = "NOT_STARTED"
    UNDER_WAY = "UNDER_WAY"
    DONE = "DONE"
    GIVEN_UP = "GIVEN_UP"


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
