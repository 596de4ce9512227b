"""What banks report was used of allowances, what lapsed of them, and asking for what was not reported."""

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response

from services.payments.commands.use import ask_for_use, take_each_use
from services.payments.domain import month_from
from services.payments.http.banks import (
    LINES_MAX,
    WRITE,
    BankCall,
    Intake,
    answered_in_steps,
    bank_calling,
    lines_body,
    read_line,
)
from services.payments.http.results import READ
from services.payments.http.runs import WRITE as RUN
from services.payments.http.runs import actor_of
from services.payments.repository import wallets
from services.payments.rules.use_reports import UseReport
from services.payments.schemas.use import UseAskedIn, UseAskedOut, UseByMonthOut, UseExceptionOut, UseLineIn, UseLineOut, UseOfMonthOut
from shared.contracts.common import Bank
from shared.db import ReadTx, Tx
from shared.errors import FieldProblem
from shared.http import NDJSON, Call, Line, NdjsonResponse, PageOf, PageParams, calling, kind_of_body, operation

router = APIRouter(prefix="/v1", tags=["use"])
Reader = Annotated[Call, Depends(calling(READ))]

_WORDS: Final = operation(
    "Report use in bulk",
    f"ธนาคารรายงานยอดใช้รายเดือน บรรทัดละหนึ่งรายการจ่าย (NDJSON ไม่เกิน {LINES_MAX:,} บรรทัด) ตอบกลับทีละบรรทัด ส่งซ้ำไม่มีผล",
    f"What was used of a payment in a month that is over, a line each, up to {LINES_MAX:,}; a line of answer each, in the same order. The same as UseReported on "
    "the results topic. The report of a payment's last month lets the rest of it lapse.",
    WRITE,
    streams_body=True,
)


@router.post(
    "/bank/use-reports",
    response_class=NdjsonResponse,
    responses={
        200: {
            "description": "One answer a line. คำตอบบรรทัดละรายการ",
            "content": {NDJSON: {"schema": UseLineOut.model_json_schema()}},
        }
    },
    **{**_WORDS, "openapi_extra": {**_WORDS["openapi_extra"], "requestBody": lines_body(UseLineIn)}},
)
async def report_use_in_bulk(of: Annotated[BankCall, Depends(bank_calling(WRITE))]) -> NdjsonResponse:
    """Take in reports as they come."""
    kind_of_body(of.call.request, NDJSON)
    return NdjsonResponse(answered_in_steps(of.bank, of.call, _USE), while_reading=True)


def _read(bank: Bank, line: Line) -> UseReport | Sequence[FieldProblem]:
    told = read_line(line, UseLineIn)
    if not isinstance(told, UseLineIn):
        return told
    return UseReport.of(via=bank, **{**told.model_dump(), "bank": told.bank or bank, "month": month_from(told.month)})


_USE: Final = Intake(UseReport, _read, take_each_use)


@router.get(
    "/use-reports/exceptions",
    response_model=PageOf[UseExceptionOut],
    **operation(
        "List exceptions of use",
        "แสดงรายงานยอดใช้ที่ระบบไม่บันทึก (ไม่รู้จักคำสั่ง ผิดธนาคาร เกินยอดที่จ่าย ขัดแย้งกัน นอกช่วงเวลา)",
        "Reports of use that were not applied: unknown, another bank's, more than was paid, contradicting, of another month. A bank sees its own.",
        READ,
    ),
)
async def list_use_exceptions(call: Reader, page: PageParams) -> Response:
    """A page of reports that were not applied."""

    async def read(tx: ReadTx) -> PageOf[UseExceptionOut]:
        (after,) = page.after(int) or (None,)
        rows = await wallets.exceptions(tx, call.principal.reach, after, page.limit + 1)
        items, cursor = page.cut(rows, lambda row: (row["seq"],))
        return PageOf[UseExceptionOut](items=[UseExceptionOut.model_validate(dict(row)) for row in items], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/use-by-month",
    response_model=UseByMonthOut,
    **operation(
        "Show use by month",
        "แสดงยอดจ่าย ยอดใช้ ยอดที่ตัดคืนวงเงิน และยอดคงเหลือ รายเดือนและรายธนาคาร พร้อมจำนวนที่ธนาคารยังไม่รายงาน",
        "What was paid to be spent to the end of each month, by bank: used, lapsed, open, and what is not reported. A bank sees its own.",
        READ,
    ),
)
async def show_use_by_month(call: Reader) -> Response:
    """All months."""

    async def read(tx: ReadTx) -> UseByMonthOut:
        return UseByMonthOut(items=[UseOfMonthOut.model_validate(row) for row in await wallets.by_month(tx, call.principal.reach)])

    return await call.query(read)


@router.post(
    "/use-requests",
    status_code=201,
    response_model=UseAskedOut,
    **operation(
        "Ask banks for use",
        "สอบถามยอดใช้จากธนาคารสำหรับเดือนที่สิ้นสุดแล้ว",
        "Asks every bank for what was used up to the end of a month that is over and that it has not reported. Each asks once more.",
        RUN,
    ),
)
async def ask_banks_for_use(body: UseAskedIn, call: Annotated[Call, Depends(calling(RUN, idempotent=True))]) -> Response:
    """Ask."""

    async def use_case(tx: Tx) -> UseAskedOut:
        request_no = await ask_for_use(tx, month_from(body.month), actor_of(call))
        return UseAskedOut(month=body.month, request_no=request_no)

    return await call.command(use_case)
