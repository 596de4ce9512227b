"""What is recommended to a person, why and why not, what became of recommendations, and recommending anew to the country."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.plan.schemas.base import EXAMPLE_ID
from services.plan.schemas.plans import RecommendedProgrammeOut
from shared.contracts.common import Dimension
from shared.contracts.plan import OtherChoice


class BestOfferingOut(BaseModel):
    """Where and when: the offering that is best for the person."""

    offering_id: UUID
    province: str = Field(examples=["81"])
    district: str | None = Field(examples=["8101"])
    place: str
    starts_on: date
    ends_on: date
    apply_until: date
    hours: int | None
    seats: int
    free_seats: int


class RecommendedOut(RecommendedProgrammeOut):
    """One recommended programme with its names and its best offering; none where the agency lists none or none is open."""

    name_th: str
    name_en: str
    offering: BestOfferingOut | None


class FactorOut(BaseModel):
    """What a factor can give at best, and whence it is."""

    factor: str
    points_max: int
    reference: str


class FullRecommendationOut(BaseModel):
    """The last recommendation with all it was made from: the same day, scoring, policy and count of outcomes give the same answer."""

    plan_id: UUID = Field(examples=[EXAMPLE_ID])
    version: int
    prepared_at: datetime
    with_assessment: bool
    policy_version: int
    advised_on: date | None
    record_version: int | None = Field(description="Which count of how programmes ended; 0 before the first. ลำดับการนับผลการพัฒนา")
    scoring_from: date | None
    scoring_reference: str
    score_min: int
    programmes_max: int
    factors: list[FactorOut]
    programmes: list[RecommendedOut]


class ConditionJudgedOut(BaseModel):
    """A condition in words, and whether the person meets it; null when it is not known, which excludes nobody."""

    name: str
    th: str
    en: str
    met: bool | None


class FactorWeighedOut(BaseModel):
    """A factor with its level, its points of those it could give, and what it says for or against."""

    factor: str
    level: str
    points: int
    points_max: int
    th: str | None
    en: str | None


class ExplanationOut(BaseModel):
    """A programme as it is weighed for the person today, recommended or not."""

    programme_code: str
    programme_version: int
    dimension: Dimension
    name_th: str
    name_en: str
    on: date
    offered: bool
    recommended: bool
    rank: int | None = Field(description="Among all that are open to the person, from 1. ลำดับในบรรดาโครงการที่เข้าเกณฑ์")
    score: int
    conditions: list[ConditionJudgedOut]
    factors: list[FactorWeighedOut]
    offering_id: UUID | None
    why_not_th: list[str]
    why_not_en: list[str]


class ChoiceOut(BaseModel):
    """What became of the recommendations of one programme, in plans; null stands for a count of 1 to 4."""

    programme_code: str
    recommended: int | None
    chosen_as_recommended: int | None
    passed_over: int | None = Field(description="Agreed on others. เลือกโครงการอื่น")
    chosen_otherwise: int | None = Field(description="Agreed though not recommended. เลือกทั้งที่ไม่ได้แนะนำ")
    declined: int | None = Field(description="Wanted none of what was offered. ไม่ประสงค์รับแผน")
    chosen_percent: int | None = Field(description="Of those recommended and agreed. ร้อยละที่เลือกตามคำแนะนำ")


class ReasonOut(BaseModel):
    """How many plans were agreed otherwise for a reason; null stands for a count of 1 to 4."""

    other_choice: OtherChoice
    plans: int | None


class ChoicesOut(BaseModel):
    """Choices by programme and reasons of other choices, where the plans are now."""

    area: str
    items: list[ChoiceOut]
    reasons: list[ReasonOut]


class RunOut(BaseModel):
    """Recommending anew to everybody whose plan waits: how many waited at its beginning, were looked at, and have another recommendation."""

    job_id: UUID
    status: str = Field(examples=["RUNNING"])
    waiting: int | None = None
    looked_at: int = 0
    changed: int = 0
