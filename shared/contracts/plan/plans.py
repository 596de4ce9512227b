"""The person's plan."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from shared.contracts.common import Dimension
from shared.contracts.envelope import EventData
from shared.contracts.plan.base import PlanFact


class OtherChoice(StrEnum):
    """Why a plan was agreed that is not what was recommended. Never a reason of health: what is told of it is sealed."""

    PERSON_PREFERS = "PERSON_PREFERS"
    NEARER_PLACE = "NEARER_PLACE"
    BETTER_TIME = "BETTER_TIME"
    HAS_DONE_IT = "HAS_DONE_IT"
    KNOWS_THE_TRADE = "KNOWS_THE_TRADE"
    NO_SEAT = "NO_SEAT"
    CARES_FOR_FAMILY = "CARES_FOR_FAMILY"
    SPECIALIST_ADVISED = "SPECIALIST_ADVISED"
    SIGNED_AT_INTERVIEW = "SIGNED_AT_INTERVIEW"
    OTHER = "OTHER"


class RecommendedProgramme(EventData):
    """One programme of a recommendation with its score (0-100), the points of each factor, what speaks for and against it, and its best offering."""

    programme_code: str
    programme_version: int
    dimension: Dimension
    score: int
    reasons_th: tuple[str, ...]
    reasons_en: tuple[str, ...]
    against_th: tuple[str, ...] = ()
    against_en: tuple[str, ...] = ()
    points: dict[str, int] = Field(default_factory=dict)
    offering_id: UUID | None = None


class RecommendationPrepared(PlanFact):
    """The automatic recommendation after an interview, best first."""

    type = "plan.RecommendationPrepared.v1"
    consumers = ("interview", "reporting")

    interview_id: UUID
    version: int
    programmes: tuple[RecommendedProgramme, ...]


class PlanLine(EventData):
    """One programme that the person and the account officer agreed on. A line waits for those of an earlier step."""

    line_no: int
    dimension: Dimension
    programme_code: str
    programme_version: int
    agency: str
    goal: str = ""
    target_income_baht: int | None = None
    step_no: int = 1
    offering_id: UUID | None = None
    starts_on: date | None = None
    due_on: date | None = None
    recommended: bool | None = None


class PlanAssigned(PlanFact):
    """The personal plan, agreed and signed by both: all lines in force. An amendment tells the whole plan again under its own `agreement_version`."""

    type = "plan.PlanAssigned.v1"
    consumers = ("interview", "payments", "reporting")

    version: int
    interview_id: UUID
    officer_id: UUID
    agreed_on: date
    lines: tuple[PlanLine, ...]
    district: str
    agreement_version: int = 1
    side_by_side: bool = False
    other_choice: OtherChoice | None = None


class PlanDeclined(PlanFact):
    """The person chose nothing of what was offered, or is content (`sufficient`)."""

    type = "plan.PlanDeclined.v1"
    consumers = ("interview", "payments", "reporting")

    interview_id: UUID
    declined_on: date
    sufficient: bool
    reason: str = ""


class PlanCompleted(PlanFact):
    """Every line of the plan has a final outcome; `dropped` when none of them succeeded.

    A further agreement takes the end back (PlanAssigned with a greater `version`), and its own end is told again. Version 0 was not told.
    """

    type = "plan.PlanCompleted.v1"
    consumers = ("interview", "reporting")

    completed_on: date
    succeeded: int
    failed: int
    dropped: bool
    version: int = 0


class Failure(StrEnum):
    """How a person did not develop, by what agencies reported: the kinds of decision that may follow in interview."""

    DID_NOT_DEVELOP = "DID_NOT_DEVELOP"
    DID_NOT_WORK = "DID_NOT_WORK"


class EndedLine(EventData):
    """How one line of a plan ended: by its last attempt's outcome, or without one."""

    line_no: int
    dimension: Dimension
    programme_code: str
    agency: str
    attempts: int
    outcome: str | None
    closed_reason: str | None
    ended_on: date


class DevelopmentFailed(PlanFact):
    """The plan ended and none of its lines succeeded, or the person was trained and did not try to work: the facts, and no judgement.

    Whether the cause is reasonable is decided in interview.
    """

    type = "plan.DevelopmentFailed.v1"
    consumers = ("interview",)

    failure: Failure
    failed_on: date
    lines: tuple[EndedLine, ...]
