"""Contacts after the interview."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import ConfigDict

from services.interview.domain import State
from services.interview.forms.base import Form
from services.interview.forms.follow_up import FollowUpForm
from services.interview.schemas.base import A_CASE, CaseRef, Out
from services.interview.schemas.defined import FormRequest, shown
from shared.contracts.interview import FollowUpRound, JobStatus, Recommendation

_CONTACT = {
    "round": "JUNE",
    "contacted_on": "2018-06-12",
    "method": "TELEPHONE",
    "reached": True,
    "job_status": "SELF_EMPLOYED",
    "monthly_income_baht": 3200,
    "recommendation": "CONTINUE",
}


class FollowUpIn(CaseRef, FormRequest):
    """A follow-up."""

    model_config = ConfigDict(extra="allow", json_schema_extra=shown("follow_up", {"case_id": A_CASE}, _CONTACT))

    def form(self) -> FollowUpForm:
        """The form. Raises Invalid with every rule of its definition that is broken."""
        return FollowUpForm.filled_in(self.answers, self.form_version)


class SweepIn(Form):
    """Which round is over."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"round": "JUNE"}]})

    round: FollowUpRound


class FollowUpRecordedOut(Out):
    """What was recorded, and where the case stands now."""

    follow_up_id: UUID
    case_id: UUID
    state: State


class FollowUpOut(Out):
    """A follow-up."""

    follow_up_id: UUID
    case_id: UUID
    holder_id: UUID
    round: FollowUpRound
    contacted_on: date
    reached: bool
    officer_id: UUID
    job_status: JobStatus | None
    monthly_income_baht: int | None
    yearly_income_baht: int | None
    recommendation: Recommendation | None
    reasonable_cause: bool | None
    next_on: date | None
    form_version: str
    answers: dict[str, Any]
