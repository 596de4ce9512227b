"""Specialists' reviews: questions, answers, and what the queue shows."""

from datetime import datetime
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, Field

from services.plan.domain import ReviewStatus
from services.plan.schemas.base import AgencyCode, In, ProgrammeCode, Text, example_of
from services.plan.schemas.plans import RecommendedProgrammeOut
from services.plan.schemas.stages import FirstAnalysisOut, ReviewOut
from shared.contracts.common import Dimension
from shared.contracts.plan import ReviewWithdrawal, SpecialistOpinion
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


class ReviewMoveOut(BaseModel):
    """A change of the review's state."""

    version: int
    from_status: ReviewStatus | None
    to_status: ReviewStatus
    who: str
    at: datetime
    why: str


class ReviewDetailOut(ReviewOut):
    """A review with its words, the first analysis of the plan, and what was recommended in its dimension."""

    question: str | None
    words: str | None
    first_analysis: FirstAnalysisOut | None
    recommended: list[RecommendedProgrammeOut]
    history: list[ReviewMoveOut]
