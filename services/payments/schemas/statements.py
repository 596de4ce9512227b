"""A person's account and statement."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from services.payments.rules.statements import Movement
from services.payments.schemas.parts import MonthOut
from shared.contracts.common import Bank

_BALANCE: Final[JsonDict] = {
    "holder_id": "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d2561",
    "months": 10,
    "granted_satang": 200000,
    "paid_satang": 20000,
    "out_satang": 0,
    "unpaid_satang": 180000,
    "recoverable_satang": 0,
    "used_satang": 15000,
    "lapsed_satang": 5000,
    "to_spend_satang": 0,
}


class PersonBalanceOut(BaseModel):
    """ยอดรายบุคคล: A person's account in satang. granted = paid + out + unpaid − recoverable while nothing is out, or lapsed, that is not due any more."""

    model_config = ConfigDict(json_schema_extra={"examples": [_BALANCE]})

    holder_id: UUID
    months: int = Field(description="Months that are due so far. จำนวนเดือนที่มีสิทธิ")
    granted_satang: int
    paid_satang: int
    out_satang: int = Field(description="Out at banks, not answered. อยู่ระหว่างธนาคารดำเนินการ")
    unpaid_satang: int = Field(description="Due and not paid: failed, held, returned, or not yet on a list. ยังไม่ได้จ่าย")
    recoverable_satang: int = Field(description="Paid and not due. จ่ายเกินสิทธิ")
    used_satang: int = Field(description="Spent in shops, as banks reported. ใช้ซื้อสินค้าแล้ว")
    lapsed_satang: int = Field(description="Ended unused, and back in the envelope. ตัดยอดคืนวงเงิน")
    to_spend_satang: int = Field(description="Paid, and not known to be used. คงเหลือใช้ได้")


class MovedOut(BaseModel):
    """One movement, and what the person had been paid after it, and had left to spend."""

    day: date
    at: datetime
    month: MonthOut
    movement: Movement
    instruction_id: str
    attempt_no: int
    bank: Bank | None
    amount_satang: int
    reason: str | None
    value_date: date | None
    reference: str | None
    paid_satang: int
    to_spend_satang: int


class StatementOut(BaseModel):
    """ใบแสดงรายการเงินเพิ่มรายบุคคล: A person's statement: the account now, and the movements of the period in the order in which they became known."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "balance": _BALANCE,
                    "movements": [
                        {
                            "day": "2018-03-21",
                            "at": "2018-03-21T12:00:00+07:00",
                            "month": "2018-03",
                            "movement": "SETTLED",
                            "instruction_id": "6f0c9d256101a5f3e7c1a7d349b1e2f6",
                            "attempt_no": 1,
                            "bank": "KTB",
                            "amount_satang": 20000,
                            "reason": None,
                            "value_date": "2018-03-21",
                            "reference": "KTB-1",
                            "paid_satang": 20000,
                            "to_spend_satang": 20000,
                        }
                    ],
                }
            ]
        }
    )

    balance: PersonBalanceOut
    movements: list[MovedOut]
