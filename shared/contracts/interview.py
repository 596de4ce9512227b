"""Events that interview publishes: what was asked, wished and decided, and whose case it is."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.common import Approach, Channel, Dimension, Tier
from shared.contracts.envelope import EventData

CASES = "interview.cases.v1"
ASSESSMENTS = "interview.assessments.v1"
PLACES = "interview.places.v1"
OFFICERS = "interview.officers.v1"


class Employer(StrEnum):
    """Who employs an officer. Only BAAC and GSB satisfy the co-interview rule."""

    BAAC = "BAAC"
    GSB = "GSB"
    KTB = "KTB"
    GHB = "GHB"
    DISTRICT_OFFICE = "DISTRICT_OFFICE"
    COMMUNITY_DEVELOPMENT = "COMMUNITY_DEVELOPMENT"
    LABOUR = "LABOUR"
    AGRICULTURE = "AGRICULTURE"
    OTHER = "OTHER"


class Answer(StrEnum):
    """What the interview ended with: wishes to develop, refuses, or is content with what they have (ดำรงชีวิตพอเพียง)."""

    DEVELOP = "DEVELOP"
    REFUSE = "REFUSE"
    SUFFICIENT = "SUFFICIENT"


class NotMetReason(StrEnum):
    """Why a home visit met nobody."""

    NOT_AT_HOME = "NOT_AT_HOME"
    MOVED = "MOVED"
    DECEASED = "DECEASED"
    IN_ANOTHER_PROVINCE = "IN_ANOTHER_PROVINCE"
    ILL = "ILL"


class DecisionKind(StrEnum):
    """What a committee decided about one person."""

    LATE_WISH_GRANTED = "LATE_WISH_GRANTED"
    LATE_WISH_REFUSED = "LATE_WISH_REFUSED"
    NOT_FOUND = "NOT_FOUND"
    NOT_INTERVIEWED = "NOT_INTERVIEWED"
    CHOSE_NOTHING = "CHOSE_NOTHING"
    DID_NOT_DEVELOP = "DID_NOT_DEVELOP"
    DID_NOT_WORK = "DID_NOT_WORK"
    REASONABLE_CAUSE = "REASONABLE_CAUSE"
    REINSTATE = "REINSTATE"


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


class CaseFact(EventData):
    """Base of the facts of one case; `holder_id` is also the key."""

    topic = CASES

    holder_id: UUID
    case_id: UUID


class MeetingPlaceAnnounced(EventData):
    """A district chief announced where people may come in February."""

    type = "interview.MeetingPlaceAnnounced.v1"
    topic = PLACES
    consumers = ("reporting",)

    place_id: UUID
    version: int
    district: str
    subdistrict: str
    name: str
    opens_on: date
    closes_on: date
    capacity_per_day: int


class OfficerRegistered(EventData):
    """An officer of a district team, whole state."""

    type = "interview.OfficerRegistered.v1"
    topic = OFFICERS
    consumers = ("plan", "reporting")

    officer_id: UUID
    version: int
    district: str
    employer: Employer
    active: bool = True


class IntentDeclared(CaseFact):
    """A person stated the wish to develop; paid from the month after `stated_on` by policy.

    `approved_late` is set when the district chief approved a form that was entered more than the allowed days late
    or after the window; `decision_reference` when คอจ. granted a wish of June or later.
    """

    type = "interview.IntentDeclared.v1"
    consumers = ("payments", "plan", "reporting")

    intent_id: UUID
    slip_no: str
    stated_on: date
    received_on: date
    channel: Channel
    tier: Tier
    place_id: UUID | None = None
    district: str
    approved_late: bool = False
    decision_reference: str | None = None
    policy_version: int


class ConsentsCaptured(CaseFact):
    """The consents ticked on a signed intent form (annex 2); a box left open is no withdrawal and is not told.

    `given` are names of the registry's catalogue of purposes, `privacy_notice_version` the notice that stood on the form.
    """

    type = "interview.ConsentsCaptured.v1"
    consumers = ("registry",)

    intent_id: UUID
    slip_no: str
    given: tuple[str, ...]
    signed_on: date
    channel: Channel
    privacy_notice_version: str
    captured_by: UUID | None = None


class IntentWithdrawn(CaseFact):
    """The person withdrew the wish; `known_on` is when the district knew."""

    type = "interview.IntentWithdrawn.v1"
    consumers = ("payments", "plan", "reporting")

    withdrawn_on: date
    known_on: date
    reason: str = ""


class HomeVisitDue(CaseFact):
    """A person of the visit group did not come in February and is to be visited."""

    type = "interview.HomeVisitDue.v1"
    consumers = ("reporting",)

    district: str
    subdistrict: str
    due_by: date
    policy_version: int


class AccountOfficerAssigned(CaseFact):
    """Whose case it is from now on, and the bank officer who interviews with them where the rule asks for one."""

    type = "interview.AccountOfficerAssigned.v1"
    consumers = ("registry", "plan", "payments", "reporting")

    version: int
    officer_id: UUID
    employer: Employer
    co_interviewer_id: UUID | None = None
    district: str
    assigned_on: date


class CaseRouted(CaseFact):
    """Which district is responsible for the case from now on (a move, or the wish to develop elsewhere)."""

    type = "interview.CaseRouted.v1"
    consumers = ("registry", "plan", "payments", "reporting")

    version: int
    home_district: str
    responsible_district: str
    previous_district: str | None = None
    routed_on: date
    reason: str


class MenuLine(EventData):
    """One line of the menu (annex 3): what the person chose. Both must have signed for the plan to follow at once."""

    line_no: int
    dimension: Dimension
    programme_code: str
    goal: str = ""
    desired_job: str | None = None
    training_code: str | None = None
    loan_amount_satang: int | None = Field(default=None, ge=0)
    preferred_month: str | None = None
    target_income_baht: int | None = Field(default=None, ge=0)
    agreed_on: date | None = None
    holder_signed: bool = False
    officer_signed: bool = False


class InterviewCompleted(CaseFact):
    """The interview (annex 3) is complete and signed. Carries what plan and payments need, no health and no debts."""

    type = "interview.InterviewCompleted.v1"
    consumers = ("plan", "payments", "reporting")

    interview_id: UUID
    revision: int = 1
    interviewed_on: date
    channel: Channel
    officer_id: UUID
    co_interviewer_id: UUID | None
    answer: Answer
    decline_reason: str | None = None
    approach: Approach | None = None
    problems: tuple[Dimension, ...] = ()
    occupation: str
    second_occupation: str | None = None
    income_now_baht: int
    district: str
    subdistrict: str
    wishes: tuple[Dimension, ...] = ()
    menu: tuple[MenuLine, ...] = ()
    specialist_asked: bool = False


class AssessmentRecorded(EventData):
    """Health, debts, land and skills that programme conditions need; `sealed` is JSON encrypted to plan (AES-GCM, base64).

    Of an erased person it is empty and `erased` is true: whatever was told of them before is to be forgotten.
    """

    type = "interview.AssessmentRecorded.v1"
    topic = ASSESSMENTS
    consumers = ("plan",)

    holder_id: UUID
    interview_id: UUID
    revision: int
    key_id: str
    sealed: str
    erased: bool = False


class VisitUnsuccessful(CaseFact):
    """A home visit met nobody; `final` when the policy's number of attempts is used up and NOT_FOUND was approved."""

    type = "interview.VisitUnsuccessful.v1"
    consumers = ("reporting",)

    visited_on: date
    attempt_no: int
    reason: NotMetReason
    officer_id: UUID
    final: bool = False


