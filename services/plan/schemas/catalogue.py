"""The catalogue: agencies and programmes."""

from datetime import date, datetime
from math import isfinite
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from services.plan.domain import Lack
from services.plan.rules import data
from services.plan.schemas.base import AgencyCode, In, ProgrammeCode, Reference, Words, example_of
from shared.approvals import ApprovalStatus, Proposal
from shared.conditions import LENGTH_MAX, Kind
from shared.contracts.common import Approach, Dimension
from shared.http import field_error

CONDITIONS_MAX: Final = 20
EXAMPLES_MAX: Final = 60


def _occupation_group(name: str) -> str:
    groups = data.load().occupation_groups
    if name not in groups:
        raise field_error("occupation_group", "is not a group of occupations", "ไม่ใช่กลุ่มอาชีพที่กำหนด", " | ".join(sorted(groups)))
    return name


Group = Annotated[str, AfterValidator(_occupation_group), Field(examples=["FARMER"])]
ConditionName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$", examples=["age"])]

_AGE: Final = {"name": "age", "when": "age >= 15 && age <= 60", "th": "อายุ 15 ถึง 60 ปี", "en": "is 15 to 60 years old"}
_EXAMPLES: Final = [
    {"person": {"age": 40}, "fits": True, "because": "อยู่ในวัยทำงาน"},
    {"person": {"age": 61}, "fits": False, "fails": ["age"], "because": "อายุเกิน 60 ปี"},
]


class ConditionBody(In):
    """One thing that must be so of a person, in CEL and in words; the words are the reason where it is not so."""

    name: ConditionName
    when: Annotated[str, Field(min_length=1, max_length=LENGTH_MAX, examples=[_AGE["when"]], description="CEL")]
    th: Words = Field(examples=[_AGE["th"]])
    en: Words = Field(examples=[_AGE["en"]])


def _finite(person: dict[str, Any]) -> dict[str, Any]:
    for name, value in person.items():
        if isinstance(value, float) and not isfinite(value):
            raise field_error("finite_number", "must be a number", "ต้องเป็นตัวเลข", field=name)
    return person


class ExampleBody(In):
    """A made-up person: facts by the names of variables (null or left out is not known), and whether the programme is for them."""

    person: Annotated[dict[str, Any], AfterValidator(_finite)] = Field(examples=[{"age": 61}])
    fits: bool
    because: Words = Field(examples=["อายุเกิน 60 ปี"])
    fails: list[ConditionName] = Field(default=[], max_length=CONDITIONS_MAX, description="Just these conditions fail. เงื่อนไขที่ไม่ผ่าน")


class MeritsBody(In):
    """What counts among the programmes that are open to a person."""

    serves: list[Lack] = Field(default=[], max_length=5, description="What it mends. สิ่งที่ช่วยแก้")
    approaches: list[Approach] = Field(default=[], max_length=3)
    made_for: list[Group] = Field(default=[], max_length=20, description="Groups of occupations it is made for. กลุ่มอาชีพที่จัดไว้ให้โดยเฉพาะ")


