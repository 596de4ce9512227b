"""Payments that banks are asked to give back."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.payments.repository.recalls import RecallState
from services.payments.schemas.parts import In, MonthOut
from shared.contracts.common import Bank

INSTRUCTION_ID = r"^[0-9a-f]{32}$"
RECALLED_IN_A_REQUEST_MAX = 2000


class RecallIn(In):
    """Which payments of a run are wanted back; without `bank` and `instruction_ids` all that are out or paid."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "บัญชีรายการจ่ายผิดเดือน", "instruction_ids": ["019a5f3e7c1a7d349b1e2f6f0c9d2561"]}]}
    )

    reason: str = Field(min_length=1, max_length=500, description="เหตุผลที่เรียกคืน")
    bank: Bank | None = Field(default=None, description="Only this bank's. เฉพาะธนาคารนี้")
    instruction_ids: list[Annotated[str, Field(pattern=INSTRUCTION_ID)]] | None = Field(
        default=None, min_length=1, max_length=RECALLED_IN_A_REQUEST_MAX, description="Only these. เฉพาะคำสั่งจ่ายเหล่านี้"
    )


class RecallOut(BaseModel):
    """การเรียกเงินคืน: banks were asked to give payments of a run back, and how far they have answered."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "recall_id": "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d2564",
                    "run_id": "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d2561",
                    "reason": "บัญชีรายการจ่ายผิดเดือน",
                    "asked_by": "payments-approver",
                    "asked_at": "2018-03-21T10:00:00+07:00",
                    "payments": 12,
                    "amount_satang": 240000,
                    "waiting": 2,
                    "came_back": 8,
                    "not_paid": 1,
                    "refused": 1,
                }
            ]
        }
    )

    recall_id: UUID
    run_id: UUID
    reason: str
    asked_by: str
    asked_at: datetime
    payments: int
    amount_satang: int
    waiting: int
    came_back: int
    not_paid: int
    refused: int


class RecallAskedOut(BaseModel):
    """How many payments the banks are asked for; those that were asked for before are not asked for again."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"recall_id": "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d2564", "run_id": "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d2561", "payments": 12}
            ]
        }
    )

    recall_id: UUID
    run_id: UUID
    payments: int


class RecalledPaymentOut(BaseModel):
    """A payment that was asked back. Until the bank answers (WAITING) its month is not paid anew."""

    instruction_id: str
    recall_id: UUID
    run_id: UUID
    month: MonthOut
    attempt_no: int
    bank: Bank
    amount_satang: int
    asked_at: datetime
    state: RecallState
    refused_because: str | None


class RecallRefusalIn(In):
    """A payment that the bank cannot give back."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"instruction_id": "019a5f3e7c1a7d349b1e2f6f0c9d2561", "reason_code": "SPENT", "bank_reference": "KTB-20180321-000018"}
            ]
        }
    )

    instruction_id: str = Field(pattern=INSTRUCTION_ID, description="เลขอ้างอิงคำสั่งจ่าย")
    reason_code: str = Field(min_length=1, max_length=100, description="SPENT, NOT_PAID, UNKNOWN_INSTRUCTION or your own. รหัสเหตุผล")
    bank_reference: str = Field(min_length=1, max_length=100)


class RecallRefusalsIn(In):
    """Refusals of the caller's bank."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "refusals": [
                        {
                            "instruction_id": "019a5f3e7c1a7d349b1e2f6f0c9d2561",
                            "reason_code": "SPENT",
                            "bank_reference": "KTB-20180321-000018",
                        }
                    ]
                }
            ]
        }
    )

    refusals: list[RecallRefusalIn] = Field(min_length=1, max_length=RECALLED_IN_A_REQUEST_MAX)


class RecallRefusalsOut(BaseModel):
    """What was taken in, now or before; `not_asked` are instructions that were never asked back of this bank."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"taken": 1, "not_asked": ["019a5f3e7c1a7d349b1e2f6f0c9d2562"]}]})

    taken: int
    not_asked: list[str]
