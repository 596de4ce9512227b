"""Wages that banks tell over REST, and those that people must look at."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.plan.commands.wages import take_wages
from services.plan.domain import WageTold
from services.plan.http.asking import WAGES_READ, WAGES_WRITE
from services.plan.queries import employers as queries
from services.plan.resources import PlanResources
from services.plan.schemas.deductions import BankWagesIn, BankWagesOut, WageExceptionOut
from shared.auth import Level
from shared.contracts.common import Bank
from shared.db import ReadTx, Tx
from shared.errors import Invalid, NotFound
from shared.http import Call, PageOf, PageParams, calling, operation

router = APIRouter(prefix="/v1", tags=["employers"])


@router.post(
    "/bank-wages",
    response_model=BankWagesOut,
    **operation(
        "Tell wages paid through the card",
        "ธนาคารรายงานค่าจ้างที่จ่ายผ่านบัตรของตน (ทางเลือกแทน Kafka) รายการซ้ำไม่มีผล รายการที่รับไม่ได้แสดงในรายการผิดปกติ",
        "A bank tells the wages that it paid through cards; the same as its wages topic. For banks only, each for its own. What was told before changes nothing.",
        WAGES_WRITE,
    ),
)
async def tell_bank_wages(
    body: BankWagesIn, call: Annotated[Call[PlanResources], Depends(calling(WAGES_WRITE, idempotent=True))]
) -> Response:
    """POST /v1/bank-wages."""
    bank = _bank_of(call)
    now = call.resources.clock.business_now()
    today = call.resources.clock.business_today()
    for number, one in enumerate(body.wages):
        if one.paid_on > today:
            raise Invalid.field(f"wages.{number}.paid_on", "out_of_range", "is in the future", "เป็นวันในอนาคต", f"..{today}")
    told = [
        WageTold.of(
            via=bank,
            bank=bank,
            bank_reference=one.bank_reference,
            employment_id=UUID(hex=one.employment_reference),
            tax_id=one.employer_tax_id,
            wage_month=one.wage_month,
            amount_satang=one.amount_satang,
            paid_on=one.paid_on,
            card_index=call.resources.lookup.of(one.card_no),
            corrects=one.corrects,
        )
        for one in body.wages
    ]

    async def use_case(tx: Tx) -> BankWagesOut:
        dispositions = await take_wages(tx, told, now)
        return BankWagesOut(received=len(told), repeated=len(told) - dispositions.total(), dispositions=dict(dispositions))

    return await call.command(use_case)


@router.get(
    "/bank-wages/exceptions",
    response_model=PageOf[WageExceptionOut],
    **operation(
        "List wages not taken in",
        "แสดงรายการค่าจ้างจากธนาคารที่รับไม่ได้ (ผิดธนาคาร ไม่พบการจ้าง ผิดนายจ้าง ผิดบัตร ขัดแย้งกัน)",
        "Words of banks that were not taken in: another bank's, unknown employment, another employer or card, contradicting an earlier one.",
        WAGES_READ,
    ),
)
async def list_wage_exceptions(call: Annotated[Call[PlanResources], Depends(calling(WAGES_READ))], page: PageParams) -> Response:
    """GET /v1/bank-wages/exceptions."""
    after = page.after(int)

    async def read(tx: ReadTx) -> PageOf[WageExceptionOut]:
        last = None if after is None else after[0]
        rows = await queries.list_wage_exceptions(tx, call.principal.reach, after=last, rows_max=page.limit + 1)
        items, cursor = page.cut(rows, lambda row: (row["number"],))
        return PageOf(items=[WageExceptionOut.of_row(row) for row in items], next_cursor=cursor)

    return await call.query(read)


def _bank_of(call: Call[PlanResources]) -> Bank:
    reach = call.principal.reach
    if reach.level is not Level.BANK or reach.code not in set(Bank):
        raise NotFound
    return Bank(reach.code)
