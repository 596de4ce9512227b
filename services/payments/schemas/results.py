"""Banks' answers."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.payments.rules.bank_answers import Disposition
from services.payments.schemas.parts import In
from shared.contracts.common import Bank
from shared.contracts.payments import ResultStatus


class BankResultIn(In):
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


class BankResultLineIn(BankResultIn):
    """The same as a line; `bank` may be said, as in the message of the results topic, and is then the caller's."""

    bank: Bank | None = None


class LineStanding(StrEnum):
    """TAKEN: new. REPEATED: taken in before, nothing changes. REFUSED: not taken in, `errors` say why."""

    TAKEN = "TAKEN"
    REPEATED = "REPEATED"
    REFUSED = "REFUSED"


class LineOut(BaseModel):
    """The answer to a line; each kind of lines has its own dispositions."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "line": 1,
                    "standing": "TAKEN",
                    "instruction_id": "019a5f3e7c1a7d349b1e2f6f0c9d2561",
                    "disposition": "APPLIED",
                    "errors": [],
                }
            ]
        }
    )

    line: int = Field(ge=1)
    standing: LineStanding
    instruction_id: str | None = None
    errors: list[dict[str, str | None]] = Field(description="Field, rule, words in both languages and what is allowed. ข้อผิดพลาด")


class BankResultLineOut(LineOut):
    """The answer to a line of results."""

    disposition: Disposition | None = Field(default=None, description="What became of it, now or when it came first. ผลการพิจารณา")


RESULTS_IN_A_REQUEST_MAX = 2000


class BankResultsIn(In):
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