class DecisionRecorded(CaseFact):
    """What a committee (คอจ.) or, where the rule allows, the district chief decided about one person."""

    type = "interview.DecisionRecorded.v1"
    consumers = ("payments", "plan", "reporting")

    decision_id: UUID
    kind: DecisionKind
    committee: str
    decided_on: date
    known_on: date
    effective_month: str | None = None
    reference: str
    reason: str = ""


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


class MoveReported(CaseFact):
    """An officer learned of a move and asks the registry to record it."""

    type = "interview.MoveReported.v1"
    consumers = ("registry",)

    moved_on: date
    to_subdistrict: str
    reported_by: UUID | None = None


class DeathReported(CaseFact):
    """An officer learned of a death and asks the registry to record it."""

    type = "interview.DeathReported.v1"
    consumers = ("registry",)

    deceased_on: date
    evidence: str
    reported_by: UUID | None = None


class NoticeRequested(CaseFact):
    """Interview asks registry to tell the person something; only registry knows their phone and whether they want it.

    `template` and its `parameters` (as text: ISO dates, whole satang) are those of registry's list, nothing personal in them.
    `notice_key` is the same for the same notice: it is sent once. Not before `not_before`, and not at all after `expires_at`.
    """

    type = "interview.NoticeRequested.v1"
    consumers = ("registry",)

    notice_key: str = Field(min_length=1, max_length=200)
    template: str = Field(max_length=64)
    parameters: dict[str, str]
    not_before: AwareDatetime | None = None
    expires_at: AwareDatetime | None = None
