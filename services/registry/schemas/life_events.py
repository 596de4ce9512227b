"""Moves and deaths."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from services.registry.schemas.fields import Text


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
