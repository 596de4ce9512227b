"""Allowances and what was paid of them."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.payments.domain import AttemptState, DifferenceCause, ObligationState, Status
from services.payments.schemas.parts import MonthOut
from shared.contracts.common import Bank, Tier
from shared.contracts.payments import StopReason


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
    adjustment_no: int = Field(description="0 for the month itself, else the number of a back-pay. เลขที่รายการปรับปรุง", examples=[0])
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


class DifferenceOut(BaseModel):
    """ส่วนต่างรายเดือน: A month that was granted otherwise than would be right by what is known now, and is not adjusted. Nobody pays it or gets it back by itself."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "holder_id": "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d2561",
                    "entitlement_id": "019a5f3e-7c1a-5d34-9b1e-2f6f0c9d2561",
                    "month": "2018-04",
                    "cause": "TIER_CORRECTED",
                    "granted_satang": 20000,
                    "due_satang": 10000,
                    "adjusted_satang": 0,
                    "difference_satang": -10000,
                    "state": "SETTLED",
                    "paid_satang": 20000,
                }
            ]
        }
    )

    holder_id: UUID
    entitlement_id: UUID
    month: MonthOut
    cause: DifferenceCause
    granted_satang: int = Field(description="What the allowance grants for the month. จำนวนเงินตามสิทธิของเดือนนั้น")
    due_satang: int = Field(description="What would be due by what is known now. จำนวนเงินที่ควรได้ตามข้อมูลปัจจุบัน")
    adjusted_satang: int = Field(description="What two persons have adjusted of it already. จำนวนที่ปรับปรุงแล้ว")
    difference_satang: int = Field(description="Due less granted and adjusted: below zero too much was granted. ส่วนต่าง (ติดลบ: ให้เกิน)")
    state: ObligationState | None = Field(description="What became of the month; null where none was owed. สถานะการจ่ายของเดือนนั้น")
    paid_satang: int
