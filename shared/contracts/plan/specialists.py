"""What specialists are asked about a plan, and what they answer. Their words stay in plan: no free text about a person travels."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.contracts.common import Dimension
from shared.contracts.plan.base import PlanFact


class SpecialistOpinion(StrEnum):
    """The answer in short: what was recommended fits, other programmes fit better, or none of the dimension fits now."""

    AS_RECOMMENDED = "AS_RECOMMENDED"
    OTHER_PROGRAMMES = "OTHER_PROGRAMMES"
    NONE_FITS = "NONE_FITS"


class ReviewWithdrawal(StrEnum):
    """Why a question was withdrawn; PLAN_ENDED with its plan."""

    NOT_NEEDED = "NOT_NEEDED"
    ASKED_IN_ERROR = "ASKED_IN_ERROR"
    PERSON_CANNOT_WAIT = "PERSON_CANNOT_WAIT"
    PLAN_ENDED = "PLAN_ENDED"


class ReviewLevel(StrEnum):
    """Who hears of an overdue review, one after the other: district chief, governor."""

    DISTRICT = "DISTRICT"
    PROVINCE = "PROVINCE"


class SpecialistReviewAsked(PlanFact):
    """A specialist of the dimension in the person's province was asked, or one of the agency where it is named."""

    type = "plan.SpecialistReviewAsked.v1"
    consumers = ("interview", "reporting")

    review_id: UUID
    dimension: Dimension
    agency: str | None
    district: str
    asked_on: date
    due_on: date
    in_interview: bool


class SpecialistReviewGiven(PlanFact):
    """The specialist answered, with the programmes (codes) that they recommend, best first."""

    type = "plan.SpecialistReviewGiven.v1"
    consumers = ("interview", "reporting")

    review_id: UUID
    dimension: Dimension
    agency: str | None
    opinion: SpecialistOpinion
    programmes: tuple[str, ...]
    given_on: date
    due_on: date


class SpecialistReviewWithdrawn(PlanFact):
    """The question was withdrawn before it was answered."""

    type = "plan.SpecialistReviewWithdrawn.v1"
    consumers = ("interview", "reporting")

    review_id: UUID
    dimension: Dimension
    withdrawn_on: date
    reason: ReviewWithdrawal


class SpecialistReviewOverdue(PlanFact):
    """No answer in time: the review rose to the level."""

    type = "plan.SpecialistReviewOverdue.v1"
    consumers = ("reporting",)

    review_id: UUID
    dimension: Dimension
    agency: str | None
    district: str
    level: ReviewLevel
    due_on: date
    found_on: date
