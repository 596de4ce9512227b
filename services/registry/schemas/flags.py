"""Flags of persons whom a file leaves out or wants removed."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from services.registry.domain import FlagKind, Resolution
from shared.thai.text import clean

_FLAG: JsonDict = {
    "flag_id": 17,
    "version": 1,
    "kind": "ABSENT",
    "holder_id": "5b1d1f0e-52a1-5d3c-9f0a-2c61a51e0001",
    "home_district": "8101",
    "subdistrict": "810101",
    "import_id": "019a5f3e-7c1a-7d34-9b1e-000000000001",
    "line": None,
    "reason": "registry-2561-02.csv",
    "raised_at": "2018-02-15T05:00:00Z",
    "resolution": None,
    "resolved_by": None,
    "resolved_at": None,
    "resolved_why": None,
}


class FlagOut(BaseModel):
    """A person for staff to look into; nobody is deleted."""

    model_config = ConfigDict(json_schema_extra={"examples": [_FLAG]})

    flag_id: int
    version: int
    kind: FlagKind = Field(description="ABSENT from a full file, or REMOVED by a file of changes. ไม่อยู่ในไฟล์ทั้งประเทศ หรือไฟล์ขอให้นำออก")
    holder_id: UUID
    home_district: str
    subdistrict: str
    import_id: UUID = Field(description="The import that raised it. การนำเข้าที่แจ้งเตือน")
    line: int | None = Field(description="Line of the file of changes. บรรทัดในไฟล์")
    reason: str = Field(description="The reason of the line, or the name of the full file. เหตุผลในไฟล์ หรือชื่อไฟล์")
    raised_at: datetime
    resolution: Resolution | None = Field(description="Null while it is open. ว่างหากยังไม่ดำเนินการ")
    resolved_by: str | None
    resolved_at: datetime | None
    resolved_why: str | None


class FlagsOfDistrictOut(BaseModel):
    """Open flags of one kind in one district."""

    district: str = Field(examples=["8101"])
    kind: FlagKind
    open: int = Field(examples=[3])


class FlagsByDistrictOut(BaseModel):
    """Districts with open flags."""

    items: list[FlagsOfDistrictOut]


class Outcome(StrEnum):
    """What staff found."""

    STAYS = "STAYS"
    CONFIRMED = "CONFIRMED"


class ResolutionIn(BaseModel):
    """What became of a flag."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"resolution": "STAYS", "reason": "พบตัวที่บ้าน ยังถือบัตรอยู่ (seen at home)"}]}
    )

    resolution: Outcome = Field(
        description="STAYS: the person keeps the card. CONFIRMED: the file is right, and the life event is recorded. ยังถือบัตร หรือไฟล์ถูกต้อง"
    )
    reason: Annotated[str, AfterValidator(clean), Field(min_length=1, max_length=500, description="What was found. ผลการตรวจสอบ")]
