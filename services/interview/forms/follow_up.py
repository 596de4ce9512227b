"""The follow-up as far as the code reads it; its fields and rules are in definitions/follow_up."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from services.interview.forms.answered import Answered
from shared.contracts.interview import FollowUpRound, JobStatus, Recommendation


class FollowUpForm(Answered):
    """One contact."""

    form_code: ClassVar[str] = "follow_up"
    day_at: ClassVar[tuple[str, ...]] = ("contacted_on",)

    round: FollowUpRound
    contacted_on: date
    reached: bool
    officer_id: UUID | None = None
    job_status: JobStatus | None = None
    monthly_income_baht: int | None = None
    yearly_income_baht: int | None = None
    recommendation: Recommendation | None = None
    reasonable_cause: bool | None = None
    next_on: date | None = None
