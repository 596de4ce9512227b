"""Closed days of the ledger, and what other books take from it."""

from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from services.payments.commands.days import verify_days
from services.payments.errors import DayOpen
from services.payments.http.ledger import LEDGER
from services.payments.repository import days
from services.payments.resources import PaymentsResources
from services.payments.rules.government_books import COLUMNS, lines_of
from services.payments.schemas.ledger import ChainOut, DayInBooks, LedgerDayOut
from shared.auth import require_country
from shared.db import ReadTx
from shared.errors import Invalid
from shared.http import CSV, Call, CsvResponse, PageOf, PageParams, calling, operation
from shared.signatures import PublicKeys

router = APIRouter(prefix="/v1/ledger", tags=["ledger and policy"])
Reader = Annotated[Call[PaymentsResources], Depends(calling(LEDGER))]


@router.get(
    "/days",
    response_model=PageOf[LedgerDayOut],
    **operation(
        "List closed days",
        "แสดงวันที่ปิดบัญชีแล้ว จากวันล่าสุด แต่ละวันมีค่าแฮชต่อเนื่องจากวันก่อนหน้าและลายมือชื่อดิจิทัล",
        "Closed days of the ledger, newest first. Nothing can be posted on them any more; each head follows from the day before, and is signed.",
        LEDGER,
    ),
)
async def list_days(call: Reader, page: PageParams) -> Response:
    """GET /v1/ledger/days."""
    require_country(call.principal)
    after = page.after(int) or (None,)

    async def read(tx: ReadTx) -> PageOf[LedgerDayOut]:
        rows = await days.heads(tx, after[0], page.limit + 1)
        items, cursor = page.cut(rows, lambda row: (row["number"],))
        return PageOf[LedgerDayOut](
            items=[LedgerDayOut.model_validate({**dict(row), "head": row["head"].hex()}) for row in items], next_cursor=cursor
        )

    return await call.query(read)


@router.get(
    "/days/verification",
    response_model=ChainOut,
    **operation(
        "Verify the closed days",
        "ตรวจสอบการปิดบัญชีทุกวันใหม่ตั้งแต่ต้น ระบุวันและรายการแรกที่ไม่ตรง",
        "Reckon every closed day anew from its entries; the first link that does not hold is named, with the entry where it can be.",
        LEDGER,
    ),
)
async def verify_closed_days(call: Reader) -> Response:
    """GET /v1/ledger/days/verification."""
    require_country(call.principal)
    keys = PublicKeys.of(call.resources.signing.jwks())

    async def read(tx: ReadTx) -> ChainOut:
        return ChainOut.model_validate(await verify_days(tx, keys), from_attributes=True)

    return await call.query(read)


@router.get(
    "/export.csv",
    status_code=200,
    response_class=CsvResponse,
    responses={200: {"description": "CSV.", "content": {CSV: {"schema": {"type": "string"}}}}},
    **operation(
        "Export closed days for government accounting",
        "ส่งออกรายการบัญชีของวันที่ปิดแล้วเป็น CSV ตามรูปแบบ GFMIS (เลขที่เอกสาร วันที่ผ่านรายการ ค.ศ./พ.ศ. รหัสบัญชี แหล่งของเงิน รหัสงบประมาณ"
        " ศูนย์ต้นทุน เดบิต เครดิต) รหัสเป็นการจัดทำขึ้นใหม่ [R]",
        "The entries of closed days as documents of two lines, in the way of GFMIS. The same days give the same file with the same numbers. Codes of"
        " accounts are dated data; those shipped are reconstructed [R].",
        LEDGER,
    ),
)
async def export_ledger(
    call: Reader,
    first_day: Annotated[DayInBooks, Query(description="The first day. วันแรก")],
    last_day: Annotated[DayInBooks, Query(description="The last day; it must be closed. วันสุดท้าย (ต้องปิดบัญชีแล้ว)")],
) -> Response:
    """GET /v1/ledger/export.csv."""
    require_country(call.principal)
    if last_day < first_day:
        raise Invalid.field("last_day", "day_order", "lies before the first day", "อยู่ก่อนวันแรก", f"≥ {first_day.isoformat()}")

    async def read(tx: ReadTx) -> AsyncIterator[Mapping[str, Any]]:
        closed = await days.closed_through(tx)
        if closed is None or closed < last_day:
            raise DayOpen(closed_through=closed)
        async for document in days.documents(tx, first_day, last_day):
            for line in lines_of(document):
                yield line

    name = f"ledger-{first_day.isoformat()}-{last_day.isoformat()}.csv"
    return await call.stream(read, partial(CsvResponse, columns=tuple(COLUMNS), file_name=name, headings=tuple(COLUMNS.values())))
