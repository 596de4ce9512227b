"""Card holders, masked and plain, and their versions."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from services.registry.domain import Change
from shared.contracts.common import Bank, Tier
from shared.contracts.registry import HolderStatus
from shared.thai.dates import Precision

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
    "merged_into": None,
    "card_cancelled_on": None,
}


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
    merged_into: UUID | None = Field(description="The holder who is the same person and stays. ผู้มีบัตรที่เป็นบุคคลเดียวกัน")
    card_cancelled_on: date | None = Field(description="Since when there is no valid card. บัตรถูกยกเลิกตั้งแต่วันที่")


class PlainOut(BaseModel):
    """A person's plain values, now or of a day; reading them is audited."""

    holder_id: UUID
    card_no: str = Field(examples=["9764000000000001"])
    prefix: str
    first_name: str
    last_name: str
    birth_date: date = Field(description="The day that counts where day or month are unknown. วันเกิดที่ใช้นับอายุ")
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
    promptpay: str | None = Field(description="Citizen id or mobile number. หมายเลขพร้อมเพย์")


class PersonalOut(PlainOut):
    """A card holder's plain values; reading them is audited."""

    version: int
    citizen_id: str = Field(examples=["1000000000017"])
    birth_date_th: str = Field(examples=["1 มีนาคม 2501"])


class NamesOut(BaseModel):
    """What is printed of a person: the name, and the numbers masked."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {name: _HOLDER[name] for name in ("holder_id", "prefix", "first_name", "last_name", "citizen_id_masked", "card_no_masked")}
            ]
        }
    )

    holder_id: UUID
    prefix: str
    first_name: str
    last_name: str = Field(description="Empty for a single name. ว่างหากมีชื่อเดียว")
    citizen_id_masked: str
    card_no_masked: str


class ContactOut(BaseModel):
    """How to reach a person: name, phone and address; reading them is audited."""

    holder_id: UUID
    prefix: str
    first_name: str
    last_name: str = Field(description="Empty for a single name. ว่างหากมีชื่อเดียว")
    citizen_id_masked: str
    phone: str | None
    house_no: str | None
    moo: str
    road: str
    subdistrict: str
    postcode: str


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
    consents: list[str] | None = Field(description="Purposes given by statements on record; null while there are none. ความยินยอม")
    valid_from: date | None = Field(description="Since when it holds; null where only a file tells. มีผลตั้งแต่วันที่")
