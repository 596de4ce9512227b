"""The packet that an agency gets with a referral."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.plan.domain import ReferralStatus
from services.plan.queries.packets import Withheld
from shared.contracts.common import Dimension


class PacketProgrammeOut(BaseModel):
    """The programme as it was agreed on, and the papers that the person brings."""

    code: str = Field(examples=["D2-DSD-TECHNICIAN"])
    version: int
    name_th: str
    name_en: str
    papers: list[str]


class ContactOut(BaseModel):
    """How to reach the person, as the registry tells this caller."""

    prefix: str
    first_name: str
    last_name: str
    citizen_id_masked: str
    phone: str | None
    house_no: str | None
    moo: str
    road: str
    subdistrict: str = Field(examples=["810101"])
    postcode: str


class PacketOut(BaseModel):
    """What the agency needs for the programme. Without consent, or when the referral is closed, nothing of the person: `withheld` says why."""

    referral_id: UUID
    attempt: int
    status: ReferralStatus
    dimension: Dimension
    agency: str
    programme: PacketProgrammeOut
    offering_id: UUID | None
    starts_on: date | None
    due_on: date | None = Field(description="Last day in time of the next step. กำหนดของขั้นตอนถัดไป")
    goal: str | None = Field(description="What the person aims at. เป้าหมาย")
    facts: dict[str, Any] = Field(
        description="The facts that the programme's conditions speak of; null is not known. ข้อเท็จจริงตามเงื่อนไขโครงการ",
        examples=[{"age": 41}],
    )
    person: ContactOut | None
    withheld: Withheld | None = Field(description="Why nothing of the person is told. เหตุที่ไม่เปิดเผยข้อมูลบุคคล")
