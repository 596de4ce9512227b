"""Why a month of an allowance is granted, or is not."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime

from services.payments import queries
from services.payments.commands.explaining import explain
from services.payments.domain import month_from
from services.payments.http.entitlements import READ
from services.payments.schemas.explanations import ExplanationOut
from services.payments.schemas.parts import MONTH_PATTERN
from shared.db import ReadTx
from shared.http import Call, calling, operation

router = APIRouter(prefix="/v1", tags=["entitlements"])


@router.get(
    "/entitlements/{entitlement_id}/explanation",
    response_model=ExplanationOut,
    **operation(
        "Explain a month of an allowance",
        "อธิบายว่าเหตุใดเดือนนั้นจึงจ่ายหรือไม่จ่าย: กฎ รุ่นของชุดนโยบาย ข้อเท็จจริงพร้อมเหตุการณ์ต้นทางและวันที่ทราบ และที่มาทางกฎหมาย "
        "ทั้งตามที่ทราบในขณะนั้นและตามที่ทราบในปัจจุบัน พร้อมส่วนต่างเป็นถ้อยคำ",
        "The rules that said something of the month in their order, each with its legal source; the policy set; the facts, each with its event and since "
        "when it was known. As it was known at a moment (by default when the month was first proposed to be paid) and as it is known now, with the "
        "difference in words.",
        READ,
    ),
)
async def explain_entitlement_month(
    entitlement_id: UUID,
    call: Annotated[Call, Depends(calling(READ))],
    month: Annotated[str, Query(pattern=MONTH_PATTERN, description="Benefit month. เดือนที่ต้องการทราบ", examples=["2018-04"])],
    at: Annotated[
        AwareDatetime | None, Query(description="As known at this moment. ตามที่ทราบ ณ เวลานี้", examples=["2018-04-20T09:00:00+07:00"])
    ] = None,
) -> Response:
    """One month, then and now."""
    now = call.resources.clock.business_now()

    async def read(tx: ReadTx) -> ExplanationOut | None:
        row = await queries.show_entitlement(tx, call.principal.reach, entitlement_id)
        if row is None:
            return None
        return ExplanationOut.of(entitlement_id, row["holder_id"], await explain(tx, row["holder_id"], month_from(month), at, now))

    return await call.query(read)
