"""The ledger."""

from datetime import date, datetime
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

_HEAD: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

DayInBooks = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2999, 12, 31))]


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
                    "as_of": "2018-03-31",
                    "balanced": True,
                    "accounts": [
                        {"account": "ALLOWANCE", "debit_satang": 20000, "credit_satang": 0, "balance_satang": 20000},
                        {"account": "TREASURY", "debit_satang": 0, "credit_satang": 20000, "balance_satang": -20000},
                    ],
                }
            ]
        }
    )

    as_of: date | None = Field(default=None, description="The end of which day; null for now. ณ สิ้นวันที่")
    balanced: bool
    accounts: list[AccountOut]


class LedgerDayOut(BaseModel):
    """วันที่ปิดบัญชีแล้ว: A closed day: what was posted on it, and its head, which follows from the day before."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "number": 21,
                    "day": "2018-03-21",
                    "entries": 12,
                    "payments": 6400,
                    "amount_satang": 110000000,
                    "head": _HEAD,
                    "signed": "eyJhbGciOiJFUzI1NiIsImtpZCI6InMxIiwidHlwIjoibGVkZ2VyLWRheSJ9.e30.c2lnbmF0dXJl",
                    "closed_at": "2018-03-22T00:00:30+07:00",
                }
            ]
        }
    )

    number: int
    day: date
    entries: int
    payments: int
    amount_satang: int
    head: str = Field(description="SHA-256 (hex) over the head before, the day's sums and its entries. ค่าแฮชต่อเนื่องจากวันก่อนหน้า")
    signed: str = Field(description="Compact JWS (ES256, `typ` ledger-day). ลายมือชื่อดิจิทัล")
    closed_at: datetime


class BrokenDayOut(BaseModel):
    """The first day that does not hold, and the entry where it can be named."""

    number: int
    day: date
    why: str = Field(
        description="DAY_MISSING, ENTRY_MISSING, ENTRY_ADDED, ENTRY_CHANGED, HEAD_DOES_NOT_FOLLOW, SIGNATURE_OF_OTHERS. สาเหตุที่ไม่ต่อเนื่อง"
    )
    entry: int | None


class ChainOut(BaseModel):
    """ผลตรวจสอบการปิดบัญชีประจำวัน: Every closed day reckoned anew."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"days": 21, "head": _HEAD, "broken": None}]})

    days: int
    head: str | None = Field(description="Of the last closed day: compare it with what you noted. ค่าแฮชของวันล่าสุด")
    broken: BrokenDayOut | None
