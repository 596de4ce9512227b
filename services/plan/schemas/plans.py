"""Plans, their agreement and what was recommended."""

from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, model_validator

from services.plan.domain import PlanStatus
from services.plan.schemas.base import EXAMPLE_ID, Baht, In, ProgrammeCode, Text, Words, example_of
from services.plan.schemas.referrals import ReferralRowOut
from services.plan.schemas.stages import AgreementOut, FirstAnalysisOut, ReviewOut, SeatOut, StagesOut
from shared.contracts.common import Dimension
from shared.contracts.plan import OtherChoice
from shared.http import field_error

LINES_MAX: Final = 20
LINES_EVER_MAX: Final = 1000
"""Lines of one plan, also those that were amended away."""
STEPS_MAX: Final = 9

StepNo = Annotated[
    int,
    Field(
        ge=1,
        le=STEPS_MAX,
        description="A line is referred when those of earlier steps are done: debt, training, work. ลำดับขั้น",
        examples=[1],
    ),
]


class ChoiceBody(In):
    """One programme that both agreed on."""

    programme_code: ProgrammeCode
    goal: Text = Field(default="", examples=["เป็นช่างซ่อมไฟฟ้าในหมู่บ้าน"])
    target_income_baht: Baht | None = None
    step_no: StepNo = 1
    offering_id: UUID | None = Field(
        default=None, description="A seat of it is taken, or a place on its waiting list. รอบที่เลือก", examples=[EXAMPLE_ID]
    )
    starts_on: date | None = Field(default=None, description="Of the offering, where not given. วันเริ่ม", examples=["2018-05-07"])
    due_on: date | None = Field(default=None, description="Of the offering, where not given. กำหนดเสร็จ", examples=["2018-05-18"])


def _each_once(lines: list[ChoiceBody]) -> list[ChoiceBody]:
    if len({line.programme_code for line in lines}) < len(lines):
        raise field_error("programme_twice", "names a programme twice", "ระบุโครงการซ้ำ")
    return lines


OtherChoiceCode = Annotated[
    OtherChoice | None, Field(description="Why it is not what was recommended; asked for where it is not. เหตุที่เลือกต่างจากคำแนะนำ")
]
OtherChoiceWords = Annotated[Text | None, Field(description="The same in words. เหตุผลเป็นข้อความ")]


class Signed(In):
    """What counts when both have signed it."""

    holder_signed: bool = Field(description="The person signed. ผู้มีบัตรลงนามแล้ว", examples=[True])
    officer_signed: bool = Field(description="The officer signed. ผู้ดูแลลงนามแล้ว", examples=[True])

    def unsigned(self) -> tuple[str, ...]:
        """The fields by which somebody has not signed."""
        return tuple(name for name in ("holder_signed", "officer_signed") if not getattr(self, name))


class AgreementBody(Signed):
    """What the person and the account officer agreed on and signed."""

    model_config = example_of(
        lines=[{"programme_code": "D2-DSD-TECHNICIAN", "goal": "เป็นช่างซ่อมไฟฟ้าในหมู่บ้าน", "target_income_baht": 60000}],
        holder_signed=True,
        officer_signed=True,
        agreed_on="2018-03-20",
    )

    lines: Annotated[list[ChoiceBody], Field(min_length=1, max_length=LINES_MAX), AfterValidator(_each_once)]
    agreed_on: date = Field(examples=["2018-03-20"])
    other_choice: OtherChoiceCode = None
    reason_for_other_choice: OtherChoiceWords = None
    side_by_side: bool = Field(default=False, description="No step waits for an earlier one. ทำทุกขั้นพร้อมกัน")


class AmendedLineBody(In):
    """A line that stays as it was signed (`line_no` alone), or a new one."""

    line_no: int | None = Field(default=None, ge=1, le=LINES_EVER_MAX, examples=[1])
    programme_code: ProgrammeCode | None = None
    goal: Text = ""
    target_income_baht: Baht | None = None
    step_no: StepNo = 1
    offering_id: UUID | None = None
    starts_on: date | None = None
    due_on: date | None = None

    @model_validator(mode="after")
    def _one_or_the_other(self) -> "AmendedLineBody":
        if (self.line_no is None) == (self.programme_code is None) or (self.line_no is not None and self.model_fields_set != {"line_no"}):
            raise field_error(
                "stays_or_new",
                "names a line that stays, alone, or a programme",
                "ระบุรายการที่คงไว้ หรือโครงการใหม่ อย่างใดอย่างหนึ่ง",
                "line_no | programme_code",
                field="line_no",
            )
        return self


