"""Routes of offerings: where and when programmes are given."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.plan.commands import offerings
from services.plan.http.asking import OFFERINGS_WRITE, PROGRAMMES_READ, because_of
from services.plan.queries import offerings as queries
from services.plan.queries.offerings import OfferingFilter
from services.plan.resources import PlanResources
from services.plan.schemas.offerings import (
    AreaCode,
    OfferingBody,
    OfferingChangeBody,
    OfferingContentBody,
    OfferingDetailOut,
    OfferingOut,
    OfferingRowOut,
)
from shared.db import ReadTx, Tx
from shared.http import Call, PageOf, PageParams, calling, operation
from shared.ids import new_id

router = APIRouter(prefix="/v1/offerings", tags=["offerings"])

Reading = Annotated[Call[PlanResources], Depends(calling(PROGRAMMES_READ))]


@router.get(
    "",
    response_model=PageOf[OfferingRowOut],
    **operation(
        "List offerings",
        "แสดงสถานที่และรอบที่โครงการเปิดรับ พร้อมที่ว่าง",
        "Where and when programmes are given, with the seats that are free. An area shows what is given in it or for its whole province.",
        PROGRAMMES_READ,
    ),
)
async def list_offerings(
    call: Reading,
    page: PageParams,
    programme_code: Annotated[str | None, Query(max_length=60, description="รหัสโครงการ")] = None,
    area: Annotated[AreaCode | None, Query(description="จังหวัดหรืออำเภอ")] = None,
    open_on: Annotated[date | None, Query(description="Open for applying on the day. วันที่ยังรับสมัคร")] = None,
    free: Annotated[bool, Query(description="Only with free seats. เฉพาะที่ยังว่าง")] = False,
) -> Response:
    """GET /v1/offerings."""
    after = page.after(UUID)
    wanted = OfferingFilter(programme_code, area, open_on, free=free)

    async def read(tx: ReadTx) -> dict[str, Any]:
        rows = await queries.list_offerings(tx, wanted, after=None if after is None else after[0], rows_max=page.limit + 1)
        items, next_cursor = page.cut(rows, lambda row: (row["offering_id"],))
        return {"items": items, "next_cursor": next_cursor}

    return await call.query(read)


@router.get(
    "/{offering_id}",
    response_model=OfferingDetailOut,
    **operation("Show an offering", "แสดงรอบที่เปิดรับหนึ่งรอบพร้อมประวัติ", "An offering with all its versions.", PROGRAMMES_READ),
)
async def show_offering(offering_id: UUID, call: Reading) -> Response:
    """GET /v1/offerings/{offering_id}."""
    return await call.query(lambda tx: queries.show_offering(tx, offering_id))


@router.post(
    "",
    response_model=OfferingOut,
    status_code=201,
    **operation(
        "Offer a programme",
        "เปิดรับโครงการอีกหนึ่งรอบ หน่วยงานเปิดได้เฉพาะโครงการของตน",
        "Say where and when a programme is given, and to how many. An agency does so for its own programmes, and needs nobody's approval.",
        OFFERINGS_WRITE,
    ),
)
async def add_offering(
    body: OfferingBody, call: Annotated[Call[PlanResources], Depends(calling(OFFERINGS_WRITE, idempotent=True))]
) -> Response:
    """POST /v1/offerings."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        because = because_of(call, body.reason)
        new = offerings.Content(**_content(body))
        return asdict(await offerings.add_offering(tx, new_id(), body.programme_code, new, call.principal.reach, because))

    return await call.command(use_case, location=lambda made: f"/v1/offerings/{made['offering_id']}")


@router.put(
    "/{offering_id}",
    response_model=OfferingOut,
    **operation(
        "Change an offering",
        "แก้ไขรอบที่เปิดรับ ผู้ที่ได้ที่แล้วยังคงได้ จำนวนที่รับต้องไม่น้อยกว่าที่ให้ไปแล้ว",
        "Write the next version. Needs If-Match; who has a seat keeps it, and there cannot be fewer seats than are taken.",
        OFFERINGS_WRITE,
    ),
)
async def change_offering(
    offering_id: UUID,
    body: OfferingChangeBody,
    call: Annotated[Call[PlanResources], Depends(calling(OFFERINGS_WRITE, needs_if_match=True))],
) -> Response:
    """PUT /v1/offerings/{offering_id}."""
    expected = call.version_to_change()

    async def use_case(tx: Tx) -> dict[str, Any]:
        because = because_of(call, body.reason)
        content = offerings.Content(**_content(body))
        return asdict(await offerings.change_offering(tx, offering_id, content, expected, call.principal.reach, because))

    return await call.command(use_case)


def _content(body: OfferingContentBody) -> dict[str, Any]:
    district = None if len(body.area) == len("81") else body.area
    return {**body.model_dump(exclude={"area", "reason", "programme_code"}), "province": body.area[:2], "district": district}
