"""What people were told, and the provider's receipts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.registry.commands import notices as commands
from services.registry.commands.notices import Outcome, Told
from services.registry.http.scopes import NOTICE_RECEIPTS_WRITE, NOTICES_READ
from services.registry.queries import notices
from services.registry.resources import RegistryResources
from services.registry.schemas.notices import NoticeOut, NoticeWithHistoryOut, ReceiptOut, ReceiptsIn, ReceiptsOut
from shared.contracts.registry import NoticeStatus
from shared.db import ReadTx, Tx
from shared.http import Call, PageOf, PageParams, calling, operation

router = APIRouter(prefix="/v1", tags=["notices"])
Reading = Annotated[Call[RegistryResources], Depends(calling(NOTICES_READ))]
Receiving = Annotated[Call[RegistryResources], Depends(calling(NOTICE_RECEIPTS_WRITE))]
Status = Annotated[NoticeStatus | None, Query(description="Only these. เฉพาะสถานะนี้")]


@router.get(
    "/notices",
    response_model=PageOf[NoticeOut],
    **operation("List notices", "แสดงการแจ้งเตือนประชาชนในพื้นที่", "What people within your reach were told, newest first.", NOTICES_READ),
)
async def list_notices(call: Reading, page: PageParams, status: Status = None) -> Response:
    """Notices within reach."""
    return await _listed(call, page, None, status)


@router.get(
    "/notices/{notice_id}",
    response_model=NoticeWithHistoryOut,
    **operation("Show a notice", "แสดงการแจ้งเตือนพร้อมประวัติ", "One notice with all its states.", NOTICES_READ),
)
async def show_notice(call: Reading, notice_id: UUID) -> Response:
    """One notice."""
    return await call.query(lambda tx: notices.shown(tx, notice_id, call.principal.reach, call.resources.vault))


@router.get(
    "/card-holders/{holder_id}/notices",
    response_model=PageOf[NoticeOut],
    **operation("List a person's notices", "แสดงการแจ้งเตือนของบุคคลนี้", "What a person was told, newest first.", NOTICES_READ),
)
async def list_notices_of_holder(call: Reading, holder_id: UUID, page: PageParams, status: Status = None) -> Response:
    """Notices of one person."""
    return await _listed(call, page, holder_id, status)


@router.post(
    "/notices/receipts",
    response_model=ReceiptsOut,
    **operation(
        "Say how messages ended",
        "ผู้ให้บริการส่งข้อความแจ้งผลการส่ง แจ้งซ้ำได้",
        "For the provider that sends messages. The first end of a message stays: the same again, or another, changes nothing.",
        NOTICE_RECEIPTS_WRITE,
    ),
)
async def take_notice_receipts(call: Receiving, asked: ReceiptsIn) -> Response:
    """Store receipts."""
    told: dict[UUID, Told] = {}
    for receipt in asked.receipts:
        told.setdefault(receipt.message_id, Told(Outcome(receipt.state), receipt.reason))

    async def use_case(tx: Tx) -> ReceiptsOut:
        states = await commands.take_receipts(tx, told, call.resources.clock.business_now())
        return ReceiptsOut(items=[ReceiptOut(message_id=one.message_id, state=states.get(one.message_id)) for one in asked.receipts])

    return await call.command(use_case)


async def _listed(call: Call[RegistryResources], page: PageParams, holder_id: UUID | None, status: NoticeStatus | None) -> Response:
    async def read(tx: ReadTx) -> PageOf[NoticeOut] | None:
        found = await notices.listed(tx, call.principal.reach, page, call.resources.vault, holder_id=holder_id, status=status)
        if found is None:
            return None
        rows, cursor = found
        return PageOf(items=[NoticeOut.model_validate(row) for row in rows], next_cursor=cursor)

    return await call.query(read)
