"""What was used of allowances."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.payments.rules.benefit import Benefit
from services.payments.rules.use_reports import UseDisposition
from services.payments.schemas.parts import In, MonthIn, MonthOut
from services.payments.schemas.results import LineOut
from shared.contracts.common import Bank


class UseLineIn(In):
    """What was used of one payment in one month that is over, as a line; `bank` may be said, as in the message, and is then the caller's."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "instruction_id": "019a5f3e7c1a7d349b1e2f6f0c9d2561",
                    "month": "2018-03",
                    "used_satang": 15000,
                    "bank_reference": "KTB-USE-201803-000017",
                }
            ]
        }
    )

    instruction_id: str = Field(pattern=r"^[0-9a-f]{32}$", description="เลขอ้างอิงคำสั่งจ่าย")
    month: MonthIn = Field(description="เดือนที่ใช้")
    used_satang: int = Field(ge=0, lt=2**63, description="Used in the month; 0 for nothing. ยอดที่ใช้ในเดือน")
    bank_reference: str = Field(min_length=1, max_length=100)
    bank: Bank | None = None


class UseLineOut(LineOut):
    """The answer to a line of use."""

    disposition: UseDisposition | None = Field(default=None, description="What became of it, now or when it came last. ผลการพิจารณา")


class UseExceptionOut(BaseModel):
    """A report that was not applied, for people to look at."""

    report_id: UUID
    via: Bank
    bank: Bank
    instruction_id: str
    month: MonthOut
    used_satang: int
    bank_reference: str
    disposition: UseDisposition
    received_at: datetime


class UseOfMonthOut(BaseModel):
    """การใช้วงเงินรายเดือน: payments of a bank that could be spent to the end of the month: paid = used + lapsed + open."""

    month: MonthOut = Field(description="The month in which they end. เดือนที่สิ้นสุด")
    benefit: Benefit
    bank: Bank
    payments: int
    paid_satang: int
    used_satang: int
    lapsed_satang: int
    open_satang: int
    not_reported: int = Field(description="Payments that the bank has not reported on to the end. รายการที่ธนาคารยังไม่รายงานยอดสุดท้าย")


class UseByMonthOut(BaseModel):
    """การใช้วงเงินทุกเดือน: by month, benefit and bank."""

    items: list[UseOfMonthOut]


class UseAskedIn(In):
    """For which month banks are asked."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"month": "2018-03"}]})

    month: MonthIn = Field(description="A month that is over. เดือนที่สิ้นสุดแล้ว")


class UseAskedOut(BaseModel):
    """The how-manieth request for the month it is."""

    month: MonthOut
    request_no: int
