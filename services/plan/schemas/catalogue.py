"""The catalogue."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from services.plan.domain import Lack
from services.plan.rules import data
from services.plan.schemas.base import Age, AgencyCode, In, ProgrammeCode, Reference, Words, example_of
from shared.contracts.common import Approach, Dimension
from shared.http import field_error


def _occupation_group(name: str) -> str:
    groups = data.load().occupation_groups
    if name not in groups:
        raise field_error("occupation_group", "is not a group of occupations", "ไม่ใช่กลุ่มอาชีพที่กำหนด", " | ".join(sorted(groups)))
    return name


Group = Annotated[str, AfterValidator(_occupation_group), Field(examples=["FARMER"])]


class ConditionsBody(In):
    """Who a programme is for. Ages in whole years, both included."""

    min_age: Age | None = None
    max_age: Age | None = None
    occupations: list[Group] = Field(default=[], max_length=20, description="Groups it is only for. กลุ่มอาชีพที่รับ")
    not_occupations: list[Group] = Field(default=[], max_length=20, description="Groups it is not for. กลุ่มอาชีพที่ไม่รับ")
    approaches: list[Approach] = Field(default=[], max_length=3)
    wants_loan: bool = Field(default=False, description="Only for who asks for a loan. เฉพาะผู้ประสงค์สินเชื่อ")
    wants_dimension: bool = Field(default=False, description="Only for who needs or wishes the dimension. เฉพาะผู้มีปัญหาหรือประสงค์ในมิตินี้")
    serves: list[Lack] = Field(default=[], max_length=5)


class ProgrammeBody(In):
    """A new programme of the catalogue."""

    model_config = example_of(
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


class ProgrammeChangeBody(In):
    """The next version of a programme. Its code, dimension and agency stay."""

    model_config = example_of(
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
