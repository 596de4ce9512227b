"""What agencies made of a plan's lines."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.contracts.common import Dimension
from shared.contracts.plan.base import PlanFact


class ReferralStep(StrEnum):
    """What an agency may report of a referral, in the order of the way."""

    RECEIVED = "RECEIVED"
    WAIT_LISTED = "WAIT_LISTED"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    STARTED = "STARTED"
    OUTCOME = "OUTCOME"


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


class EvidenceKind(StrEnum):
    """What shows an outcome; what it says stays with plan."""

    TRAINING = "TRAINING"
    DEBT_SETTLED = "DEBT_SETTLED"
    DEBT_REFINANCED = "DEBT_REFINANCED"
    DEBT_NO_AGREEMENT = "DEBT_NO_AGREEMENT"
    LAND_ALLOTTED = "LAND_ALLOTTED"
    LAND_REFUSED = "LAND_REFUSED"
    LOAN = "LOAN"
    JOB = "JOB"
    HOME = "HOME"
    SAVING = "SAVING"


class DeclineReason(StrEnum):
    """Why an agency does not take a person in."""

    NO_SEAT = "NO_SEAT"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    OUTSIDE_AREA = "OUTSIDE_AREA"
    PAPERS_MISSING = "PAPERS_MISSING"
    NOT_REACHED = "NOT_REACHED"
    PERSON_REFUSED = "PERSON_REFUSED"
    PROGRAMME_ENDED = "PROGRAMME_ENDED"
    OTHER = "OTHER"


class ReferralClock(StrEnum):
    """What a referral waits for. The last is the account officer's, the others are the agency's."""

    RECEIPT = "RECEIPT"
    ANSWER = "ANSWER"
    PLACE = "PLACE"
    START = "START"
    OUTCOME = "OUTCOME"
    NEXT_ATTEMPT = "NEXT_ATTEMPT"


class OverdueLevel(StrEnum):
    """To whom an overdue step rises, the nearest first."""

    DISTRICT = "DISTRICT"
    PROVINCE = "PROVINCE"
    MINISTRY = "MINISTRY"


class ReferralCreated(PlanFact):
    """A line of the plan was sent to its agency. A line that was declined is sent again as its next attempt."""

    type = "plan.ReferralCreated.v1"
    consumers = ("interview", "registry", "reporting")

    referral_id: UUID
    line_no: int
    programme_code: str
    dimension: Dimension
    agency: str
    referred_on: date
    attempt: int = 1


class ReferralReceived(PlanFact):
    """The agency has the referral before it."""

    type = "plan.ReferralReceived.v1"
    consumers = ("reporting",)

    referral_id: UUID
    line_no: int
    agency: str
    received_on: date


class ReferralWaitListed(PlanFact):
    """The agency takes the person in when a place is free; `position` in its own line, where it tells."""

    type = "plan.ReferralWaitListed.v1"
    consumers = ("reporting",)

    referral_id: UUID
    line_no: int
    agency: str
    wait_listed_on: date
    position: int | None = None


class ReferralDeclined(PlanFact):
    """The agency does not take the person in; the line may be referred again."""

    type = "plan.ReferralDeclined.v1"
    consumers = ("interview", "registry", "reporting")

    referral_id: UUID
    line_no: int
    agency: str
    declined_on: date
    reason: DeclineReason
    attempt: int = 1


class ReferralStarted(PlanFact):
    """The person began at the agency."""

    type = "plan.ReferralStarted.v1"
    consumers = ("interview", "reporting")

    referral_id: UUID
    line_no: int
    agency: str
    started_on: date


class ReferralAccepted(PlanFact):
    """The agency took the person in."""

    type = "plan.ReferralAccepted.v1"
    consumers = ("interview", "reporting")

    referral_id: UUID
    line_no: int
    agency: str
    accepted_on: date


class ReferralOutcomeRecorded(PlanFact):
    """What became of the referral. `final` closes it; `evidence_kind` is what was shown, where something was.

    Of a job that was shown `job_starts_on` is the first day; nothing else of the evidence is told.
    """

    type = "plan.ReferralOutcomeRecorded.v1"
    consumers = ("interview", "registry", "reporting")

    referral_id: UUID
    line_no: int
    agency: str
    outcome: Outcome
    final: bool
    recorded_on: date
    evidence_kind: EvidenceKind | None = None
    job_starts_on: date | None = None


class ClosingReason(StrEnum):
    """Why a referral ended without an outcome."""

    NOT_PLACED = "NOT_PLACED"
    CALLED_BACK = "CALLED_BACK"
    AMENDED = "AMENDED"
    WITHDRAWN = "WITHDRAWN"
    DECEASED = "DECEASED"
    MERGED = "MERGED"
    ERASED = "ERASED"


class ReferralClosed(PlanFact):
    """The referral ended without an outcome: the agency has nothing more to do. NOT_PLACED ends the line, as no agency takes the person."""

    type = "plan.ReferralClosed.v1"
    consumers = ("interview", "registry", "reporting")

    referral_id: UUID
    line_no: int
    programme_code: str
    agency: str
    attempt: int
    reason: ClosingReason
    closed_on: date


class ReferralReopened(PlanFact):
    """What had closed the referral was none (a death that was taken back, a merge that was undone), or a withdrawal after which the wish was stated anew.

    It goes on where it was; `in_development`, an agency had taken the person in before, for this line or another.
    """

    type = "plan.ReferralReopened.v1"
    consumers = ("interview", "registry", "reporting")

    referral_id: UUID
    line_no: int
    agency: str
    reopened_on: date
    in_development: bool = False


class ReferralReminded(PlanFact):
    """The next step is due soon: a reminder to who must take it."""

    type = "plan.ReferralReminded.v1"
    consumers = ("reporting",)

    referral_id: UUID
    line_no: int
    agency: str
    clock: ReferralClock
    due_on: date
    reminded_on: date


class ReferralOverdue(PlanFact):
    """The next step was not taken in time, and rises to the level; once to each."""

    type = "plan.ReferralOverdue.v1"
    consumers = ("reporting",)

    referral_id: UUID
    line_no: int
    agency: str
    clock: ReferralClock
    level: OverdueLevel
    since: date
    due_on: date
    found_on: date
    district: str