class AmendmentBody(Signed):
    """What both signed anew: all lines that are to be in force. Lines that are left out are taken back from their agencies."""

    model_config = example_of(
        lines=[{"line_no": 1}, {"programme_code": "D1-DOE-DOMESTIC-JOB", "goal": "ทำงานประจำ", "step_no": 2}],
        reason="ขอหางานทำหลังฝึกอาชีพ",
        holder_signed=True,
        officer_signed=True,
        agreed_on="2018-04-20",
    )

    lines: Annotated[list[AmendedLineBody], Field(min_length=1, max_length=LINES_MAX)]
    reason: Words = Field(description="Why the agreement changes. เหตุผลที่แก้ไข", examples=["ขอหางานทำหลังฝึกอาชีพ"])
    agreed_on: date = Field(examples=["2018-04-20"])
    other_choice: OtherChoiceCode = None
    reason_for_other_choice: OtherChoiceWords = None
    side_by_side: bool = Field(default=False, description="No step waits for an earlier one. ทำทุกขั้นพร้อมกัน")


class DeclineBody(In):
    """The person wants none of it; `sufficient` when content with what they have (ดำรงชีวิตพอเพียง)."""

    model_config = example_of(declined_on="2018-03-20", sufficient=True, reason="มีกินมีใช้ พอใจในสิ่งที่มี")

    declined_on: date = Field(examples=["2018-03-20"])
    sufficient: bool = False
    reason: Text = ""


class PlanOut(BaseModel):
    """A plan in short. `recommended` and `chosen` are programme codes: the latest recommendation, best first, and the interview's menu."""

    plan_id: UUID
    holder_id: UUID
    version: int
    status: PlanStatus
    interview_id: UUID
    home_district: str = Field(examples=["8101"])
    responsible_district: str = Field(examples=["8101"])
    officer_id: UUID | None
    specialist_asked: bool
    recommended: list[str] = []
    chosen: list[str] = []
    agreed_on: date | None
    declined_on: date | None
    sufficient: bool | None
    decline_reason: str | None
    other_choice: OtherChoice | None
    other_choice_reason: str | None
    completed_on: date | None
    succeeded: int | None
    failed: int | None
    agreement_version: int


class RecommendedProgrammeOut(BaseModel):
    """One recommended programme: its score (0-100), the points of each factor, what speaks for and against it, and its best offering."""

    programme_code: str
    programme_version: int
    dimension: Dimension
    score: int
    reasons_th: list[str]
    reasons_en: list[str]
    against_th: list[str] = []
    against_en: list[str] = []
    points: dict[str, int] = {}
    offering_id: UUID | None = None


class RecommendationOut(BaseModel):
    """The latest recommendation; `with_assessment` when debts, land and housing were known."""

    version: int
    with_assessment: bool
    prepared_at: datetime
    programmes: list[RecommendedProgrammeOut]


class PlanLineOut(BaseModel):
    """One line that was agreed on."""

    line_no: int
    dimension: Dimension
    programme_code: str
    programme_version: int
    agency: str
    goal: str
    target_income_baht: int | None
    step_no: int
    offering_id: UUID | None
    starts_on: date | None
    due_on: date | None
    in_force: bool = Field(description="Whether the newest agreement still holds it. ยังมีผลตามข้อตกลงล่าสุด")
    seat: SeatOut | None


class PlanMoveOut(BaseModel):
    """A change of the plan's state."""

    version: int
    from_status: PlanStatus | None
    to_status: PlanStatus
    who: str
    at: datetime
    why: str


class DecisionOut(BaseModel):
    """What a committee decided about the person."""

    decision_id: UUID
    kind: str
    committee: str
    decided_on: date
    effective_month: str | None
    reference: str
    reason: str


class PlanDetailOut(PlanOut):
    """A plan with all that belongs to it, by its three stages. Work and income are as the last follow-up told."""

    wish_stated_on: date | None = None
    withdrawn_on: date | None = None
    followed_up_on: date | None
    follow_up_round: str | None
    job_status: str | None
    monthly_income_baht: int | None
    yearly_income_baht: int | None
    stages: StagesOut
    first_analyses: list[FirstAnalysisOut]
    recommendation: RecommendationOut | None
    specialist_reviews: list[ReviewOut]
    agreements: list[AgreementOut]
    lines: list[PlanLineOut]
    referrals: list[ReferralRowOut]
    decisions: list[DecisionOut]
    history: list[PlanMoveOut]
