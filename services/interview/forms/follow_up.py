"""The follow-up as far as the code reads it; its fields and rules are in definitions/follow_up."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from services.interview.forms.answered import Answered, Typed
from services.interview.rules.plan_lines import LineStatus
from shared.contracts.interview import FollowUpRound, JobStatus, Recommendation


class PlanLineFound(Typed):
    """One line of the plan as the officer found it."""

    line_no: int
    status: LineStatus
    agency_outcome: str = ""


class FollowUpForm(Answered):
    """One contact."""

    form_code: ClassVar[str] = "follow_up"
    day_at: ClassVar[tuple[str, ...]] = ("contacted_on",)
    columns: ClassVar[tuple[str, ...]] = (
        "round",
        "contacted_on",
        "reached",
        "job_status",
        "monthly_income_baht",
        "yearly_income_baht",
        "recommendation",
        "reasonable_cause",
        "next_on",
    )
    """Fields that are stored as columns; the rest are stored as answers."""

    round: FollowUpRound
    contacted_on: date
    reached: bool
    officer_id: UUID | None = None
    plan_lines: tuple[PlanLineFound, ...] = ()
    job_status: JobStatus | None = None
    monthly_income_baht: int | None = None
    yearly_income_baht: int | None = None
    quality_of_life: int | None = None
    recommendation: Recommendation | None = None
    reasonable_cause: bool | None = None
    next_on: date | None = None
