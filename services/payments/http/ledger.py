"""The ledger."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.payments import queries
from services.payments.domain import month_from
from services.payments.schemas.ledger import AccountOut, TrialBalanceOut
from services.payments.schemas.parts import MONTH_PATTERN
from shared.db import ReadTx
from shared.http import Call, calling, operation

LEDGER = "payments.ledger:read"

router = APIRouter(prefix="/v1", tags=["ledger"])


@router.get(
    "/ledger/trial-balance",
    response_model=TrialBalanceOut,
    **operation("Trial balance", "แสดงงบทดลอง", "Debits and credits of every account; for callers with the country's reach.", LEDGER),
)
async def show_trial_balance(
    call: Annotated[Call, Depends(calling(LEDGER))],
    month: Annotated[str | None, Query(pattern=MONTH_PATTERN, description="Only this benefit month. เฉพาะเดือนนี้")] = None,
) -> Response:
    """Every account."""

    async def read(tx: ReadTx) -> TrialBalanceOut | None:
        rows = await queries.trial_balance(tx, call.principal.reach, month_from(month) if month else None)
        if rows is None:
            return None
        accounts = [AccountOut.model_validate(row) for row in rows]
        return TrialBalanceOut(balanced=sum(one.balance_satang for one in accounts) == 0, accounts=accounts)

    return await call.query(read)
