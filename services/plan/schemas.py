"""Requests and answers of plan's HTTP face."""

from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.plan.domain import Lack, PlanStatus, ReferralStatus
from services.plan.rules import data
from shared.contracts.common import Approach, Dimension
from shared.contracts.plan import Outcome
from shared.http import Problem, field_error
from shared.thai.text import clean

LINES_MAX: Final = 20

_EXAMPLE_ID: Final = "6f2a9d0e-54ad-5d1c-8a35-2f1f6c1d2561"


def _occupation_group(name: str) -> str:
    groups = data.load().occupation_groups
    if name not in groups:
        raise field_error("occupation_group", "is not a group of occupations", "ไม่ใช่กลุ่มอาชีพที่กำหนด", " | ".join(sorted(groups)))
    return name


Text = Annotated[str, Field(max_length=500), AfterValidator(clean)]
Words = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(clean)]
Group = Annotated[str, AfterValidator(_occupation_group), Field(examples=["FARMER"])]
ProgrammeCode = Annotated[
    str, Field(min_length=3, max_length=60, pattern=r"^D[1-4]-[A-Z0-9]+(-[A-Z0-9]+)*$", examples=["D2-DSD-TECHNICIAN"])
]
AgencyCode = Annotated[str, Field(min_length=2, max_length=16, pattern=r"^[A-Z0-9]+$", examples=["DSD"])]
Reference = Annotated[
    str,
    Field(min_length=5, max_length=200, examples=["คอต. ครั้งที่ ๓/๒๕๖๑"], description="Approval of the monitoring sub-committee. เลขที่มติ คอต."),
    AfterValidator(clean),
]
Age = Annotated[int, Field(ge=0, le=120)]
Baht = Annotated[int, Field(ge=0, le=100_000_000, description="Whole baht a year. บาทต่อปี")]


