"""The ledger."""

from pydantic import BaseModel, ConfigDict


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
