"""Cases, with all that is known about them here."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field

from services.interview.domain import IntentStatus, State, Step
from services.interview.forms.base import Form, Name
from services.interview.schemas.base import Out
from services.interview.schemas.decisions import DecisionOut
from services.interview.schemas.intents import SlipOut
from services.interview.schemas.spot_checks import CaseCheckOut
from shared.contracts.common import Channel
from shared.contracts.registry import NoticeStatus


class ClosureIn(Form):
    """Why the case is closed."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "ติดตามครบถ้วน"}]})

    reason: Name


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


class SpecialistReviewOut(Out):
    """What a specialist is asked about a dimension, and the opinion with the programmes that it recommends; its words stand in plan."""

    review_id: UUID
    dimension: str
    agency: str | None
    asked_on: date
    due_on: date
    opinion: str | None
    programmes: list[str]
    given_on: date | None
    withdrawn_on: date | None


class PlanOut(Out):
    """The agreed plan."""

    version: int
    plan_id: UUID
    agreed_on: date
    lines: list[dict[str, Any]]


class ReferralOut(Out):
    """A referral of a plan line; a line that was declined may have another attempt."""

    referral_id: UUID
    line_no: int
    attempt: int
    programme_code: str
    agency: str
    referred_on: date
    accepted_on: date | None
    declined_on: date | None
    decline_reason: str | None = Field(description="Why the agency did not take the person in. เหตุที่หน่วยงานไม่รับ", examples=["NO_SEAT"])
    started_on: date | None
    closed_on: date | None
    closed_reason: str | None = Field(description="Why it ended without an outcome. เหตุที่สิ้นสุดโดยไม่มีผล", examples=["NOT_PLACED"])
    outcome: str | None
    final: bool
    outcome_on: date | None


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


class FormerWishOut(Out):
    """A wish that came to nothing before the person stated the present one."""

    intent_id: UUID
    slip_no: str
    status: IntentStatus
    stated_on: date
    withdrawn_on: date | None
    replaced_on: date


class CaseDetailOut(CaseOut):
    """A case with all that is known about it here; the newest 200 lines of its history, newest first."""

    intent: dict[str, Any] | None = Field(default=None, exclude=True)
    slip: SlipOut | None = None
    former_wishes: list[FormerWishOut]
    entitlement: EntitlementOut | None
    recommendation: RecommendationOut | None
    specialist_reviews: list[SpecialistReviewOut]
    plan: PlanOut | None
    referrals: list[ReferralOut]
    decisions: list[DecisionOut]
    notices: list[NoticeOut]
    spot_checks: list[CaseCheckOut]
    history: list[HistoryOut]
