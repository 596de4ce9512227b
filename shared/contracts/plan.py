"""Events that plan publishes: the catalogue, the person's plan, and what agencies made of it."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.contracts.common import Dimension
from shared.contracts.envelope import EventData

PLANS = "plan.plans.v1"
PROGRAMMES = "plan.programmes.v1"


class Outcome(StrEnum):
    """Outcomes that agencies report: of training, then of jobs, then of the rest."""

    TRAINING_PASSED = "TRAINING_PASSED"
    TRAINING_FAILED = "TRAINING_FAILED"
    TRAINING_AWAITING_RESULT = "TRAINING_AWAITING_RESULT"
    JOB_DID_NOT_COME = "JOB_DID_NOT_COME"
    JOB_APPLIED = "JOB_APPLIED"
    JOB_SENT = "JOB_SENT"
    JOB_PLACED = "JOB_PLACED"
    JOB_AWAITING_POST = "JOB_AWAITING_POST"
    JOB_CHANGED_WISH = "JOB_CHANGED_WISH"
    JOB_NO_SKILL = "JOB_NO_SKILL"
    JOB_TOO_OLD = "JOB_TOO_OLD"
    JOB_ILL = "JOB_ILL"
    GRANTED = "GRANTED"
    NOT_GRANTED = "NOT_GRANTED"
    DID_NOT_START = "DID_NOT_START"


class ProgrammeChanged(EventData):
    """A programme of the catalogue, whole state. A change carries the approval reference of คอต."""

    type = "plan.ProgrammeChanged.v1"
    topic = PROGRAMMES
    consumers = ("interview", "reporting")

    code: str
    version: int
    dimension: Dimension
    name_th: str
    name_en: str
    agency: str
    active: bool = True
    approval_reference: str


class PlanFact(EventData):
    """Base of the facts of one person's plan; `holder_id` is also the key."""

    topic = PLANS

    holder_id: UUID
    plan_id: UUID


class RecommendedProgramme(EventData):
    """One programme of a recommendation with its score (0-100) and why."""

    programme_code: str
    programme_version: int
    dimension: Dimension
    score: int
    reasons_th: tuple[str, ...]
    reasons_en: tuple[str, ...]


class RecommendationPrepared(PlanFact):
    """The automatic recommendation after an interview, best first."""

    type = "plan.RecommendationPrepared.v1"
    consumers = ("interview", "reporting")

    interview_id: UUID
    version: int
    programmes: tuple[RecommendedProgramme, ...]


class PlanLine(EventData):
    """One programme that the person and the account officer agreed on."""

    line_no: int
    dimension: Dimension
    programme_code: str
    programme_version: int
    agency: str
    goal: str = ""
    target_income_baht: int | None = None


class PlanAssigned(PlanFact):
    """The personal plan, agreed and signed by both."""

    type = "plan.PlanAssigned.v1"
    consumers = ("interview", "payments", "reporting")

    version: int
    interview_id: UUID
    officer_id: UUID
    agreed_on: date
    lines: tuple[PlanLine, ...]
    district: str


class PlanDeclined(PlanFact):
    """The person chose nothing of what was offered, or is content (`sufficient`)."""

    type = "plan.PlanDeclined.v1"
    consumers = ("interview", "payments", "reporting")

    interview_id: UUID
    declined_on: date
    sufficient: bool
    reason: str = ""


class ReferralCreated(PlanFact):
    """A line of the plan was sent to its agency."""

    type = "plan.ReferralCreated.v1"
    consumers = ("interview", "reporting")

    referral_id: UUID
    line_no: int
    programme_code: str
    dimension: Dimension
    agency: str
    referred_on: date


class ReferralAccepted(PlanFact):
    """The agency took the person in."""

    type = "plan.ReferralAccepted.v1"
    consumers = ("interview", "reporting")

    referral_id: UUID
    line_no: int
    agency: str
    accepted_on: date


class ReferralOutcomeRecorded(PlanFact):
    """What became of the referral. `final` closes it."""

    type = "plan.ReferralOutcomeRecorded.v1"
    consumers = ("interview", "reporting")

    referral_id: UUID
    line_no: int
    agency: str
    outcome: Outcome
    final: bool
    recorded_on: date


class PlanCompleted(PlanFact):
    """Every line of the plan has a final outcome; `dropped` when none of them succeeded."""

    type = "plan.PlanCompleted.v1"
    consumers = ("interview", "reporting")

    completed_on: date
    succeeded: int
    failed: int
    dropped: bool
