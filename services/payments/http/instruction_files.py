"""Files of a run's instructions, for the bank that is to pay them."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response

from services.payments.commands.instruction_files import fetch
from services.payments.http.bank_files import READ
from services.payments.http.banks import BankCall, bank_calling
from services.payments.repository import instruction_files
from services.payments.resources import PaymentsResources
from services.payments.rules.bank_files.pain_001 import document
from services.payments.schemas.bank_files import InstructionFileOut
from shared.audit import Caller
from shared.contracts.common import Bank
from shared.db import ReadTx
from shared.errors import NotFound
from shared.http import Call, PageOf, PageParams, calling, operation

FETCH: Final = "payments.bank-files:fetch"
XML: Final = "application/xml"
_INT_MAX: Final = 2**31 - 1

router = APIRouter(prefix="/v1/bank-files/instructions", tags=["bank files"])


@router.get(
    "",
    response_model=PageOf[InstructionFileOut],
    **operation(
        "List files of instructions",
        "แสดงไฟล์คำสั่งจ่ายของรอบจ่ายที่อยู่ที่ธนาคาร และธนาคารใดดาวน์โหลดแล้วหรือยังไม่ดาวน์โหลด",
        "The files of runs that are out at banks, or of one released run, with who fetched each, or with `fetched=false` those that nobody has; a bank sees its own.",
        READ,
    ),
)
async def list_instruction_files(
    call: Annotated[Call[PaymentsResources], Depends(calling(READ))],
    page: PageParams,
    run_id: Annotated[UUID | None, Query(description="Only of this run. เฉพาะรอบจ่ายนี้")] = None,
    fetched: Annotated[bool | None, Query(description="Only those that were, or were not, fetched. เฉพาะที่ดาวน์โหลดแล้วหรือยัง")] = None,
) -> Response:
    """GET /v1/bank-files/instructions."""

    async def read(tx: ReadTx) -> dict[str, Any]:
        items, next_cursor = await instruction_files.list_files(tx, call.principal.reach, run_id, page, fetched=fetched)
        return {"items": items, "next_cursor": next_cursor}

    return await call.query(read)


@router.get(
    "/{run_id}/{bank}/{file_no}.xml",
    response_class=Response,
    responses={200: {"description": "A pain.001.001.09. ไฟล์คำสั่งจ่าย", "content": {XML: {"schema": {"type": "string"}}}}},
    **operation(
        "Fetch a file of instructions (pain.001)",
        "ธนาคารดาวน์โหลดไฟล์คำสั่งจ่ายของตน (pain.001.001.09 ไม่เกิน 10,000 รายการต่อไฟล์) มีข้อมูลผู้รับเงินครบ ทุกครั้งถูกบันทึก "
        "มีเฉพาะรายการที่ยังไม่มีผลและยังไม่ถูกสอบถาม EndToEndId เดียวกันจ่ายได้ครั้งเดียว",
        "The bank's own, up to 10,000 payments with their payees in the clear; each fetching is audited. It holds what is neither answered nor asked about, so a "
        "file that is fetched late pays nothing again (409 when nothing is left). An EndToEndId is the id of the instruction by every way: a bank pays it once.",
        FETCH,
    ),
)
async def fetch_instruction_file(
    run_id: UUID,
    bank: Bank,
    file_no: Annotated[int, Path(ge=1, le=_INT_MAX, description="Number of the file, from 1. ลำดับไฟล์")],
    of: Annotated[BankCall, Depends(bank_calling(FETCH))],
) -> Response:
    """GET /v1/bank-files/instructions/{run_id}/{bank}/{file_no}.xml."""
    call = of.call
    if of.bank is not bank:
        raise NotFound
    who, at = Caller.of(call.principal, call.correlation_id, "payment"), call.resources.clock.business_now()
    async with call.resources.db.transaction() as tx:
        batch = await fetch(tx, call.resources.seals.open, run_id, bank, file_no, who, at)
    name = f"pain001-{bank}-{batch.message_id}.xml"
    return Response(
        document(batch),
        media_type=XML,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
