"""Requests and answers of the registry's routes."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from services.registry.commands.look_ups import LOOK_UPS_MAX, PURPOSE_CHARACTERS_MAX
from services.registry.domain import AgeGroup, Change
from services.registry.rules.registry_file import read_card_no
from shared.contracts.common import Bank, Tier
from shared.contracts.registry import HolderStatus
from shared.http import field_error
from shared.thai.citizen_id import BadCitizenId, parse_citizen_id
from shared.thai.dates import Precision
from shared.thai.text import clean


def _citizen_id(text: str) -> str:
    try:
        return parse_citizen_id(text)
    except BadCitizenId as bad:
        raise field_error("citizen_id", bad.message_en, bad.message_th) from None


def _card_no(text: str) -> str:
    digits = read_card_no(text)
    if digits is None:
        raise field_error("card_no", "must have 16 digits", "ต้องมี 16 หลัก")
    return digits


CitizenId = Annotated[
    str,
    Field(
        max_length=40,
        description="13 digits, Arabic or Thai, with or without dashes. เลขประจำตัวประชาชน 13 หลัก",
        examples=["1-0000-00000-01-7"],
    ),
    AfterValidator(_citizen_id),
]
CardNo = Annotated[
    str, Field(max_length=40, description="16 digits. หมายเลขบัตร 16 หลัก", examples=["9764000000000001"]), AfterValidator(_card_no)
]
Text = Annotated[str, AfterValidator(clean)]

_HOLDER_ID = "5b1d1f0e-52a1-5d3c-9f0a-2c61a51e0001"
_HOLDER: JsonDict = {
    "holder_id": _HOLDER_ID,
    "version": 1,
    "citizen_id_masked": "1-0000-xxxxx-01-7",
    "card_no_masked": "xxxx-xxxx-xxxx-0001",
    "prefix": "นาง",
    "first_name": "สุดา",
    "last_name": "ใจดี",
    "tier": "UP_TO_30000",
    "age": 52,
    "visit_group": True,
    "policy_version": 1,
    "subdistrict": "810101",
    "home_district": "8101",
    "responsible_district": "8101",
    "officer_id": None,
    "bank": "KTB",
    "mobile_consent": True,
    "status": "ALIVE",
    "moved_on": None,
    "deceased_on": None,
}


class ImportIn(BaseModel):
    """A file that lies in the import folder."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"path": "2018-01/registry.csv"}]})

    path: str = Field(min_length=1, max_length=500, description="Relative to the import folder. ตำแหน่งไฟล์ในโฟลเดอร์นำเข้า")


class ImportOut(BaseModel):
    """An import and how far it is."""

    import_id: UUID
    status: str = Field(description="QUEUED, RUNNING, DONE or FAILED. สถานะของงาน", examples=["RUNNING"])
    file: str = Field(examples=["2018-01/registry.csv"])
    size_bytes: int
    offset_bytes: int = Field(description="How far into the file. อ่านไฟล์ถึงไบต์ที่")
    lines: int = Field(description="Lines done. จำนวนบรรทัดที่ทำแล้ว")
    registered: int
    updated: int
    unchanged: int
    rejected: int
    error: str | None = Field(description="Why it failed, in English and Thai. สาเหตุที่ล้มเหลว")


class RejectionOut(BaseModel):
    """One thing that is wrong with one line; values are never shown."""

    line: int = Field(description="The header is line 1. หมายเลขบรรทัด", examples=[56])
    field: str = Field(description="The column; empty where the whole line is wrong. ช่องข้อมูล", examples=["birth_date"])
    code: str = Field(examples=["birth_date"])
    reason_en: str = Field(examples=["there is no such day"])
    reason_th: str = Field(examples=["ไม่มีวันที่นี้ในปฏิทิน"])


class HolderOut(BaseModel):
    """A card holder, masked."""

    model_config = ConfigDict(json_schema_extra={"examples": [_HOLDER]})

    holder_id: UUID
    version: int
    citizen_id_masked: str
    card_no_masked: str
    prefix: str
    first_name: str
    last_name: str = Field(description="Empty for a single name. ว่างหากมีชื่อเดียว")
    tier: Tier
    age: int = Field(description="Completed years on the policy's reference date. อายุเต็มปี ณ วันอ้างอิง")
    visit_group: bool = Field(description="Whether the rule asks for a home visit. อยู่ในกลุ่มที่ต้องไปหา")
    policy_version: int
    subdistrict: str
    home_district: str
    responsible_district: str
    officer_id: UUID | None
    bank: Bank
    mobile_consent: bool
    status: HolderStatus
    moved_on: date | None
    deceased_on: date | None


