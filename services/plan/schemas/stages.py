"""The three stages of a plan: what the first analysis found, what specialists were asked, and the versions of what was agreed."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.plan.domain import ReviewStatus
from services.plan.domain.stages import Prescription, Specialist
from shared.contracts.common import Approach, Dimension
from shared.contracts.plan import ReviewLevel, ReviewWithdrawal, SpecialistOpinion


class FirstAnalysisOut(BaseModel):
    """What the interview found (อายุรกรรม) and what that stood on. `recommendation_version` is of the first recommendation that was made from it."""

    interview_id: UUID
    revision: int
    analysed_on: date
    officer_id: UUID
    approach: Approach | None
    problems: list[Dimension]
    wishes: list[Dimension]
    occupation: str
    second_occupation: str | None
    income_now_baht: int | None
    specialist_asked: bool
    recorded_at: datetime
    recommendation_version: int | None
    with_assessment: bool | None
    policy_version: int | None


class ReviewOut(BaseModel):
    """A review in short. `overdue` by the business day of now; `risen_to` are the levels that have heard of it."""

    review_id: UUID
    plan_id: UUID
    holder_id: UUID
    version: int
    dimension: Dimension
    agency: str | None
    status: ReviewStatus
    home_district: str = Field(examples=["8101"])
    responsible_district: str = Field(examples=["8101"])
    officer_id: UUID | None
    asked_on: date
    asked_by: str
    due_on: date
    overdue: bool
    risen_to: list[ReviewLevel]
    taken_by: str | None
    opinion: SpecialistOpinion | None
    programmes: list[str]
    ended_on: date | None
    ended_reason: ReviewWithdrawal | None


class AgreementOut(BaseModel):
    """One version of the agreement: which lines are in force by it, and why it changed the one before."""

    version: int
    agreed_on: date
    officer_id: UUID | None
    line_nos: list[int]
    side_by_side: bool
    reason: str | None
    recorded_by: str
    recorded_at: datetime


class StagesOut(BaseModel):
    """How the plan stands in each stage: general medicine (อายุรกรรม) is done with the interview; specialist (เฉพาะทาง); prescription (สั่งยา)."""

    general_medicine: str = Field(examples=["ANALYSED"])
    specialist: Specialist
    prescription: Prescription


class SeatOut(BaseModel):
    """What the line has of its offering: a seat, or the place on the waiting list (1 is next)."""

    offering_id: UUID
    seated: bool
    place: int | None
