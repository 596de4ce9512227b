"""Banks' answers over REST, and those that people must look at."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.payments import queries
from services.payments.commands.results import take_results
from services.payments.http.banks import WRITE, BankCall, bank_calling
from services.payments.rules.bank_answers import Answer
from services.payments.schemas.results import BankResultsIn, BankResultsOut, ExceptionOut
from shared.db import ReadTx, Tx
from shared.http import Call, PageOf, PageParams, calling, operation

READ = "payments.results:read"

router = APIRouter(prefix="/v1", tags=["bank results"])


@router.post(
    "/bank-results",
    response_model=BankResultsOut,
    **operation(
        "Report results",
        "ธนาคารรายงานผลการจ่ายของตน (ทางเลือกแทน Kafka)",
        "A bank reports what became of its instructions; the same as its results topic. For banks only, each for its own.",
        WRITE,
    ),
)
async def report_bank_results(body: BankResultsIn, of: Annotated[BankCall, Depends(bank_calling(WRITE, idempotent=True))]) -> Response:
    """Take in answers."""
    bank, call = of.bank, of.call
    answers = [Answer.of(via=bank, bank=bank, **one.model_dump()) for one in body.results]

    async def use_case(tx: Tx) -> BankResultsOut:
        taken = await take_results(tx, answers, call.resources.clock.business_now())
        return BankResultsOut(received=len(answers), repeated=len(answers) - taken.total(), dispositions=dict(taken))

    return await call.command(use_case)


@router.get(
    "/results/exceptions",
    response_model=PageOf[ExceptionOut],
    **operation(
        "List exceptions",
        "แสดงผลจากธนาคารที่ระบบไม่บันทึกเข้ารายการ (ไม่รู้จักคำสั่ง ผิดธนาคาร ยอดไม่ตรง ขัดแย้งกัน)",
        "Answers that were not applied: unknown instruction, another bank's, another amount, contradicting an earlier answer.",
        READ,
    ),
)
async def list_result_exceptions(call: Annotated[Call, Depends(calling(READ))], page: PageParams) -> Response:
    """A page of answers that were not applied."""

    async def read(tx: ReadTx) -> PageOf[ExceptionOut]:
        rows, cursor = await queries.list_exceptions(tx, call.principal.reach, page)
        return PageOf[ExceptionOut](items=[ExceptionOut.model_validate(row) for row in rows], next_cursor=cursor)

    return await call.query(read)
