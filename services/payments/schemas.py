"""Requests and answers of payments' HTTP. Money is integers of satang, months are `YYYY-MM`."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from services.payments.domain import AttemptState, HoldReason, Month, ObligationState, RunStatus, Status, month_from, month_text
from services.payments.rules.bank_answers import Disposition
from services.payments.rules.benefit import Benefit
from shared.contracts.common import Bank, Tier
from shared.contracts.payments import ResultStatus, StopReason


def _month_out(value: object) -> object:
    return month_text(Month(value)) if isinstance(value, date) else value


MonthOut = Annotated[str, BeforeValidator(_month_out), Field(examples=["2018-03"])]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EntitlementOut(BaseModel):
    """สิทธิได้รับเงินเพิ่มของบุคคล: One person's allowance."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "entitlement_id": "019a5f3e-7c1a-5d34-9b1e-2f6f0c9d2561",
                    "holder_id": "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d2561",
                    "version": 2,
                    "status": "ACTIVE",
                    "tier": "UP_TO_30000",
                    "stated_on": "2018-02-12",
                    "monthly_satang": 20000,
                    "first_month": "2018-03",
                    "last_month": "2018-12",
                    "months": ["2018-03", "2018-04"],
                    "rule": "first_month=MONTH_AFTER_STATED",
                    "stop_reason": None,
                    "stop_month": None,
                    "stop_rule": None,
                    "plan_agreed_on": "2018-04-02",
                    "policy_version": 1,
                }
            ]
        }
    )

    entitlement_id: UUID
    holder_id: UUID
    version: int
    status: Status
    tier: Tier
    stated_on: date
    monthly_satang: int
    first_month: MonthOut
    last_month: MonthOut
    months: list[MonthOut] = Field(description="Months that are paid. เดือนที่จ่าย")
    rule: str
    stop_reason: StopReason | None
    stop_month: MonthOut | None = Field(description="The first month without pay. เดือนแรกที่หยุดจ่าย")
    stop_rule: str | None
    plan_agreed_on: date | None
    policy_version: int


class VersionOut(BaseModel):
    """A version of an allowance: who, when, why."""

    version: int
    status: Status
    months: list[MonthOut]
    who: str
    at: datetime
    why: str


class EntitlementHistoryOut(BaseModel):
    """ประวัติการเปลี่ยนแปลงสิทธิ: An allowance with its versions, oldest first."""

    entitlement: EntitlementOut
    versions: list[VersionOut]


class AttemptOut(BaseModel):
    """One attempt to pay. `instruction_id` is what the bank knows it by."""

    attempt_no: int
    run_id: UUID
    instruction_id: str
    bank: Bank | None
    state: AttemptState
    reason: str | None
    value_date: date | None
    bank_reference: str | None


class ObligationOut(BaseModel):
    """What is owed for one benefit month, and the attempts to pay it. `overpaid` says that it is to be got back."""

    month: MonthOut
    amount_satang: int
    state: ObligationState
    payable: bool
    overpaid: bool
    attempts: list[AttemptOut]


class PaymentsOut(BaseModel):
    """รายการจ่ายรายเดือน: An allowance's obligations, by month."""

    entitlement_id: UUID
    paid_satang: int
    obligations: list[ObligationOut]


class RefusedWishOut(BaseModel):
    """คำขอที่ไม่เปิดสิทธิ: A wish that opened no allowance, and the rule that says so."""

    holder_id: UUID
    intent_id: UUID
    stated_on: date
    received_on: date
    rule: str


class RunIn(_In):
    """The month of a run."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"month": "2018-03"}]})

    month: str = Field(pattern=r"^(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])$", description="Benefit month. เดือนที่จ่าย")

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


class ApprovalIn(_In):
    """The list that was looked at."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"list_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}]}
    )

    list_hash: str = Field(pattern=r"^[0-9a-f]{64}$", description="`list_hash` of the run that was looked at. ค่าแฮชของบัญชีที่ตรวจสอบแล้ว")


class CancellationIn(_In):
    """Why a run is cancelled."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "wrong month"}]})

    reason: str = Field(min_length=1, max_length=500, description="เหตุผลที่ยกเลิก")


class StatusRequestOut(BaseModel):
    """How many instructions the banks are asked about."""

    run_id: UUID
    request_no: int
    asked: int


class BankResultIn(_In):
    """A bank's answer to one instruction."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "instruction_id": "019a5f3e7c1a7d349b1e2f6f0c9d2561",
                    "status": "SETTLED",
                    "amount_satang": 20000,
                    "value_date": "2018-03-21",
                    "bank_reference": "KTB-20180321-000017",
                }
            ]
        }
    )

    instruction_id: str = Field(pattern=r"^[0-9a-f]{32}$", description="เลขอ้างอิงคำสั่งจ่าย")
    status: ResultStatus
    amount_satang: int = Field(ge=0, lt=2**63)
    value_date: date
    bank_reference: str = Field(min_length=1, max_length=100)
    reason_code: str | None = Field(default=None, max_length=100)


RESULTS_IN_A_REQUEST_MAX = 2000


class BankResultsIn(_In):
    """Answers of the caller's bank."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "results": [
                        {
                            "instruction_id": "019a5f3e7c1a7d349b1e2f6f0c9d2561",
                            "status": "SETTLED",
                            "amount_satang": 20000,
                            "value_date": "2018-03-21",
                            "bank_reference": "KTB-20180321-000017",
                        }
                    ]
                }
            ]
        }
    )

    results: list[BankResultIn] = Field(min_length=1, max_length=RESULTS_IN_A_REQUEST_MAX)


class BankResultsOut(BaseModel):
    """What became of the answers that were new; `repeated` were taken in before."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"received": 3, "repeated": 1, "dispositions": {"APPLIED": 2}}]})

    received: int
    repeated: int
    dispositions: dict[Disposition, int]


class ExceptionOut(BaseModel):
    """An answer that was not applied, for people to look at."""

    result_id: UUID
    via: Bank
    bank: Bank
    instruction_id: str
    status: ResultStatus
    amount_satang: int
    value_date: date
    bank_reference: str
    reason_code: str | None
    disposition: Disposition
    received_at: datetime


class AccountOut(BaseModel):
    """One account: sums of debits and credits, and what is left on the debit side (negative on the credit side)."""

    account: str
    debit_satang: int
    credit_satang: int
    balance_satang: int


class TrialBalanceOut(BaseModel):
    """งบทดลอง: All accounts; `balanced` says that debits are credits."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "balanced": True,
                    "accounts": [
                        {"account": "ALLOWANCE", "debit_satang": 20000, "credit_satang": 0, "balance_satang": 20000},
                        {"account": "TREASURY", "debit_satang": 0, "credit_satang": 20000, "balance_satang": -20000},
                    ],
                }
            ]
        }
    )

    balanced: bool
    accounts: list[AccountOut]


class PolicyOut(BaseModel):
    """ชุดนโยบายที่ใช้อยู่: The policy set in force, each value with its legal source."""

    profile: str = Field(examples=["amended"])
    version: int = Field(examples=[1])
    published_on: date
    parameters: dict[str, Any]
