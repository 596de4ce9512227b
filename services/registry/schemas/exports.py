"""Recipients, exports, distributions: what is asked and what is answered."""

from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.registry.domain import AgeGroup
from services.registry.rules.exports import (
    KEEP_DAYS_MAX,
    RECEIPT_COLUMNS,
    Column,
    DistributionStatus,
    ExportStatus,
    FileFormat,
    ListState,
    Purpose,
    RecipientKind,
    RecipientStatus,
)
from services.registry.schemas.fields import Text
from shared.contracts.common import Tier
from shared.contracts.registry import HolderStatus
from shared.http import field_error
from shared.sealed_files import BadPublicKey, public_key

_ID: Final = "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d2561"
_KEY: Final = "age1zhc5lgmdjxeg3lgmcr45n3vu4q0mrefsejgsna5jpxlzmtas2u5q4n695d"
_FINGERPRINT: Final = "2f1c-9a01-77d2-0b5e-c3d4-118a-9e6f-4b20"
_SHA256: Final = r"^[0-9a-f]{64}$"
_COUNT_MAX: Final = 10**12


def _key(text: str) -> str:
    try:
        return public_key(text)
    except BadPublicKey as bad:
        raise field_error("public_key", str(bad), "ไม่ใช่กุญแจสาธารณะของ age (age1…)") from None


def _once(columns: list[Column]) -> list[Column]:
    if len(set(columns)) != len(columns):
        raise field_error("columns", "names a column twice", "มีคอลัมน์ซ้ำ")
    return columns


Reason = Annotated[
    Text, Field(min_length=3, max_length=200, description="Why; without personal data, it is on record. เหตุผล (ไม่ใส่ข้อมูลส่วนบุคคล)")
]
Columns = Annotated[
    list[Column],
    Field(min_length=1, max_length=len(Column), description="In this order. คอลัมน์ตามลำดับ", examples=[["holder_id", "first_name"]]),
    AfterValidator(_once),
]
KeepDays = Annotated[
    int, Field(ge=1, le=KEEP_DAYS_MAX, description="After so many days the file is deleted. จำนวนวันที่เก็บไฟล์", examples=[14])
]
Fingerprint = Annotated[str, Field(description="Of the key; compare it by another way. ลายนิ้วมือกุญแจ", examples=[_FINGERPRINT])]


class RecipientIn(BaseModel):
    """An office and its public key."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "kind": "GOVERNOR",
                    "unit": "81",
                    "office": "สำนักงานจังหวัดกระบี่",
                    "public_key": _KEY,
                    "valid_from": "2018-01-15",
                    "reason": "หนังสือจังหวัดกระบี่ ที่ กบ 0017/123",
                }
            ]
        },
    )

    kind: RecipientKind
    unit: str = Field(
        min_length=2, max_length=32, description="Province (2 digits), district (4), agency or bank code. รหัสหน่วยงาน", examples=["81"]
    )
    office: Text = Field(min_length=3, max_length=200, description="Its name. ชื่อสำนักงาน")
    public_key: Annotated[str, Field(max_length=200, description="Of age: `age1…`. กุญแจสาธารณะ", examples=[_KEY]), AfterValidator(_key)]
    valid_from: date
    valid_to: date | None = Field(default=None, description="Last day; none when left out. วันสุดท้ายที่ใช้ได้")
    reason: Reason


class RecipientOut(BaseModel):
    """A registered key of an office."""

    recipient_id: UUID = Field(examples=[_ID])
    version: int
    kind: RecipientKind
    unit: str = Field(examples=["81"])
    office: str
    public_key: str = Field(examples=[_KEY])
    fingerprint: Fingerprint
    valid_from: date
    valid_to: date | None
    status: RecipientStatus
    registered_by: str
    registered_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    ended_by: str | None
    ended_at: datetime | None
    ended_reason: str | None


class DecisionIn(BaseModel):
    """What the second person decides."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"approved": True, "reason": "เทียบลายนิ้วมือทางโทรศัพท์แล้ว", "key_fingerprint": _FINGERPRINT}]},
    )

    approved: bool
    reason: Reason
    key_fingerprint: str | None = Field(
        default=None, max_length=50, description="To approve: that of the key, as the recipient told you. ลายนิ้วมือที่ผู้รับแจ้ง (จำเป็นเมื่ออนุมัติ)"
    )


class PlainDecisionIn(BaseModel):
    """What the second person decides of a distribution, whose keys were each compared before."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"approved": True, "reason": "ตรวจจำนวนแล้ว"}]})

    approved: bool
    reason: Reason


class EndIn(BaseModel):
    """Why something is taken back."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "ส่งผิดหน่วยงาน"}]})

    reason: Reason


class ScopeIn(BaseModel):
    """Which people; what is left out is not asked. For a governor or a district office it is their own area at most."""

    model_config = ConfigDict(extra="forbid")

    province: str | None = Field(default=None, pattern=r"^[0-9]{2}$", examples=["81"])
    district: str | None = Field(default=None, pattern=r"^[0-9]{4}$", examples=["8101"])
    subdistrict: str | None = Field(default=None, pattern=r"^[0-9]{6}$", examples=["810101"])
    tier: Tier | None = None
    age_group: AgeGroup | None = None
    visit_group: bool | None = None
    status: HolderStatus | None = None


