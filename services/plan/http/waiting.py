"""Who waits for the seats of an offering that is full."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.plan.http.asking import WAITING_READ
from services.plan.queries.stages import list_waiting
from services.plan.resources import PlanResources
from services.plan.schemas.waiting import WaitingOut
from shared.db import ReadTx
from shared.http import Call, PageOf, PageParams, calling, operation

router = APIRouter(prefix="/v1/offerings", tags=["plans"])

Reading = Annotated[Call[PlanResources], Depends(calling(WAITING_READ))]


@router.get(
    "/{offering_id}/waiting-list",
    response_model=PageOf[WaitingOut],
    **operation(
        "List who waits for an offering",
        "บัญชีรอของรอบที่เต็ม เรียงตามลำดับ เมื่อมีที่นั่งว่างผู้อยู่ลำดับแรกได้ที่นั่งทันที (หน่วยงานเห็นของตน ผู้ดูแลเห็นรายที่ดูแล)",
        "Lines of plans that wait for a seat, in their order: when one frees, the first gets it at once. An agency sees its own offerings, an officer "
        "their own cases.",
        WAITING_READ,
    ),
)
async def list_waiting_lines(offering_id: UUID, call: Reading, page: PageParams) -> Response:
    """GET /v1/offerings/{offering_id}/waiting-list."""
    after = page.after(int)

    async def read(tx: ReadTx) -> dict[str, Any]:
        found = await list_waiting(
            tx, offering_id, call.principal.reach, after=None if after is None else after[0], rows_max=page.limit + 1
        )
        items, next_cursor = page.cut(found, lambda row: (row["number"],))
        return {"items": items, "next_cursor": next_cursor}

    return await call.query(read)
