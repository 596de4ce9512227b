"""How agencies are told, and what became of the reports that they sent on topics and in files."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.plan.domain.agencies import Way
from services.plan.schemas.base import EXAMPLE_ID, In, Words, example_of

WAYS_TEXT = "PULL: lists over REST; KAFKA: a topic of its own; FILE: CSV or XLSX; WEBHOOK: its registered address. วิธีแจ้งหน่วยงาน"


class ConnectionBody(In):
    """How the agency is told from now on, and why."""

    model_config = example_of(way="KAFKA", reason="หน่วยงานเปิดใช้ระบบใหม่")

    way: Way = Field(description=WAYS_TEXT, examples=["KAFKA"])
    reason: Words = Field(description="Why. เหตุผล", examples=["หน่วยงานเปิดใช้ระบบใหม่"])


class ConnectionRowOut(BaseModel):
    """How an agency is told; version 0 was never set."""

    agency: str = Field(examples=["DSD"])
    way: Way = Field(description=WAYS_TEXT)
    version: int
    notices_waiting: int = Field(description="What waits for its webhook, or for an address to be registered. รายการที่รอส่ง")


class ConnectionsOut(BaseModel):
    """The agencies in reach."""

    items: list[ConnectionRowOut]


class ConnectionMoveOut(BaseModel):
    """One version of a connection."""

    version: int
    way: Way
    who: str
    at: datetime
    why: str


class ConnectionOut(ConnectionRowOut):
    """How an agency is told, and every version before."""

    history: list[ConnectionMoveOut]


class RefusalOut(BaseModel):
    """What was refused of a report, by topic (`report_id`) or file (`file_id`, `line`). Values are masked."""

    number: int
    way: Way
    file_id: UUID | None
    line: int | None = Field(description="Line of the file, from 1; the heading is line 1. บรรทัดที่", examples=[17])
    report_id: str | None
    referral_id: str
    field: str = Field(description="Empty for the whole line. ช่องข้อมูล", examples=["on"])
    code: str = Field(examples=["out_of_range"])
    reason_en: str
    reason_th: str
    value_masked: str
    refused_at: datetime


class SentFileRowOut(BaseModel):
    """A file of reports: how many of its lines were accepted, told before, without a report, or refused. A preview changed nothing."""

    file_id: UUID = Field(examples=[EXAMPLE_ID])
    agency: str = Field(examples=["DSD"])
    name: Annotated[str, Field(validation_alias="file")] = Field(examples=["reports.xlsx"])
    sha256: str
    preview: bool
    lines: int
    accepted: int
    already: int = Field(description="Told before: nothing changed. รายงานแล้ว")
    skipped: int = Field(description="Lines without a report. ไม่มีรายงาน")
    refused: int
    uploaded_by: str
    uploaded_at: datetime


class SentFileOut(SentFileRowOut):
    """The same with what was refused first, as far as it fits here."""

    refusals: list[RefusalOut]
