"""Specialists' reviews: questions, answers, and what the queue shows."""

from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from services.plan.domain import ReviewStatus
from services.plan.schemas.base import AgencyCode, In, ProgrammeCode, Text, example_of
from services.plan.schemas.plans import RecommendedProgrammeOut
from shared.contracts.common import Approach, Dimension
from shared.contracts.plan import ReviewLevel, ReviewWithdrawal, SpecialistOpinion
from shared.http import field_error
from shared.thai.text import clean

PROGRAMMES_MAX: Final = 5

Answered = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(clean)]


class QuestionBody(In):
    """What a specialist is asked about one dimension. Without an agency any specialist of the dimension in the province may answer."""

    model_config = example_of(dimension="D3", agency="BAAC", question="มีหนี้นอกระบบ ๕ หมื่นบาท ควรแก้หนี้ก่อนหรือกู้ในระบบ")

    dimension: Dimension = Field(examples=["D3"])
    agency: AgencyCode | None = None
    question: Text = Field(default="", examples=["มีหนี้นอกระบบ ๕ หมื่นบาท ควรแก้หนี้ก่อนหรือกู้ในระบบ"], description="In words. คำถาม")


def _each_once(codes: list[str]) -> list[str]:
    if len(set(codes)) < len(codes):
        raise field_error("programme_twice", "names a programme twice", "ระบุโครงการซ้ำ")
    return codes


class OpinionBody(In):
    """The specialist's answer. OTHER_PROGRAMMES names one at least, NONE_FITS none; all are of the dimension that was asked about."""

    model_config = example_of(
        opinion="OTHER_PROGRAMMES", programmes=["D3-BAAC-OCCUPATION-LOAN"], words="ให้ไกล่เกลี่ยหนี้ก่อน แล้วจึงขอสินเชื่อประกอบอาชีพ"
    )

    opinion: SpecialistOpinion = Field(examples=["AS_RECOMMENDED"])
    programmes: Annotated[list[ProgrammeCode], AfterValidator(_each_once)] = Field(default=[], max_length=PROGRAMMES_MAX)
    words: Answered = Field(examples=["ให้ไกล่เกลี่ยหนี้ก่อน แล้วจึงขอสินเชื่อประกอบอาชีพ"], description="The opinion in words. ความเห็น")


def _by_an_officer(reason: ReviewWithdrawal) -> ReviewWithdrawal:
    if reason is ReviewWithdrawal.PLAN_ENDED:
        allowed = " | ".join(one for one in ReviewWithdrawal if one is not reason)
        raise field_error("not_by_hand", "follows from the end of a plan only", "เกิดเมื่อแผนสิ้นสุดเท่านั้น", allowed)
    return reason


class WithdrawalBody(In):
    """Why the question is withdrawn."""

    model_config = example_of(reason="PERSON_CANNOT_WAIT")

    reason: Annotated[ReviewWithdrawal, AfterValidator(_by_an_officer)] = Field(examples=["NOT_NEEDED"])


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


class ReviewMoveOut(BaseModel):
    """A change of the review's state."""

    version: int
    from_status: ReviewStatus | None
    to_status: ReviewStatus
    who: str
    at: datetime
    why: str


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


class ReviewDetailOut(ReviewOut):
    """A review with its words, the first analysis of the plan, and what was recommended in its dimension."""

    question: str | None
    words: str | None
    first_analysis: FirstAnalysisOut | None
    recommended: list[RecommendedProgrammeOut]
    history: list[ReviewMoveOut]
