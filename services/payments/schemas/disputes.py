"""Disputed payments, and what people find out of them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.payments.domain import AttemptState
from services.payments.rules.bank_answers import Disposition
from services.payments.rules.disputes import Finding
from services.payments.schemas.parts import In, MonthOut
from shared.contracts.common import Bank, Tier
from shared.contracts.payments import ResultStatus


class ResolutionStatus(StrEnum):
    """States of a proposal to resolve a dispute."""

    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"


_RESOLUTION: Final[dict[str, Any]] = {
    "resolution_id": "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d2561",
    "instruction_id": "5b0e9a507c2a7c4d25616b1f3f0a6a55",
    "finding": "NOT_PAID",
    "paid_on": None,
    "evidence_reference": "KTB ที่ 14/2561",
    "reason": "ธนาคารยืนยันเป็นหนังสือว่าไม่ได้จ่าย",
    "status": "PROPOSED",
    "state_before": "SETTLED",
    "proposed_by": "payments-maker",
    "proposed_at": "2018-04-02T09:00:00+07:00",
    "decided_by": None,
    "decided_at": None,
}


class ResolutionIn(In):
    """What became of the money, and the paper that shows it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{name: _RESOLUTION[name] for name in ("finding", "paid_on", "evidence_reference", "reason")}],
        }
    )

    finding: Finding = Field(description="PAID จ่ายแล้ว, NOT_PAID ไม่ได้จ่าย, RETURNED จ่ายแล้วเงินกลับคืน")
    paid_on: date | None = Field(
        default=None, description="The day on which the bank paid; null for NOT_PAID. วันที่ธนาคารจ่ายเงิน", examples=["2018-03-21"]
    )
    evidence_reference: str = Field(min_length=1, max_length=200, description="The paper that shows it. เลขที่เอกสารหลักฐาน")
    reason: str = Field(min_length=1, max_length=500, description="เหตุผล")


class RefusalIn(In):
    """Why a proposal is refused."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "หลักฐานไม่ครบถ้วน"}]})

    reason: str = Field(min_length=1, max_length=500, description="เหตุผลที่ไม่อนุมัติ")


class ResolutionOut(BaseModel):
    """ผลการวินิจฉัยรายการที่ขัดแย้ง: What one person found out of a disputed payment, and another's word on it."""

    model_config = ConfigDict(json_schema_extra={"examples": [_RESOLUTION]})

    resolution_id: UUID
    instruction_id: str
    finding: Finding
    paid_on: date | None
    evidence_reference: str
    reason: str
    status: ResolutionStatus
    state_before: AttemptState = Field(description="The payment's state as it was looked at. สถานะรายการจ่ายขณะเสนอ")
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None


class ResolutionStepOut(BaseModel):
    """Who did what to a resolution, when and why."""

    status: ResolutionStatus
    who: str
    at: datetime
    why: str


class ResolutionHistoryOut(BaseModel):
    """ประวัติการวินิจฉัย: A resolution with its history, oldest first."""

    resolution: ResolutionOut
    history: list[ResolutionStepOut]


class ToldOut(BaseModel):
    """One of the bank's answers, and what became of it."""

    status: ResultStatus
    amount_satang: int
    value_date: date
    bank_reference: str
    reason_code: str | None
    disposition: Disposition
    received_at: datetime


class DisputeOut(BaseModel):
    """รายการจ่ายที่ผลขัดแย้งกัน: A payment of which its bank told two things; it is not tried again until it is resolved."""

    instruction_id: str
    run_id: UUID
    holder_id: UUID
    month: MonthOut
    attempt_no: int
    tier: Tier
    district: str
    bank: Bank
    amount_satang: int
    state: AttemptState
    possible: list[Finding] = Field(description="Findings that the state allows. ผลวินิจฉัยที่เป็นไปได้")
    answers: list[ToldOut]
    proposal: ResolutionOut | None
