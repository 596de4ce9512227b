"""Asking banks to give payments of a released run back, and what they answer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.payments.commands import recalls as commands
from services.payments.commands.recalls import Wanted
from services.payments.http.banks import WRITE as REPORT
from services.payments.http.banks import BankCall, bank_calling
from services.payments.http.runs import READ, RELEASE, actor_of
from services.payments.repository import recalls
from services.payments.repository.recalls import RecallState, Refusal
from services.payments.schemas.recalls import (
    RecallAskedOut,
    RecalledPaymentOut,
    RecallIn,
    RecallOut,
    RecallRefusalsIn,
    RecallRefusalsOut,
)
from shared.db import ReadTx, Tx
from shared.http import Call, PageOf, PageParams, calling, operation
from shared.ids import bank_ref

router = APIRouter(prefix="/v1", tags=["recalls"])
Reader = Annotated[Call, Depends(calling(READ))]


@router.post(
    "/runs/{run_id}/recalls",
    status_code=202,
    response_model=RecallAskedOut,
    **operation(
        "Ask payments back",
        "ขอให้ธนาคารคืนเงินรายการที่ปล่อยจ่ายแล้ว ทั้งรอบ เฉพาะธนาคาร หรือเฉพาะคำสั่งจ่าย จะไม่จ่ายใหม่จนกว่าธนาคารจะตอบ",
        "Ask the banks to give payments of a released run back: all, one bank's, or those named. Nobody is paid anew before the bank's answer.",
        RELEASE,
    ),
)
async def recall_payments(run_id: UUID, body: RecallIn, call: Annotated[Call, Depends(calling(RELEASE, idempotent=True))]) -> Response:
    """Ask for them."""
    actor = actor_of(call)
    named = None if body.instruction_ids is None else [UUID(hex=one) for one in body.instruction_ids]
    wanted = Wanted(body.reason, body.bank, named)

    async def use_case(tx: Tx) -> RecallAskedOut:
        recall, payments = await commands.ask_back(tx, run_id, wanted, actor)
        return RecallAskedOut(recall_id=recall.recall_id, run_id=run_id, payments=payments)

    return await call.command(use_case)


@router.get(
    "/recalls",
    response_model=PageOf[RecallOut],
    **operation(
        "List recalls",
        "แสดงการเรียกเงินคืนและคำตอบของธนาคาร เรียงจากล่าสุด",
        "What was asked back and how far banks have answered, newest first; for callers with the country's reach.",
        READ,
    ),
)
async def list_recalls(
    call: Reader, page: PageParams, run_id: Annotated[UUID | None, Query(description="Only of this run. เฉพาะรอบนี้")] = None
) -> Response:
    """A page of recalls."""

    async def read(tx: ReadTx) -> PageOf[RecallOut]:
        (after,) = page.after(UUID) or (None,)
        rows = await recalls.page_of_recalls(tx, call.principal.reach, run_id, after, page.limit + 1)
        shown, cursor = page.cut(rows, lambda row: (row["recall_id"],))
        return PageOf[RecallOut](items=[RecallOut.model_validate(row) for row in shown], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/recalled-payments",
    response_model=PageOf[RecalledPaymentOut],
    **operation(
        "List payments asked back",
        "แสดงรายการที่เรียกเงินคืนในขอบเขตของท่าน ธนาคารเห็นเฉพาะรายการของตน",
        "Payments within your reach that were asked back, and what became of each; a bank sees its own.",
        READ,
    ),
)
async def list_recalled_payments(
    call: Reader,
    page: PageParams,
    recall_id: Annotated[UUID | None, Query(description="Only of this recall. เฉพาะการเรียกคืนนี้")] = None,
    state: Annotated[RecallState | None, Query(description="สถานะ")] = None,
) -> Response:
    """A page of payments."""

    async def read(tx: ReadTx) -> PageOf[RecalledPaymentOut]:
        (after,) = page.after(UUID) or (None,)
        rows = await recalls.page_of_payments(tx, call.principal.reach, recall_id, state, after, page.limit + 1)
        shown, cursor = page.cut(rows, lambda row: (row["disbursement_id"],))
        items = [RecalledPaymentOut.model_validate({**row, "instruction_id": bank_ref(row["disbursement_id"])}) for row in shown]
        return PageOf[RecalledPaymentOut](items=items, next_cursor=cursor)

    return await call.query(read)


@router.post(
    "/recall-refusals",
    response_model=RecallRefusalsOut,
    **operation(
        "Refuse recalls",
        "ธนาคารแจ้งรายการที่คืนเงินไม่ได้ (ทางเลือกแทน Kafka) รายการที่คืนได้ให้รายงานผล RETURNED",
        "A bank says which payments it cannot give back; the same as RecallRefused on its results topic. What it gives back it reports as RETURNED.",
        REPORT,
    ),
)
async def refuse_recalls(body: RecallRefusalsIn, of: Annotated[BankCall, Depends(bank_calling(REPORT, idempotent=True))]) -> Response:
    """Take in refusals."""
    bank, call = of.bank, of.call
    refusals = [Refusal(bank, bank, UUID(hex=one.instruction_id), one.reason_code, one.bank_reference) for one in body.refusals]

    async def use_case(tx: Tx) -> RecallRefusalsOut:
        known = await commands.take_refusals(tx, refusals, call.resources.clock.business_now())
        strange = sorted({one.instruction_id for one in refusals} - known)
        return RecallRefusalsOut(taken=len(known), not_asked=[bank_ref(one) for one in strange])

    return await call.command(use_case)
