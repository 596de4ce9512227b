"""Files of banks: what became of those that came in, and those that wait to be fetched."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.payments.rules.bank_files.lines import FileFormat
from services.payments.schemas.parts import MonthOut
from shared.contracts.common import Bank


class BankFileStatus(StrEnum):
    """RECEIVED: being read. REFUSED: it cannot be read, nothing of it is taken."""

    RECEIVED = "RECEIVED"
    DONE = "DONE"
    REFUSED = "REFUSED"


_FILE: Final[dict[str, Any]] = {
    "file_id": "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d2561",
    "bank": "KTB",
    "file_name": "pain002-20180321.xml",
    "format": "PAIN_002",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "bytes": 1048576,
    "status": "DONE",
    "version": 3,
    "lines": 1000,
    "taken": 995,
    "repeated": 2,
    "skipped": 1,
    "refused": 2,
    "problem_en": None,
    "problem_th": None,
    "sent_by": "bank-KTB",
    "sent_at": "2018-03-21T18:00:00+07:00",
    "ended_at": "2018-03-21T18:00:05+07:00",
}


class BankFileOut(BaseModel):
    """A file that a bank sent. Each of its lines is one of taken, repeated (was told before), skipped (says nothing of a payment's end) and refused."""

    model_config = ConfigDict(json_schema_extra={"examples": [_FILE]})

    file_id: UUID
    bank: Bank
    file_name: str
    format: FileFormat
    sha256: str
    bytes: int
    status: BankFileStatus
    version: int
    lines: int = Field(description="Lines read so far. จำนวนรายการที่อ่านแล้ว")
    taken: int = Field(description="New answers. ผลที่รับใหม่")
    repeated: int = Field(description="Told before, by whichever way. ผลที่เคยรับแล้ว")
    skipped: int = Field(description="Say nothing of a payment's end. รายการที่ไม่ใช่ผลสุดท้าย")
    refused: int = Field(description="See refusals.csv. รายการที่ไม่รับ")
    problem_en: str | None
    problem_th: str | None
    sent_by: str
    sent_at: datetime
    ended_at: datetime | None


class InstructionFileOut(BaseModel):
    """One file of a run's instructions for a bank, and who fetched it last."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "run_id": "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d2561",
                    "month": "2018-03",
                    "bank": "KTB",
                    "file_no": 1,
                    "payments": 10000,
                    "amount_satang": 200000000,
                    "to_pay": 10000,
                    "message_id": None,
                    "fetched_by": None,
                    "fetched_at": None,
                }
            ]
        }
    )

    run_id: UUID
    month: MonthOut
    bank: Bank
    file_no: int
    payments: int = Field(description="Instructions that were released in it. จำนวนคำสั่งจ่ายที่ปล่อย")
    amount_satang: int
    to_pay: int = Field(description="Those that it still holds: neither answered nor asked about. จำนวนที่ยังต้องจ่าย")
    message_id: str | None = Field(description="MsgId of what was fetched last. เลขที่ข้อความที่ดาวน์โหลดล่าสุด")
    fetched_by: str | None
    fetched_at: datetime | None
