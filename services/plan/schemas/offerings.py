"""Where and when programmes are given."""

from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from services.plan.schemas.base import In, ProgrammeCode, Words, example_of
from shared.http import field_error
from shared.thai.areas import is_district, is_province

SEATS_MAX: Final = 100_000
HOURS_MAX: Final = 5_000
BAHT_MAX: Final = 1_000_000


def _area(code: str) -> str:
    if not (is_province(code) or is_district(code)):
        raise field_error("area", "is no province or district", "ไม่ใช่รหัสจังหวัดหรืออำเภอ", "81 | 8101")
    return code


AreaCode = Annotated[str, AfterValidator(_area), Field(examples=["8101"], description="Province (2 digits) or district (4). จังหวัดหรืออำเภอ")]
AmountBaht = Annotated[int, Field(ge=0, le=BAHT_MAX)]


class OfferingContentBody(In):
    """Where, when and how a programme is given. Dates are included; money is whole baht."""

    area: AreaCode
    place: Words = Field(examples=["สำนักงานพัฒนาฝีมือแรงงานกระบี่"])
    starts_on: date = Field(examples=["2018-05-07"])
    ends_on: date = Field(examples=["2018-05-16"])
    apply_until: date = Field(description="Last day to apply. วันสุดท้ายที่รับสมัคร", examples=["2018-04-27"])
    hours: Annotated[int, Field(ge=1, le=HOURS_MAX)] | None = Field(default=None, examples=[60])
    seats: Annotated[int, Field(ge=0, le=SEATS_MAX)] = Field(examples=[20])
    cost_baht: AmountBaht = Field(default=0, description="What the person pays. ค่าใช้จ่ายที่ผู้เรียนจ่าย")
    kit: Words | None = Field(default=None, description="What the person takes home. ชุดเครื่องมือที่ได้รับ", examples=["ชุดเครื่องมือช่างชุมชน"])
    kit_value_baht: AmountBaht = Field(default=0, examples=[3500])
    stipend_baht_a_day: AmountBaht = 0
    course_code: Annotated[str, Field(max_length=20, pattern=r"^[A-Z0-9-]+$")] | None = None
    active: bool = True
    reason: Words = Field(default="given", description="Why it is given or changed. เหตุผล", examples=["เพิ่มรอบตามจำนวนผู้ประสงค์"])


_CONTENT: Final = {
    "area": "8101",
    "place": "สำนักงานพัฒนาฝีมือแรงงานกระบี่",
    "starts_on": "2018-05-07",
    "ends_on": "2018-05-16",
    "apply_until": "2018-04-27",
    "hours": 60,
    "seats": 20,
    "kit": "ชุดเครื่องมือช่างชุมชน",
    "kit_value_baht": 3500,
}


class OfferingBody(OfferingContentBody):
    """A programme is given once more."""

    model_config = example_of(programme_code="D2-DSD-TECHNICIAN", **_CONTENT)

    programme_code: ProgrammeCode


class OfferingChangeBody(OfferingContentBody):
    """The next version of an offering; its programme stays."""

    model_config = example_of(**{**_CONTENT, "seats": 25, "reason": "เพิ่มจำนวนที่รับ"})


class OfferingOut(BaseModel):
    """Where, when and how a programme is given, and how many seats are free. `synthetic` ones were made up."""

    offering_id: UUID
    programme_code: str
    version: int
    province: str
    district: str | None
    place: str
    starts_on: date
    ends_on: date
    apply_until: date
    hours: int | None
    seats: int
    cost_baht: int
    kit: str | None
    kit_value_baht: int
    stipend_baht_a_day: int
    course_code: str | None
    active: bool
    synthetic: bool


class OfferingRowOut(OfferingOut):
    """An offering with its programme and the seats that nobody has."""

    programme_name_th: str
    programme_name_en: str
    agency: str
    seats_free: int


class OfferingVersionOut(OfferingOut):
    """One version, who made it and why."""

    changed_by: str
    changed_at: datetime
    why: str


class OfferingDetailOut(OfferingRowOut):
    """An offering with all its versions."""

    history: list[OfferingVersionOut]
