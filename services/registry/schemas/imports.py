"""Importing files, and looking at them first."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.registry.commands.import_approvals import Decision
from services.registry.domain import FileKind
from services.registry.schemas.proposals import ProposalOut
from shared.thai.text import clean

KIND = (
    "FULL: everybody is in the file, and who is not is flagged. PART: only some lines, such as corrected ones. DELTA: a file of changes. "
    "Without it the header tells FULL or DELTA. FULL ทั้งประเทศ, PART บางบรรทัด, DELTA รายการเปลี่ยนแปลง"
)
PREVIEW = "Only show what the import would do. แสดงผลล่วงหน้าโดยไม่เปลี่ยนข้อมูล"


class ImportIn(BaseModel):
    """A file that lies in the import folder."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"path": "2018-01/registry.csv"}, {"path": "2018-02/corrected.csv", "kind": "PART", "preview": True}]
        },
    )

    path: str = Field(min_length=1, max_length=500, description="Relative to the import folder. ตำแหน่งไฟล์ในโฟลเดอร์นำเข้า")
    kind: FileKind | None = Field(default=None, description=KIND)
    preview: bool = Field(default=False, description=PREVIEW)


class LookOut(BaseModel):
    """What would become of the lines of a file."""

    lines: int
    registered: int = Field(description="New persons. เพิ่มใหม่")
    updated: int = Field(description="Persons who change. เปลี่ยนแปลง")
    unchanged: int = Field(description="Persons as they are known. ไม่เปลี่ยนแปลง")
    removed: int = Field(description="Persons to be flagged as removed by the file. ไฟล์ขอให้นำออก")
    absent: int = Field(description="Persons to be flagged as absent from a full file. ไม่อยู่ในไฟล์")
    rejected: int
    persons: int = Field(description="In the registry, once the whole file was seen. จำนวนผู้มีบัตรในทะเบียน")
    complete: bool = Field(description="Whether the whole file was seen. อ่านครบทั้งไฟล์แล้ว")
    share_percent: float | None = Field(description="How much of the registry would change. สัดส่วนที่จะเปลี่ยนแปลง", examples=[3.5])


class ImportOut(BaseModel):
    """An import, or the preview of one, and how far it is."""

    import_id: UUID
    kind: FileKind | None = Field(description="As asked for. ตามที่ระบุ")
    preview: bool
    status: str = Field(
        description="QUEUED, RUNNING, WAITING (for a second person), DONE, REFUSED (by that person) or FAILED. สถานะของงาน",
        examples=["RUNNING"],
    )
    phase: str = Field(
        description="QUEUED, OPENING, WAITING_FOR_OTHER (import or regrouping), LOOKING, AWAITING_APPROVAL, REFUSED, TAKING, FLAGGING, DONE. ขั้นตอน",
        examples=["TAKING"],
    )
    file: str = Field(examples=["2018-01/registry.csv"])
    size_bytes: int
    offset_bytes: int = Field(description="How far into the file. อ่านไฟล์ถึงไบต์ที่")
    lines: int = Field(description="Lines done. จำนวนบรรทัดที่ทำแล้ว")
    registered: int
    updated: int
    unchanged: int
    rejected: int
    removed: int = Field(description="Lines that flagged a person as removed. บรรทัดที่ขอให้นำออก")
    absent: int = Field(description="Persons flagged because a full file does not have them. ผู้ที่ไม่อยู่ในไฟล์")
    look: LookOut | None = Field(description="What was seen of the file before anything changed. ผลการตรวจก่อนนำเข้า")
    error: str | None = Field(description="Why it failed and what to do, in English and Thai. สาเหตุที่ล้มเหลวและวิธีแก้ไข")


class SampleOut(BaseModel):
    """One line of a preview, masked."""

    line: int
    outcome: str = Field(description="NEW or CHANGED. เพิ่มใหม่หรือเปลี่ยนแปลง", examples=["CHANGED"])
    holder_id: UUID | None = Field(description="Of a known person. เฉพาะผู้ที่อยู่ในทะเบียนแล้ว")
    changed: list[str] = Field(description="Names of fields, never values. ชื่อช่องข้อมูลที่เปลี่ยน", examples=[["bank", "tier"]])
    district: str = Field(examples=["8101"])
    name_masked: str = Field(examples=["ส… ใ…"])


class PreviewOut(LookOut):
    """What the import of a file would do."""

    import_id: UUID
    fields: dict[str, int] = Field(description="Changed persons by field. จำนวนที่เปลี่ยนแยกตามช่องข้อมูล", examples=[{"bank": 12, "tier": 3}])
    sample: list[SampleOut]


class DecisionIn(BaseModel):
    """What is said of an import that waits."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"decision": "APPROVED", "reason": "ตรวจสอบกับหนังสือนำส่งแล้ว (matches the letter)"}]}
    )

    decision: Decision = Field(description="Another person than the proposer approves or rejects; the proposer withdraws. ผลการพิจารณา")
    reason: Annotated[str, AfterValidator(clean), Field(min_length=1, max_length=500, description="Why. เหตุผล")]


class ImportApprovalOut(ProposalOut):
    """The proposal to import what changes much, with its decision."""

    import_id: UUID
    reason: str = Field(examples=["34.2 % of the registry would change"])
    parameters: dict[str, Any] = Field(description="What was seen of the file. ผลการตรวจก่อนนำเข้า", examples=[{"share_percent": 34.2}])


class ChangedOut(BaseModel):
    """A person whom an import entered or changed."""

    holder_id: UUID
    version: int
    changed: list[str] = Field(description="Names of fields, never values; none of a new person. ชื่อช่องข้อมูลที่เปลี่ยน", examples=[["bank"]])


class RejectionOut(BaseModel):
    """One thing that is wrong with one line; of the value no more than a mask."""

    line: int = Field(description="The header is line 1. หมายเลขบรรทัด", examples=[56])
    field: str = Field(description="The column; empty where the whole line is wrong. ช่องข้อมูล", examples=["birth_date"])
    code: str = Field(examples=["birth_date"])
    reason_en: str = Field(examples=["there is no such day"])
    reason_th: str = Field(examples=["ไม่มีวันที่นี้ในปฏิทิน"])
    value_masked: str = Field(description="The value, masked: x a digit, a or ก a letter. ค่าที่ปิดบังแล้ว", examples=["19xx-02-30"])
