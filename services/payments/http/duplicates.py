"""Who may be paid twice."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.payments.http.entitlements import READ
from services.payments.repository import duplicates
from services.payments.schemas.duplicates import SuspectedDuplicateOut
from shared.db import ReadTx
from shared.http import Call, PageOf, PageParams, calling, operation

router = APIRouter(prefix="/v1", tags=["entitlements"])
Reader = Annotated[Call, Depends(calling(READ))]


@router.get(
    "/suspected-duplicates",
    response_model=PageOf[SuspectedDuplicateOut],
    **operation(
        "List suspected duplicates",
        "แสดงผู้มีบัตรในพื้นที่ที่อาจเป็นบุคคลเดียวกันกับรายอื่น พร้อมจำนวนเดือนที่จ่ายซ้ำ ยังไม่มีผลหยุดสิทธิ แต่นโยบายอาจระงับการจ่ายของสิทธิที่เกิดภายหลัง",
        "Card holders in your reach of whom the registry suspects that they are one person with another. It stops no allowance, a merge does;"
        " the policy set may hold the later one's money.",
        READ,
    ),
)
async def list_suspected_duplicates(call: Reader, page: PageParams) -> Response:
    """A page of suspicions."""

    async def read(tx: ReadTx) -> PageOf[SuspectedDuplicateOut]:
        after = page.after(UUID, UUID)
        rows = await duplicates.page(tx, call.principal.reach, None if after is None else (after[0], after[1]), page.limit + 1)
        shown, cursor = page.cut(rows, lambda row: (row["pair_id"], row["holder_id"]))
        return PageOf[SuspectedDuplicateOut](items=[SuspectedDuplicateOut.model_validate(dict(row)) for row in shown], next_cursor=cursor)

    return await call.query(read)
