"""Routes of how agencies are told, and of what was refused of their reports."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response

from services.plan.commands import connections as commands
from services.plan.http.asking import CONNECTIONS_READ, CONNECTIONS_WRITE, REFERRALS_READ, because_of, require_agency
from services.plan.queries import agencies as queries
from services.plan.resources import PlanResources
from services.plan.schemas.agencies import ConnectionBody, ConnectionOut, ConnectionsOut, RefusalOut
from shared.auth import require_country
from shared.db import ReadTx, Tx
from shared.http import Call, PageOf, PageParams, calling, operation

router = APIRouter(prefix="/v1", tags=["agencies"])

Agency = Annotated[str, Path(min_length=2, max_length=16, pattern=r"^[A-Z0-9]+$", description="รหัสหน่วยงาน")]
Reading = Annotated[Call[PlanResources], Depends(calling(CONNECTIONS_READ))]


@router.get(
    "/agency-connections",
    response_model=ConnectionsOut,
    **operation(
        "List how agencies are told",
        "แสดงวิธีแจ้งแต่ละหน่วยงาน หน่วยงานเห็นเฉพาะของตน",
        "By which way each agency in reach is told of its referrals; an agency sees its own. Reports are taken by every way.",
        CONNECTIONS_READ,
    ),
)
async def list_agency_connections(call: Reading) -> Response:
    """GET /v1/agency-connections."""

    async def read(tx: ReadTx) -> dict[str, Any]:
        return {"items": await queries.list_connections(tx, call.principal.reach)}

    return await call.query(read)


@router.get(
    "/agencies/{agency}/connection",
    response_model=ConnectionOut,
    **operation(
        "Show how an agency is told",
        "แสดงวิธีแจ้งหน่วยงานพร้อมประวัติ",
        "The way, and every version with who set it and why.",
        CONNECTIONS_READ,
    ),
)
async def show_agency_connection(agency: Agency, call: Reading) -> Response:
    """GET /v1/agencies/{agency}/connection."""
    require_agency(call.principal, agency)
    return await call.query(lambda tx: queries.show_connection(tx, agency))


@router.put(
    "/agencies/{agency}/connection",
    response_model=ConnectionOut,
    **operation(
        "Set how an agency is told",
        "กำหนดวิธีแจ้งหน่วยงาน มีผลกับเหตุการณ์หลังจากนี้ รายการก่อนหน้าอยู่ในรายการส่งต่อ (REST หรือไฟล์)",
        "Of what happens from now on (reach: country). What was referred before stands in the list, over REST or as a file.",
        CONNECTIONS_WRITE,
    ),
)
async def set_agency_connection(
    agency: Agency, body: ConnectionBody, call: Annotated[Call[PlanResources], Depends(calling(CONNECTIONS_WRITE, needs_if_match=True))]
) -> Response:
    """PUT /v1/agencies/{agency}/connection."""
    require_country(call.principal)
    version = call.version_to_change()

    async def use_case(tx: Tx) -> dict[str, Any] | None:
        await commands.set_way(tx, agency, body.way, version, because_of(call, body.reason))
        return await queries.show_connection(tx, agency)

    return await call.command(use_case)


@router.get(
    "/agencies/{agency}/refusals",
    response_model=PageOf[RefusalOut],
    **operation(
        "List refused reports",
        "แสดงรายงานของหน่วยงานที่ระบบไม่รับ ทั้งจาก Kafka และไฟล์ พร้อมเหตุผล",
        "What was refused of the agency's reports on its topic and in its files, the oldest first: the field, the rule and why.",
        REFERRALS_READ,
    ),
)
async def list_agency_refusals(
    agency: Agency, call: Annotated[Call[PlanResources], Depends(calling(REFERRALS_READ))], page: PageParams
) -> Response:
    """GET /v1/agencies/{agency}/refusals."""
    require_agency(call.principal, agency)
    after = page.after(int)

    async def read(tx: ReadTx) -> dict[str, Any]:
        rows = await queries.list_refusals(tx, agency, after=None if after is None else after[0], rows_max=page.limit + 1)
        items, next_cursor = page.cut(rows, lambda row: (row["number"],))
        return {"items": items, "next_cursor": next_cursor}

    return await call.query(read)