class _In(BaseModel):
    """Base of requests: frozen, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _example(**fields: Any) -> ConfigDict:
    """The whole example of a request, which the OpenAPI page offers to try."""
    return ConfigDict(json_schema_extra={"examples": [fields]})


class ConditionsBody(_In):
    """Who a programme is for. Ages in whole years, both included."""

    min_age: Age | None = None
    max_age: Age | None = None
    occupations: list[Group] = Field(default=[], max_length=20, description="Groups it is only for. กลุ่มอาชีพที่รับ")
    not_occupations: list[Group] = Field(default=[], max_length=20, description="Groups it is not for. กลุ่มอาชีพที่ไม่รับ")
    approaches: list[Approach] = Field(default=[], max_length=3)
    wants_loan: bool = Field(default=False, description="Only for who asks for a loan. เฉพาะผู้ประสงค์สินเชื่อ")
    wants_dimension: bool = Field(default=False, description="Only for who needs or wishes the dimension. เฉพาะผู้มีปัญหาหรือประสงค์ในมิตินี้")
    serves: list[Lack] = Field(default=[], max_length=5)


class ProgrammeBody(_In):
    """A new programme of the catalogue."""

    model_config = _example(
        code="D2-DSD-MOTORCYCLE",
        dimension="D2",
        agency="DSD",
        name_th="ฝึกอาชีพช่างซ่อมจักรยานยนต์",
        name_en="Motorcycle repair training",
        conditions={"max_age": 60, "approaches": ["SECOND_OCCUPATION", "NEW_OCCUPATION"]},
        approval_reference="คอต. ครั้งที่ ๓/๒๕๖๑",
    )

    code: ProgrammeCode
    dimension: Dimension
    agency: AgencyCode
    name_th: Words = Field(examples=["ฝึกอาชีพช่างซ่อมจักรยานยนต์"])
    name_en: Words = Field(examples=["Motorcycle repair training"])
    conditions: ConditionsBody = ConditionsBody()
    approval_reference: Reference


class ProgrammeChangeBody(_In):
    """The next version of a programme. Its code, dimension and agency stay."""

    model_config = _example(
        name_th="ฝึกอาชีพเร่งด่วนอเนกประสงค์ (ช่างชุมชน)",
        name_en="Urgent multi-purpose training (community technician)",
        active=True,
        approval_reference="คอต. ครั้งที่ ๓/๒๕๖๑",
    )

    name_th: Words = Field(examples=["ฝึกอาชีพเร่งด่วนอเนกประสงค์ (ช่างชุมชน)"])
    name_en: Words = Field(examples=["Urgent multi-purpose training (community technician)"])
    active: bool = True
    conditions: ConditionsBody = ConditionsBody()
    approval_reference: Reference


class ChoiceBody(_In):
    """One programme that both agreed on."""

    programme_code: ProgrammeCode
    goal: Text = Field(default="", examples=["เป็นช่างซ่อมไฟฟ้าในหมู่บ้าน"])
    target_income_baht: Baht | None = None


def _each_once(lines: list[ChoiceBody]) -> list[ChoiceBody]:
    if len({line.programme_code for line in lines}) < len(lines):
        raise field_error("programme_twice", "names a programme twice", "ระบุโครงการซ้ำ")
    return lines


class AgreementBody(_In):
    """What the person and the account officer agreed on and signed."""

    model_config = _example(
        lines=[{"programme_code": "D2-DSD-TECHNICIAN", "goal": "เป็นช่างซ่อมไฟฟ้าในหมู่บ้าน", "target_income_baht": 60000}],
        holder_signed=True,
        officer_signed=True,
        agreed_on="2018-03-20",
    )

    lines: Annotated[list[ChoiceBody], Field(min_length=1, max_length=LINES_MAX), AfterValidator(_each_once)]
    holder_signed: bool = Field(description="The person signed. ผู้มีบัตรลงนามแล้ว", examples=[True])
    officer_signed: bool = Field(description="The officer signed. ผู้ดูแลลงนามแล้ว", examples=[True])
    agreed_on: date = Field(examples=["2018-03-20"])
    reason_for_other_choice: Text | None = Field(default=None, description="Why it is not what was recommended. เหตุผลที่เลือกต่างจากคำแนะนำ")


class DeclineBody(_In):
    """The person wants none of it; `sufficient` when content with what they have (ดำรงชีวิตพอเพียง)."""

    model_config = _example(declined_on="2018-03-20", sufficient=True, reason="มีกินมีใช้ พอใจในสิ่งที่มี")

    declined_on: date = Field(examples=["2018-03-20"])
    sufficient: bool = False
    reason: Text = ""


class AcceptanceBody(_In):
    """The agency took the person in; today where no day is given."""

    model_config = _example(accepted_on="2018-04-02")

    accepted_on: date | None = Field(default=None, examples=["2018-04-02"])


class OutcomeBody(_In):
    """What became of the referral. Whether it is final follows from the outcome; a `final` that contradicts is refused."""

    model_config = _example(outcome="TRAINING_PASSED", recorded_on="2018-06-29", evidence="ใบรับรองเลขที่ ๑๒๓/๒๕๖๑")

    outcome: Outcome = Field(examples=["TRAINING_PASSED"])
    recorded_on: date | None = Field(default=None, examples=["2018-06-29"])
    final: bool | None = None
    evidence: Text | None = Field(default=None, examples=["ใบรับรองเลขที่ ๑๒๓/๒๕๖๑"])


class AcceptanceLineBody(AcceptanceBody):
    """One line of a bulk acceptance."""

    model_config = _example(referral_id=_EXAMPLE_ID, accepted_on="2018-04-02")

    referral_id: UUID = Field(examples=[_EXAMPLE_ID])


class OutcomeLineBody(OutcomeBody):
    """One line of a bulk report of outcomes."""

    model_config = _example(referral_id=_EXAMPLE_ID, outcome="TRAINING_PASSED", recorded_on="2018-06-29")

    referral_id: UUID = Field(examples=[_EXAMPLE_ID])


class AgencyOut(BaseModel):
    """An agency that runs programmes."""

    code: str = Field(examples=["DSD"])
    name_th: str
    name_en: str
    kind: str = Field(examples=["ministry"])


class AgenciesOut(BaseModel):
    """All agencies."""

    items: list[AgencyOut]


class ProgrammeOut(BaseModel):
    """A programme as it is now. `confidence` says how sure the reading of the circular is: H, M or L."""

    code: str = Field(examples=["D2-DSD-TECHNICIAN"])
    version: int
    dimension: Dimension
    name_th: str
    name_en: str
    agency: str
    confidence: str
    active: bool
    conditions: ConditionsBody
    approval_reference: str


class ProgrammeVersionOut(ProgrammeOut):
    """One version, and who made it."""

    changed_by: str
    changed_at: datetime


class ProgrammeDetailOut(ProgrammeOut):
    """A programme with all its versions."""

    history: list[ProgrammeVersionOut]


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
    other_choice_reason: str | None
    completed_on: date | None
    succeeded: int | None
    failed: int | None


class RecommendedProgrammeOut(BaseModel):
    """One recommended programme, its score (0-100) and why."""

    programme_code: str
    programme_version: int
    dimension: Dimension
    score: int
    reasons_th: list[str]
    reasons_en: list[str]


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


class ReferralOut(BaseModel):
    """A line on its way through its agency. Who the person is, registry tells those who may know."""

    referral_id: UUID
    plan_id: UUID
    holder_id: UUID
    line_no: int
    programme_code: str
    dimension: Dimension
    agency: str
    status: ReferralStatus
    version: int
    referred_on: date
    accepted_on: date | None
    outcome: Outcome | None
    outcome_final: bool
    outcome_on: date | None
    closed_reason: str | None


class ReferralRowOut(ReferralOut):
    """A referral of a list, with its programme and whose case it is."""

    programme_version: int
    programme_name_th: str
    programme_name_en: str
    goal: str
    home_district: str
    responsible_district: str
    officer_id: UUID | None


class PlanMoveOut(BaseModel):
    """A change of the plan's state."""

    version: int
    from_status: PlanStatus | None
    to_status: PlanStatus
    who: str
    at: datetime
    why: str


class ReferralMoveOut(BaseModel):
    """Something that happened to the referral."""

    version: int
    from_status: ReferralStatus | None
    to_status: ReferralStatus
    outcome: Outcome | None
    evidence: str | None
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
    """A plan with all that belongs to it. Work and income are as the last follow-up told."""

    wish_stated_on: date | None = None
    withdrawn_on: date | None = None
    followed_up_on: date | None
    follow_up_round: str | None
    job_status: str | None
    monthly_income_baht: int | None
    yearly_income_baht: int | None
    recommendation: RecommendationOut | None
    lines: list[PlanLineOut]
    referrals: list[ReferralRowOut]
    decisions: list[DecisionOut]
    history: list[PlanMoveOut]


class ReferralDetailOut(ReferralRowOut):
    """A referral with its history."""

    history: list[ReferralMoveOut]


class BulkLineOut(BaseModel):
    """The answer to one line: the referral as it is now, or the problem."""

    line: int = Field(description="Number of the line, from 1. ลำดับบรรทัด")
    taken: bool
    referral: ReferralOut | None = None
    problem: Problem | None = None


class BulkOut(BaseModel):
    """Answers in the order of the lines; a bad line stops no other."""

    taken: int
    refused: int
    lines: list[BulkLineOut]
