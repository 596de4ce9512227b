"""Runs and their lines."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.payments.domain import PROGRAMME, AttemptState, HoldReason, Month, RunStatus, month_from
from services.payments.rules.benefit import Benefit
from services.payments.schemas.parts import In, MonthIn, MonthOut
from shared.contracts.common import Bank, Tier


class RunIn(In):
    """The month of a run."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"month": "2018-03"}]})

    month: MonthIn
    programme: str = Field(
        default=PROGRAMME, max_length=40, description="By default the allowance; else another programme, whose batches are paid. โครงการ"
    )

    def as_month(self) -> Month:
        """The month."""
        return month_from(self.month)


class TotalOut(BaseModel):
    """Lines of a run of one bank and tier; `bank` is null for those without a payee."""

    bank: Bank | None
    tier: Tier
    held: bool
    lines: int
    amount_satang: int


class RunOut(BaseModel):
    """รอบจ่ายประจำเดือน: A monthly run."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "run_id": "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d2561",
                    "programme": "TOP_UP_2561",
                    "month": "2018-03",
                    "status": "PROPOSED",
                    "version": 2,
                    "benefit": "GOODS_LIMIT",
                    "lines": 6400,
                    "amount_satang": 110000000,
                    "amount_baht": "1,100,000.00",
                    "list_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                    "totals": [{"bank": "KTB", "tier": "UP_TO_30000", "held": False, "lines": 4100, "amount_satang": 82000000}],
                    "paid": 0,
                    "failed": 0,
                    "held": 0,
                    "returned": 0,
                    "unanswered": 6400,
                    "paid_satang": 0,
                    "failed_satang": 0,
                    "held_satang": 0,
                    "returned_satang": 0,
                    "unanswered_satang": 110000000,
                    "proposed_by": "payments-maker",
                    "proposed_at": "2018-03-20T09:00:00+07:00",
                    "approved_by": None,
                    "approved_at": None,
                    "released_at": None,
                    "status_requests": 0,
                    "closed_at": None,
                }
            ]
        }
    )

    run_id: UUID
    programme: str
    month: MonthOut
    status: RunStatus
    version: int
    benefit: Benefit
    lines: int
    amount_satang: int
    amount_baht: str
    list_hash: str | None = Field(description="SHA-256 of the list; the approval names it. ค่าแฮชของบัญชีรายการจ่าย")
    totals: list[TotalOut]
    paid: int | None = Field(default=None, description="What became of the lines so far; null in lists. ผลการจ่ายจนถึงขณะนี้")
    failed: int | None = None
    held: int | None = None
    returned: int | None = None
    unanswered: int | None = None
    paid_satang: int | None = None
    failed_satang: int | None = None
    held_satang: int | None = None
    returned_satang: int | None = None
    unanswered_satang: int | None = None
    proposed_by: str
    proposed_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    released_at: datetime | None
    status_requests: int
    closed_at: datetime | None


class LineOut(BaseModel):
    """A line of a run: one attempt to pay one person for one month."""

    instruction_id: str
    holder_id: UUID
    month: MonthOut
    attempt_no: int
    tier: Tier
    district: str
    bank: Bank | None
    amount_satang: int
    state: AttemptState
    reason: HoldReason | str | None


class ApprovalIn(In):
    """The list that was looked at."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"list_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}]}
    )

    list_hash: str = Field(pattern=r"^[0-9a-f]{64}$", description="`list_hash` of the run that was looked at. ค่าแฮชของบัญชีที่ตรวจสอบแล้ว")


class CancellationIn(In):
    """Why a run is cancelled."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "wrong month"}]})

    reason: str = Field(min_length=1, max_length=500, description="เหตุผลที่ยกเลิก")


class StatusRequestOut(BaseModel):
    """How many instructions the banks are asked about."""

    run_id: UUID
    request_no: int
    asked: int
