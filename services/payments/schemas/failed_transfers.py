"""Months that could not be paid, and what has to be done."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.payments.domain import ObligationState
from services.payments.rules.failures import Acts
from services.payments.schemas.parts import MonthOut
from shared.contracts.common import Bank


class FailureReasonOut(BaseModel):
    """เหตุที่จ่ายไม่สำเร็จ: a reason, who acts, and what is to be done. `also` are the codes of ISO 20022 that mean the same."""

    code: str = Field(examples=["ACCOUNT_CLOSED"])
    also: list[str] = Field(examples=[["AC04"]])
    acts: Acts
    todo_en: str
    todo_th: str


class FailureReasonsOut(BaseModel):
    """All reasons."""

    items: list[FailureReasonOut]


class FailedTransferOut(BaseModel):
    """A person's month that a bank could not pay, or for which there is no bank."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "holder_id": "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d2561",
                    "month": "2018-03",
                    "district": "8101",
                    "bank": "GSB",
                    "adjustment_no": 0,
                    "amount_satang": 20000,
                    "state": "FAILED",
                    "reason": "ACCOUNT_CLOSED",
                    "acts": "PERSON",
                    "todo_en": "Bring the card and the identity card to a branch of the bank …",
                    "todo_th": "นำบัตรสวัสดิการและบัตรประชาชนไปเปิดบัญชีใหม่ …",
                    "rounds": 1,
                    "retry_until": "2018-06-30",
                    "payee_changed": False,
                }
            ]
        }
    )

    holder_id: UUID
    month: MonthOut
    district: str
    bank: Bank | None
    adjustment_no: int = Field(description="Number of the back-pay; 0 for the month itself. A back-pay has no deadline. ลำดับการจ่ายย้อนหลัง")
    amount_satang: int
    state: ObligationState
    reason: str | None = Field(description="As the bank told it. เหตุผลตามที่ธนาคารแจ้ง")
    acts: Acts
    todo_en: str
    todo_th: str
    rounds: int = Field(description="How often it was tried. จำนวนครั้งที่พยายามจ่าย")
    retry_until: date | None = Field(
        description="Each run up to this day tries again; then the month lapses. Null: no deadline. จ่ายซ้ำได้ถึงวันที่"
    )
    payee_changed: bool = Field(description="There is another account, card or bank since: the next run may succeed. ข้อมูลผู้รับเงินเปลี่ยนแล้ว")


class FailedByDistrictOut(BaseModel):
    """How many of one district and reason."""

    district: str
    reason: str | None
    acts: Acts
    payments: int
    amount_satang: int


class LapsedOut(BaseModel):
    """What could not be paid until its deadline, of one benefit month; the money is the envelope's again."""

    month: MonthOut
    payments: int
    amount_satang: int


class FailedSummaryOut(BaseModel):
    """ภาพรวมรายการจ่ายไม่สำเร็จในขอบเขตของท่าน: what waits by district and reason, and what lapsed by benefit month."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "waiting": [{"district": "8101", "reason": "ACCOUNT_CLOSED", "acts": "PERSON", "payments": 7, "amount_satang": 140000}],
                    "lapsed": [{"month": "2018-03", "payments": 2, "amount_satang": 40000}],
                }
            ]
        }
    )

    waiting: list[FailedByDistrictOut]
    lapsed: list[LapsedOut]
