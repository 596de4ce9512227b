"""Contacts after the interview."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.contracts.interview.base import CaseFact


class FollowUpRound(StrEnum):
    """The rounds of follow-up."""

    JUNE = "JUNE"
    SEPTEMBER = "SEPTEMBER"
    AD_HOC = "AD_HOC"


class JobStatus(StrEnum):
    """Work at the time of a follow-up."""

    EMPLOYED = "EMPLOYED"
    SELF_EMPLOYED = "SELF_EMPLOYED"
    IN_TRAINING = "IN_TRAINING"
    SEEKING = "SEEKING"
    NOT_WORKING = "NOT_WORKING"


class Recommendation(StrEnum):
    """What the account officer recommends after a follow-up."""

    CONTINUE = "CONTINUE"
    CHANGE = "CHANGE"
    STOP = "STOP"


class FollowUpRecorded(CaseFact):
    """A contact with the person after the interview."""

    type = "interview.FollowUpRecorded.v1"
    consumers = ("plan", "reporting")

    follow_up_id: UUID
    round: FollowUpRound
    contacted_on: date
    reached: bool
    officer_id: UUID
    job_status: JobStatus | None = None
    monthly_income_baht: int | None = None
    yearly_income_baht: int | None = None
    recommendation: Recommendation | None = None
    reasonable_cause: bool | None = None


class FollowUpOverdue(CaseFact):
    """A round's deadline passed without a recorded contact."""

    type = "interview.FollowUpOverdue.v1"
    consumers = ("reporting",)

    round: FollowUpRound
    due_by: date
    officer_id: UUID | None