class ProgrammeProposalBody(In):
    """A version of a programme that is put before others: a new programme, or with `based_on` the next version of one."""

    model_config = example_of(
        code="D2-DSD-MOTORCYCLE",
        dimension="D2",
        agency="DSD",
        name_th="ฝึกอาชีพช่างซ่อมจักรยานยนต์",
        name_en="Motorcycle repair training",
        gives_th="ฝึกซ่อมจักรยานยนต์ ๓๐ ชั่วโมง",
        gives_en="30 hours of motorcycle repair",
        contact="สำนักงานพัฒนาฝีมือแรงงานจังหวัด",
        conditions=[_AGE],
        examples=_EXAMPLES,
        merits={"approaches": ["SECOND_OCCUPATION", "NEW_OCCUPATION"]},
        reason="มีผู้ประสงค์เรียนซ่อมจักรยานยนต์จำนวนมาก",
    )

    code: ProgrammeCode
    dimension: Dimension
    agency: AgencyCode
    based_on: int | None = Field(default=None, ge=1, description="Version that this one follows; none for a new programme. รุ่นที่แก้ไข")
    name_th: Words = Field(examples=["ฝึกอาชีพช่างซ่อมจักรยานยนต์"])
    name_en: Words = Field(examples=["Motorcycle repair training"])
    active: bool = True
    valid_from: date | None = Field(
        default=None, description="At the earliest the day of the approval. ไม่ก่อนวันอนุมัติ", examples=["2018-06-01"]
    )
    valid_until: date | None = Field(default=None, examples=["2018-12-31"])
    gives_th: Words = Field(examples=["ฝึกซ่อมจักรยานยนต์ ๓๐ ชั่วโมง"])
    gives_en: Words = Field(examples=["30 hours of motorcycle repair"])
    papers: list[Words] = Field(default=[], max_length=20, description="What to bring. เอกสารที่ต้องใช้")
    contact: Words = Field(description="An office, no person. หน่วยที่ติดต่อ", examples=["สำนักงานพัฒนาฝีมือแรงงานจังหวัด"])
    outcomes: list[str] | None = Field(default=None, max_length=20, description="None: all of the dimension. ไม่ระบุคือทุกผลของมิตินั้น")
    conditions: list[ConditionBody] = Field(default=[], max_length=CONDITIONS_MAX)
    examples: list[ExampleBody] = Field(min_length=1, max_length=EXAMPLES_MAX)
    merits: MeritsBody = MeritsBody()
    source: Words = Field(default="[P]", description="Whence its facts are. ที่มา", examples=["[P]"])
    reason: Words = Field(description="Why it is proposed. เหตุผลที่เสนอ", examples=["มีผู้ประสงค์เรียนซ่อมจักรยานยนต์จำนวนมาก"])


class ApprovalBody(In):
    """The decision of คอต. that approves it."""

    model_config = example_of(approval_reference="คอต. ครั้งที่ ๓/๒๕๖๑")

    approval_reference: Reference


class ReasonBody(In):
    """Why a proposal is refused or withdrawn."""

    model_config = example_of(reason="ให้หารือกับหน่วยงานก่อน")

    reason: Words


class ProposalOut(BaseModel):
    """A version of a programme that waits for another person, or had its decision; `decision_reason` of an approved one is the reference of คอต."""

    proposal_id: UUID
    code: str
    dimension: Dimension
    agency: str
    based_on: int | None
    content: dict[str, Any]
    reason: str
    status: ApprovalStatus
    version: int
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None

    @classmethod
    def of(cls, proposal: Proposal) -> "ProposalOut":
        """What a stored proposal says."""
        return cls.model_validate({**proposal.parameters, **proposal.standing(), "proposal_id": proposal.id, "reason": proposal.reason})


class VariableOut(BaseModel):
    """What a condition may speak of, and of a closed list its values."""

    name: str = Field(examples=["age"])
    kind: Kind
    values: list[str]
    th: str
    en: str


class VariablesOut(BaseModel):
    """All variables."""

    items: list[VariableOut]


class AgencyOut(BaseModel):
    """An agency that runs programmes."""

    code: str = Field(examples=["DSD"])
    name_th: str
    name_en: str
    kind: str = Field(examples=["ministry"])
    ministry: str = Field(
        description="Code of the ministry it belongs to or works with, or empty. กระทรวงที่สังกัดหรือร่วมดำเนินการ", examples=["MOL"]
    )
    source: str = Field(examples=["[S]"])


class AgencyKindOut(BaseModel):
    """How many of a kind the circular counts, how many of them are known here, and how many are still open. Ministries are counted once each."""

    kind: str = Field(examples=["ministry"])
    circular: int
    known: int
    open: int


class AgenciesOut(BaseModel):
    """All agencies, and their kinds counted against the circular; what we added [R] is not counted."""

    items: list[AgencyOut]
    kinds: list[AgencyKindOut]


class ProgrammeOut(BaseModel):
    """One version of a programme. `confidence` says how sure the reading of the circular is: H, M or L."""

    code: str = Field(examples=["D2-DSD-TECHNICIAN"])
    version: int
    dimension: Dimension
    name_th: str
    name_en: str
    agency: str
    confidence: str
    active: bool
    valid_from: date
    valid_until: date | None
    gives_th: str
    gives_en: str
    papers: list[str]
    contact: str
    outcomes: list[str]
    conditions: list[ConditionBody]
    examples: list[ExampleBody]
    merits: MeritsBody
    source: str
    approval_reference: str


class ProgrammeVersionOut(ProgrammeOut):
    """One version, and who made it."""

    changed_by: str
    changed_at: datetime


class ProgrammeDetailOut(ProgrammeOut):
    """A programme with all its versions."""

    history: list[ProgrammeVersionOut]