class ExportIn(BaseModel):
    """A list that is asked for."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "recipient_id": _ID,
                    "purpose": "PUBLIC_TASK",
                    "reason": "เยี่ยมบ้านผู้มีบัตรเดือนมีนาคม",
                    "scope": {"district": "8101", "visit_group": True},
                    "columns": ["holder_id", "first_name", "last_name", "house_no", "moo", "subdistrict"],
                    "format": "CSV",
                    "keep_days": 14,
                }
            ]
        },
    )

    recipient_id: UUID
    purpose: Purpose = Field(description="Decides to whom, on which legal basis and with which consent. วัตถุประสงค์")
    reason: Reason
    scope: ScopeIn = Field(default_factory=ScopeIn)
    columns: Columns
    format: FileFormat = FileFormat.CSV
    keep_days: KeepDays = 14


class ReceiverOut(BaseModel):
    """For whom an export is."""

    recipient_id: UUID
    kind: RecipientKind
    unit: str
    office: str


class ToldOut(BaseModel):
    """What the recipient told last."""

    told_by: str
    told_at: datetime
    rows: int
    plain_sha256: str
    matched: bool


class ExportOut(BaseModel):
    """An export; `planned_rows` were counted when it was asked for, `rows` are those in the file."""

    export_id: UUID = Field(examples=[_ID])
    version: int
    status: ExportStatus
    distribution_id: UUID | None
    recipient: ReceiverOut
    key_fingerprint: Fingerprint
    purpose: Purpose
    basis: str = Field(description="The legal basis of the purpose. ฐานทางกฎหมาย")
    reason: str
    scope: dict[str, Any]
    columns: list[Column]
    personal_columns: list[Column] = Field(description="Those that are plain personal values. คอลัมน์ที่เป็นข้อมูลส่วนบุคคลไม่ปิดบัง")
    format: FileFormat = Field(validation_alias="file_format")
    keep_days: int
    planned_rows: int
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    error: str | None = Field(description="Why the last attempt made nothing. สาเหตุที่จัดทำไม่สำเร็จ")
    rows: int | None
    plain_sha256: str | None = Field(description="Of the unpacked content. ค่าแฮชของเนื้อหา")
    file_sha256: str | None
    file_bytes: int | None
    made_at: datetime | None
    expires_at: datetime | None
    ended_by: str | None
    ended_at: datetime | None
    ended_reason: str | None
    confirmed_by: str | None
    confirmed_at: datetime | None
    last_receipt: ToldOut | None


class ManifestOut(BaseModel):
    """What is in the file, as text that is signed: `signature` is a detached JWS (RFC 7797) over just its bytes in UTF-8."""

    manifest: str = Field(description="JSON. Do not format it again. ข้อความที่ลงนาม")
    signature: str


class ReceiptIn(BaseModel):
    """What you counted in the opened file: rows and SHA-256 of the unpacked content."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"rows": 5273, "plain_sha256": "0" * 64}]})

    rows: int = Field(ge=0, le=_COUNT_MAX, description="Without the header line. จำนวนคน (ไม่นับหัวตาราง)")
    plain_sha256: str = Field(pattern=_SHA256, description="64 hex digits. ค่าแฮช")


class DistributionIn(BaseModel):
    """The list of each province and district for its governor and its district office."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "ส่งข้อมูลผู้มีบัตรตามหนังสือ มท ๐๘๑๐.๖/ว ๓๙๒", "keep_days": 30}]}
    )

    reason: Reason
    columns: Columns = list(RECEIPT_COLUMNS)
    format: FileFormat = FileFormat.CSV
    keep_days: KeepDays = 30


class TallyOut(BaseModel):
    """So many lists of such offices are in this state."""

    kind: RecipientKind
    state: ListState
    lists: int
    planned_rows: int
    rows: int


class DistributionOut(BaseModel):
    """A distribution with where its lists stand. `planned_rows` are all card holders, once."""

    distribution_id: UUID = Field(examples=[_ID])
    version: int
    status: DistributionStatus
    reason: str
    columns: list[Column]
    personal_columns: list[Column]
    format: FileFormat = Field(validation_alias="file_format")
    keep_days: int
    planned_rows: int
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    lists: list[TallyOut]


class ListOut(BaseModel):
    """The list of a province or district, and its receipt."""

    area: str = Field(examples=["8101"])
    name_th: str
    name_en: str
    kind: RecipientKind
    state: ListState = Field(description="MISSING: no key registered. DIFFERS: confirmed wrongly last. สถานะ")
    planned_rows: int
    export_id: UUID | None
    rows: int | None
    plain_sha256: str | None
    made_at: datetime | None
    expires_at: datetime | None
    error: str | None
    days_unconfirmed: int | None = Field(description="Days since it was ready, while not confirmed. จำนวนวันที่ยังไม่ยืนยัน")
    told_rows: int | None = Field(description="What was told wrongly. จำนวนที่แจ้งไม่ตรง")
    told_sha256: str | None
    confirmed_by: str | None
    confirmed_at: datetime | None
