"""Households."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.registry.rules.households import Happening, Newcomer, Role
from services.registry.schemas.fields import SomeText
from shared.http import field_error

_HOLDER = "5b1d1f0e-52a1-5d3c-9f0a-2c61a51e0001"
_MEMBER = "0161f7a6-ec40-742f-8e49-56dfb9e25811"
MEMBERS_MAX = 50

Why = Annotated[SomeText, Field(min_length=1, max_length=200, description="How it is known, without personal data. ที่มาของข้อมูล")]
Subdistrict = Annotated[str, Field(pattern=r"^[0-9]{6}$", description="6-digit code. รหัสตำบล 6 หลัก", examples=["810101"])]


class NewcomerIn(BaseModel):
    """A card holder, or a dependant who is none: then only the birth year."""

    model_config = ConfigDict(extra="forbid")

    holder_id: UUID | None = None
    birth_year: int | None = Field(default=None, ge=1880, le=2199, description="C.E., of a dependant without a card. ปีเกิด (ค.ศ.)")
    role: Role

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.holder_id is None) == (self.birth_year is None):
            raise field_error("one_of", "give holder_id or birth_year, and just one", "ระบุ holder_id หรือ birth_year อย่างใดอย่างหนึ่ง")
        if self.holder_id is None and self.role is Role.HEAD:
            raise field_error("one_head", "the head is a card holder", "หัวหน้าครัวเรือนต้องเป็นผู้มีบัตร")
        return self

    def newcomer(self) -> Newcomer:
        """As the rules take it."""
        return Newcomer(self.role, self.holder_id, self.birth_year)


class HouseholdIn(BaseModel):
    """A household and who is in it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "subdistrict": "810101",
                    "formed_on": "2018-02-01",
                    "members": [{"holder_id": _HOLDER, "role": "HEAD"}, {"birth_year": 2010, "role": "CHILD"}],
                    "why": "สัมภาษณ์ที่บ้าน",
                }
            ]
        },
    )

    subdistrict: Subdistrict
    formed_on: date
    members: list[NewcomerIn] = Field(min_length=1, max_length=MEMBERS_MAX)
    why: Why


class JoiningIn(NewcomerIn):
    """Who comes to live there, and since when."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"holder_id": _HOLDER, "role": "SPOUSE", "from_on": "2018-02-10", "why": "แต่งงาน"}]},
    )

    from_on: date
    why: Why


class LeavingIn(BaseModel):
    """Who no longer lives there."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"left_on": "2018-02-12", "why": "ย้ายออก"}]})

    left_on: date = Field(description="The first day without them. วันแรกที่ไม่ได้อยู่")
    new_head: UUID | None = Field(default=None, description="Member id; needed when the head leaves others. หัวหน้าคนใหม่")
    why: Why


class HeadIn(BaseModel):
    """Who is head from a day on."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"member_id": _MEMBER, "on": "2018-02-12", "former_role": "PARENT", "why": "แจ้งเปลี่ยนหัวหน้า"}]},
    )

    member_id: UUID
    on: date
    former_role: Role = Field(default=Role.OTHER, description="What the former head is now. สถานะใหม่ของหัวหน้าเดิม")
    why: Why


class MovingIn(BaseModel):
    """A member and their role in the new household."""

    model_config = ConfigDict(extra="forbid")

    member_id: UUID
    role: Role


class SplitIn(BaseModel):
    """Members who become a household of their own."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"members": [{"member_id": _MEMBER, "role": "HEAD"}], "subdistrict": "810102", "on": "2018-02-12", "why": "แยกบ้าน"}
            ]
        },
    )

    members: list[MovingIn] = Field(min_length=1, max_length=MEMBERS_MAX)
    subdistrict: Subdistrict
    on: date
    staying_head: UUID | None = Field(default=None, description="Member id; needed when the head goes. หัวหน้าของผู้ที่อยู่ต่อ")
    why: Why


class MergeIn(BaseModel):
    """Into which household all members go."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"into": "0161f7a6-ec40-742f-8e49-56dfb9e25810", "on": "2018-02-12", "roles": [], "why": "อยู่บ้านเดียวกัน"}]
        },
    )

    into: UUID
    on: date
    roles: list[MovingIn] = Field(default_factory=list, max_length=MEMBERS_MAX, description="OTHER where none is told. สถานะในครัวเรือนใหม่")
    why: Why


class MemberOut(BaseModel):
    """A member; one out of your reach has a role and nothing else."""

    member_id: UUID | None
    holder_id: UUID | None = Field(description="Null for a dependant without a card. ว่างสำหรับผู้อยู่ในอุปการะที่ไม่มีบัตร")
    role: Role
    birth_year: int | None
    from_on: date | None
    within_reach: bool


class HouseholdOut(BaseModel):
    """A household and its members."""

    household_id: UUID
    version: int
    subdistrict: str
    formed_on: date
    ended_on: date | None
    split_from: UUID | None
    merged_into: UUID | None
    members: list[MemberOut]


class HappeningOut(BaseModel):
    """What happened to a household."""

    version: int
    what: Happening
    happened_on: date
    members: int = Field(description="How many it was about. จำนวนสมาชิกที่เกี่ยวข้อง")
    who: str
    why: str
    recorded_at: datetime
