"""Allocations of scarce seats: the request, the preview, each line with its reasons, and unmet needs."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Final, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from services.plan.domain.allocations import Allocation, AllocationStatus, Given, Why, gap_percent
from services.plan.rules.allocation import Weights, weights_on
from services.plan.schemas.base import EXAMPLE_ID, In, example_of
from shared.contracts.common import Dimension
from shared.http import field_error
from shared.thai import areas

_MONTH: Final = r"^(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])$"


def _known_province(code: str) -> str:
    if not areas.is_province(code):
        raise field_error("unknown_province", "is no province", "ไม่ใช่รหัสจังหวัด", "GET /v1/areas (registry)")
    return code


Province = Annotated[
    str, Field(pattern=r"^\d{2}$", examples=["81"], description="Province (2 digits). รหัสจังหวัด"), AfterValidator(_known_province)
]
Month = Annotated[
    str, Field(pattern=_MONTH, examples=["2018-05"], description="In which the offerings begin (common era). เดือนที่รอบเริ่ม (ค.ศ.)")
]


def first_day(month: str) -> date:
    """The first day of a month (`YYYY-MM`)."""
    return date.fromisoformat(f"{month}-01")


class AllocationBody(In):
    """Of which province and month the seats are to be given out."""

    model_config = example_of(province="81", month="2018-05")

    province: Province
    month: Month


class AllocationOut(BaseModel):
    """An allocation. Points and counts are of the preview: `gap_percent` says how far any other could be better at most; 0 is proven to be the best."""

    allocation_id: UUID = Field(examples=[EXAMPLE_ID])
    province: str
    month: str
    number: int = Field(description="Counts those of the same province and month. ลำดับที่ของการจัดสรรในจังหวัดและเดือนเดียวกัน")
    status: AllocationStatus
    version: int
    day: date = Field(description="Of its facts. วันที่ของข้อมูล")
    rules_from: date = Field(description="Which version of the weights it was reckoned with. รุ่นของหลักเกณฑ์")
    rules_reference: str
    asked_by: str
    asked_at: datetime
    applied_by: str | None
    applied_at: datetime | None
    offerings: int = Field(description="That begin in the month and can be applied for. จำนวนรอบ")
    seats: int = Field(description="Free ones. ที่นั่งว่าง")
    wishes: int = Field(description="Lines that wish for one. รายการที่ต้องการที่นั่ง")
    given: int = Field(description="Lines that get one by the preview. รายการที่ได้ที่นั่งตามผลการคำนวณ")
    total_points: int
    bound_points: int
    gap_percent: float

    @classmethod
    def of(cls, one: Allocation) -> Self:
        """As it is shown."""
        fields = {name: getattr(one, name) for name in cls.model_fields if hasattr(one, name)}
        gap, month = gap_percent(one.total_points, one.bound_points), f"{one.month:%Y-%m}"
        return cls(**{**fields, "month": month, "gap_percent": gap, "rules_reference": weights_on(one.rules_from).reference})


class WhyOut(BaseModel):
    """One reason in both languages."""

    code: Why
    th: str
    en: str


class AllocationLineOut(BaseModel):
    """A line that wished for a seat: what it weighs, the offering that it gets (or none), why, and what became of it when the seats were given.

    `points` is the sum of fit, need, waiting and nearness (of the offering, or of that which it missed most narrowly); null of whom the registry erased.
    """

    allocation_id: UUID
    plan_id: UUID = Field(examples=[EXAMPLE_ID])
    line_no: int
    holder_id: UUID
    programme_code: str
    district: str
    fit: int | None
    need: int | None
    waiting: int | None
    nearness: int
    points: int | None
    least: int | None = Field(
        description="The fewest points with which somebody has a seat that this line could have had. คะแนนต่ำสุดของผู้ได้ที่นั่ง"
    )
    offering_id: UUID | None
    place: str | None
    offering_district: str | None
    starts_on: date | None
    why: list[WhyOut]
    outcome: Given | None = Field(description="Null before the seats are given. ผลเมื่อนำไปใช้")

    @classmethod
    def of(cls, row: Mapping[str, Any], weights: Weights) -> Self:
        """A row of the line, its reasons in words."""
        weighs = (row["fit"], row["need"], row["waiting"])
        points = None if None in weighs else sum(weighs) + row["nearness"]
        why = [WhyOut(code=code, **_words(weights, Why(code), points, row["least"])) for code in row["why"]]
        return cls(**{**row, "points": points, "why": why})


def _words(weights: Weights, code: Why, points: int | None, least: int | None) -> dict[str, str]:
    words, shown = weights.words[code], {"points": "-" if points is None else points, "least": "-" if least is None else least}
    return {"th": words.th.format(**shown), "en": words.en.format(**shown)}


class UnmetOut(BaseModel):
    """Lines of one programme and district; `wishes` is the sum of the four that follow."""

    district: str
    programme_code: str
    dimension: Dimension
    name_th: str
    name_en: str
    wishes: int
    seated: int = Field(description="Get a seat, and once they are given have it. ได้ที่นั่ง")
    with_another_seat: int = Field(description="The person has another seat in the month. ได้ที่นั่งจากรายการอื่น")
    without_offering: int = Field(description="None begins in the month, or on other days than agreed. ไม่มีรอบ")
    without_seat: int = Field(description="There are offerings and not enough seats. ที่นั่งไม่พอ")


class UnmetsOut(BaseModel):
    """What is unmet in reach."""

    allocation_id: UUID
    status: AllocationStatus
    items: list[UnmetOut]
