"""Importing files."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


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
