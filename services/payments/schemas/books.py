"""Books that prove themselves: conservation of runs, proofs, closed days."""

from typing import Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from services.payments.domain import RunStatus
from services.payments.rules.conservation import HopName
from services.payments.schemas.parts import MonthOut

_AMOUNT: Final[JsonDict] = {"lines": 6400, "satang": 110000000, "persons": 6380}


class AmountOut(BaseModel):
    """Lines, satang, and persons where these were counted (each once, whatever months they have)."""

    lines: int
    satang: int
    persons: int | None = Field(description="Null where only lines are known. ไม่ระบุเมื่อนับได้เฉพาะรายการ")


class DifferenceOut(BaseModel):
    """A bank, tier and month of which lines and ledger tell two things."""

    bank: str
    tier: str
    month: MonthOut
    state: str
    lines: AmountOut
    ledger: AmountOut


class HopOut(BaseModel):
    """One hop of a run: what came in, what came out by name, and whether nothing was lost or made on the way."""

    hop: HopName
    balanced: bool
    comes_in: dict[str, AmountOut]
    goes_out: dict[str, AmountOut]
    differences: list[DifferenceOut]


class MisfitOut(BaseModel):
    """A line that does not fit, or a month that was due and has no line (`instruction_id` is null)."""

    instruction_id: str | None
    holder_id: UUID
    month: MonthOut
    why: str = Field(
        description="NOTHING_OWED, OTHER_AMOUNT, ANSWERED (and says nothing of it), NO_ANSWER (and says it had one), OTHER_STATE, NO_LINE. เหตุที่ไม่ตรงกัน"
    )


class ConservationOut(BaseModel):
    """การกระทบยอดของรอบจ่าย: Whether the run conserves persons and satang at each hop that it has made."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "run_id": "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d2561",
                    "status": "PROPOSED",
                    "balanced": True,
                    "hops": [
                        {
                            "hop": "LISTED",
                            "balanced": True,
                            "comes_in": {"eligible": _AMOUNT},
                            "goes_out": {"listed": _AMOUNT},
                            "differences": [],
                        }
                    ],
                    "misfits": [],
                }
            ]
        }
    )

    run_id: UUID
    status: RunStatus
    balanced: bool
    hops: list[HopOut]
    misfits: list[MisfitOut] = Field(description="The first lines that do not fit, where a hop does not balance. รายการแรกที่ไม่ตรงกัน")
