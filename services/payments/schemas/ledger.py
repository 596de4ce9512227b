"""The ledger and the policy set."""

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from services.payments.schemas.parts import MonthOut


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
    from_month: MonthOut | None = Field(
        description="The first month that it governs of allowances that were open; null for the first set. เดือนแรกที่ใช้กับสิทธิเดิม"
    )
    parameters: dict[str, Any]
