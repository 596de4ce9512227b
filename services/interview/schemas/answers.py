"""Answers."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.interview.domain import IntentStatus, State, Step
from services.interview.forms.interview import Answers, Debt, Health
from shared.contracts.common import Channel, Tier
from shared.contracts.interview import Answer, DecisionKind, Employer, FollowUpRound, JobStatus, Recommendation
from shared.contracts.registry import NoticeStatus


class Out(BaseModel):
    """Base of the answers: read from objects or mappings."""

    model_config = ConfigDict(from_attributes=True)


class OfficerOut(Out):
    """An officer; `open_cases` in lists only."""

    officer_id: UUID
    version: int
    district: str
    employer: Employer
    staff_no: str
    active: bool
    open_cases: int | None = None


class MeetingPlaceOut(Out):
    """A meeting place."""

    place_id: UUID
    version: int
    district: str
    subdistrict: str
    name: str
    opens_on: date
    closes_on: date
    capacity_per_day: int


class SlipOut(Out):
    """The slip (หางตั๋ว): what the person takes home."""

    intent_id: UUID
    slip_no: str
    holder_id: UUID
    case_id: UUID
    status: IntentStatus
    stated_on: date
    received_on: date
    channel: Channel
    district: str
    tier: Tier
    monthly_satang: int = Field(description="To expect a month, in satang. เงินเพิ่มต่อเดือน (สตางค์)")
    months: int = Field(description="How many months. จำนวนเดือน")
    first_month: str | None
    last_month: str | None
    approved_late: bool
    decision_reference: str | None
    withdrawn_on: date | None
    repeated: bool = Field(default=False, description="The first slip was returned; nothing doubled. คืนหางตั๋วฉบับแรก")

    @classmethod
    def of(cls, intent: Any, *, repeated: bool = False) -> "SlipOut":
        """The slip of an intent (object)."""
        values = {name: getattr(intent, name) for name in cls.model_fields if name not in {"approved_late", "repeated"}}
        return cls(**values, approved_late=intent.approved_late_by is not None, repeated=repeated)

    @classmethod
    def of_row(cls, row: Any) -> "SlipOut":
        """The slip of a row of `intent`."""
        values = {name: row[name] for name in cls.model_fields if name not in {"approved_late", "repeated"}}
        return cls(**values, approved_late=row["approved_late_by"] is not None)


class CaseOut(Out):
    """A case."""

    case_id: UUID
    holder_id: UUID
    version: int
    state: State
    home_district: str
    responsible_district: str
    subdistrict: str
    opened_on: date
    officer_id: UUID | None
    co_interviewer_id: UUID | None
    intent_status: IntentStatus | None
    stated_on: date | None
    channel: Channel | None
    attempts: int
    interviews: int
    interviewed_on: date | None
    plan_declined_on: date | None
    june_on: date | None
    september_on: date | None


class HomeVisitOut(CaseOut):
    """A line of the list of home visits."""

    due_by: date
    listed_on: date
    officer_employer: Employer | None


class HistoryOut(Out):
    """One thing that happened to the case."""

    version: int
    step: Step
    from_state: State
    to_state: State
    at: datetime
    by: str
    reason: str
    details: dict[str, Any]


class EntitlementOut(Out):
    """The allowance as payments says."""

    status: str
    monthly_satang: int
    first_month: str
    last_month: str
    stop_month: str | None
    stop_reason: str | None


class RecommendationOut(Out):
    """What plan recommends, best first."""

    version: int
    interview_id: UUID
    programmes: list[dict[str, Any]]


class PlanOut(Out):
    """The agreed plan."""

    version: int
    plan_id: UUID
    agreed_on: date
    lines: list[dict[str, Any]]


class ReferralOut(Out):
    """A referral of a plan line."""

    referral_id: UUID
    line_no: int
    programme_code: str
    agency: str
    referred_on: date
    accepted_on: date | None
    outcome: str | None
    final: bool
    outcome_on: date | None


class DecisionOut(Out):
    """A decision."""

    decision_id: UUID
    case_id: UUID
    kind: DecisionKind
    committee: str
    decided_on: date
    known_on: date
    effective_month: str | None
    reference: str
    reason: str


class NoticeOut(Out):
    """A notice that was asked for, and what the registry says became of it. REFUSED was never sent: `reason` says why."""

    template: str
    parameters: dict[str, str]
    status: NoticeStatus
    reason: str | None = Field(description="no-consent, no-phone, expired, deceased, or the provider's. เหตุที่ไม่ถึง", examples=["no-consent"])
    changed_at: datetime


class NoticeOfCaseOut(NoticeOut):
    """A notice with whose it is."""

    notice_key: str
    case_id: UUID
    holder_id: UUID
    officer_id: UUID | None


class CaseDetailOut(CaseOut):
    """A case with all that is known about it here; the newest 200 lines of its history, newest first."""

    intent: dict[str, Any] | None = Field(default=None, exclude=True)
    slip: SlipOut | None = None
    entitlement: EntitlementOut | None
    recommendation: RecommendationOut | None
    plan: PlanOut | None
    referrals: list[ReferralOut]
    decisions: list[DecisionOut]
    notices: list[NoticeOut]
    history: list[HistoryOut]


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
    answers: Answers
    recorded_at: datetime


class SealedAnswersOut(Out):
    """What an interview found of health and debts."""

    interview_id: UUID
    holder_id: UUID
    revision: int
    health: Health
    debts: list[Debt]


class InterviewRecordedOut(Out):
    """What was recorded, and where the case stands now; `slip_no` when the wish was stated at the same visit."""

    interview_id: UUID
    revision: int
    case_id: UUID
    holder_id: UUID
    state: State
    slip_no: str | None


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
    answers: dict[str, Any]


class DecisionRecordedOut(Out):
    """What was recorded, and where the case stands now."""

    decision_id: UUID
    case_id: UUID
    state: State


class CountOut(Out):
    """How many cases a call touched."""

    district: str
    cases: int


class LoadOut(Out):
    """An officer's open cases."""

    officer_id: UUID
    cases: int


class AssignedOut(CountOut):
    """How many cases were given out, and the officers' loads afterwards."""

    loads: list[LoadOut]
