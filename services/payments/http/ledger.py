"""The ledger."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.payments import queries
from services.payments.domain import month_from
from services.payments.schemas.ledger import AccountOut, DayInBooks, TrialBalanceOut
from services.payments.schemas.parts import MONTH_PATTERN
from shared.db import ReadTx
from shared.http import Call, calling, operation

LEDGER = "payments.ledger:read"

router = APIRouter(prefix="/v1", tags=["ledger"])


@router.get(
    "/ledger/trial-balance",
    response_model=TrialBalanceOut,
    **operation(
        "Trial balance",
        "แสดงงบทดลอง ณ สิ้นวันที่ระบุ (as_of) หรือ ณ ปัจจุบัน วันที่ปิดบัญชีแล้วให้ยอดเดิมเสมอ",
        "Debits and credits of every account, as of the end of a day or now; for callers with the country's reach. Of a closed day it is always the same.",
        LEDGER,
    ),
)
async def show_trial_balance(
    call: Annotated[Call, Depends(calling(LEDGER))],
    month: Annotated[str | None, Query(pattern=MONTH_PATTERN, description="Only this benefit month. เฉพาะเดือนนี้")] = None,
    as_of: Annotated[DayInBooks | None, Query(description="Up to the end of this day of the books. ณ สิ้นวันที่")] = None,
) -> Response:
    """Every account."""

    async def read(tx: ReadTx) -> TrialBalanceOut | None:
        rows = await queries.trial_balance(tx, call.principal.reach, month_from(month) if month else None, as_of)
        if rows is None:
            return None
        accounts = [AccountOut.model_validate(row) for row in rows]
        balanced = sum(one.balance_satang for one in accounts) == 0
        return TrialBalanceOut(as_of=as_of, balanced=balanced, accounts=accounts)

    return await call.query(read)