class PersonalOut(BaseModel):
    """A card holder's plain values; reading them is audited."""

    holder_id: UUID
    version: int
    citizen_id: str = Field(examples=["1000000000017"])
    card_no: str = Field(examples=["9764000000000001"])
    prefix: str
    first_name: str
    last_name: str
    birth_date: date = Field(description="The day that counts where day or month are unknown. วันเกิดที่ใช้นับอายุ")
    birth_date_th: str = Field(examples=["1 มีนาคม 2501"])
    birth_precision: Precision
    income_2559_satang: int
    house_no: str | None
    moo: str
    road: str
    subdistrict: str
    postcode: str
    phone: str | None
    mobile_consent: bool
    bank: Bank
    account_no: str | None


class CountOut(BaseModel):
    """How many are within your reach."""

    persons: int = Field(examples=[5273])


class VersionOut(BaseModel):
    """One version of a holder: what happened, who said so, why, and the state after it."""

    version: int
    what: Change
    changed: list[str] = Field(description="Names of the fields that changed. ช่องข้อมูลที่เปลี่ยน")
    who: str
    why: str
    recorded_at: datetime
    tier: Tier
    age: int
    visit_group: bool
    policy_version: int
    subdistrict: str
    previous_subdistrict: str | None
    bank: Bank
    status: HolderStatus
    moved_on: date | None
    deceased_on: date | None


class LookUpIn(BaseModel):
    """By which number a person is looked for; just one of the two."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"citizen_id": "1-0000-00000-01-7", "purpose": "interview at home"}]}
    )

    citizen_id: CitizenId | None = None
    card_no: CardNo | None = None
    purpose: Text = Field(default="", max_length=PURPOSE_CHARACTERS_MAX, description="What for; on record. วัตถุประสงค์")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.citizen_id is None) == (self.card_no is None):
            raise field_error("one_of", "give citizen_id or card_no, and just one", "ระบุ citizen_id หรือ card_no อย่างใดอย่างหนึ่ง")
        return self


class LookUpsIn(BaseModel):
    """Citizen ids of many people."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"citizen_ids": ["1-0000-00000-01-7"]}]})

    citizen_ids: list[CitizenId] = Field(min_length=1, max_length=LOOK_UPS_MAX)
    purpose: Text = Field(default="", max_length=PURPOSE_CHARACTERS_MAX, description="What for; on record. วัตถุประสงค์")


class FoundOut(BaseModel):
    """The holder of one of the numbers."""

    holder_id: UUID | None = Field(description="Null where nobody within your reach has it. ว่างหากไม่พบ")


class LookUpsOut(BaseModel):
    """One entry for each number asked for, in their order."""

    items: list[FoundOut]


class MoveIn(BaseModel):
    """The new home. What is left out is unknown."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"moved_on": "2018-03-05", "subdistrict": "810201", "house_no": "12/3", "reason": "แจ้งย้ายออก"}]},
    )

    moved_on: date
    subdistrict: str = Field(pattern=r"^[0-9]{6}$", description="6-digit code. รหัสตำบล 6 หลัก")
    house_no: Text | None = Field(default=None, max_length=60)
    moo: Text = Field(default="", max_length=20)
    road: Text = Field(default="", max_length=120)
    postcode: str | None = Field(default=None, pattern=r"^[0-9]{5}$", description="By default the subdistrict's. รหัสไปรษณีย์")
    reason: Text = Field(default="", max_length=200, description="How it is known. ที่มาของข้อมูล")


class DeathIn(BaseModel):
    """A death and how it is known."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"deceased_on": "2018-05-02", "evidence": "ใบมรณบัตร 12/2561"}]}
    )

    deceased_on: date
    evidence: Text = Field(min_length=1, max_length=200, description="Document or source, without personal data. หลักฐาน (ไม่ใส่ข้อมูลส่วนบุคคล)")


class CellOut(BaseModel):
    """Persons of one age group and tier."""

    age_group: AgeGroup
    tier: Tier
    persons: int


class AgeIncomeOut(BaseModel):
    """The circular's table of card holders by age and income."""

    items: list[CellOut]
    total: int
    policy_version: int | None = Field(description="The policy that the groups follow. เวอร์ชันของหลักเกณฑ์")
