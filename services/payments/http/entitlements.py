"""Allowances of persons: what they are, why, and what was paid."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.payments import queries
from services.payments.domain import DifferenceCause, ObligationState, Status
from services.payments.queries import EntitlementFilter
from services.payments.schemas.entitlements import (
    DifferenceOut,
    EntitlementHistoryOut,
    EntitlementOut,
    ObligationOut,
    PaymentsOut,
    RefusedWishOut,
)
from shared.contracts.common import Tier
from shared.db import ReadTx
from shared.http import Call, PageOf, PageParams, calling, operation

READ = "payments.entitlements:read"

router = APIRouter(prefix="/v1", tags=["entitlements"])
Reader = Annotated[Call, Depends(calling(READ))]


@router.get(
    "/entitlements",
    response_model=PageOf[EntitlementOut],
    **operation("List allowances", "แสดงสิทธิได้รับเงินเพิ่มของผู้มีบัตรในพื้นที่ของท่าน", "Allowances of card holders in your reach.", READ),
)
async def list_entitlements(
    call: Reader,
    page: PageParams,
    status: Annotated[Status | None, Query(description="สถานะสิทธิ")] = None,
    tier: Annotated[Tier | None, Query(description="ระดับรายได้ปี 2559")] = None,
    holder_id: Annotated[UUID | None, Query(description="One person's. ของบุคคลเดียว")] = None,
    without_plan: Annotated[bool, Query(description="Only those without an agreed plan. เฉพาะผู้ที่ยังไม่มีแผน")] = False,
) -> Response:
    """A page of allowances."""
    wanted = EntitlementFilter(status, tier, holder_id, without_plan)

    async def read(tx: ReadTx) -> PageOf[EntitlementOut]:
        rows, cursor = await queries.list_entitlements(tx, call.principal.reach, wanted, page)
        return PageOf[EntitlementOut](items=[EntitlementOut.model_validate(row) for row in rows], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/entitlements/{entitlement_id}",
    response_model=EntitlementOut,
    **operation("Show an allowance", "แสดงสิทธิของบุคคลพร้อมกฎที่ใช้", "One allowance with the rules that gave it.", READ),
)
async def show_entitlement(entitlement_id: UUID, call: Reader) -> Response:
    """One allowance."""

    async def read(tx: ReadTx) -> EntitlementOut | None:
        row = await queries.show_entitlement(tx, call.principal.reach, entitlement_id)
        return EntitlementOut.model_validate(row) if row else None

    return await call.query(read)


@router.get(
    "/entitlements/{entitlement_id}/history",
    response_model=EntitlementHistoryOut,
    **operation("Show the history of an allowance", "แสดงประวัติการเปลี่ยนแปลงสิทธิ", "Its versions: who, when, why.", READ),
)
async def show_entitlement_history(entitlement_id: UUID, call: Reader) -> Response:
    """Its versions."""

    async def read(tx: ReadTx) -> EntitlementHistoryOut | None:
        row = await queries.show_entitlement(tx, call.principal.reach, entitlement_id)
        if row is None:
            return None
        return EntitlementHistoryOut.model_validate({"entitlement": row, "versions": await queries.history_of(tx, entitlement_id)})

    return await call.query(read)


@router.get(
    "/entitlements/{entitlement_id}/payments",
    response_model=PaymentsOut,
    **operation(
        "Show payments of an allowance", "แสดงรายการจ่ายรายเดือนและผลการจ่าย", "Its obligations by month, with every attempt to pay.", READ
    ),
)
async def list_entitlement_payments(entitlement_id: UUID, call: Reader) -> Response:
    """Its obligations and attempts."""

    async def read(tx: ReadTx) -> PaymentsOut | None:
        row = await queries.show_entitlement(tx, call.principal.reach, entitlement_id)
        if row is None:
            return None
        owed = [ObligationOut.model_validate(one) for one in await queries.payments_of(tx, row["holder_id"])]
        paid = sum(one.amount_satang for one in owed if one.state is ObligationState.SETTLED)
        return PaymentsOut(entitlement_id=entitlement_id, paid_satang=paid, obligations=owed)

    return await call.query(read)


@router.get(
    "/refused-wishes",
    response_model=PageOf[RefusedWishOut],
    **operation(
        "List wishes without an allowance", "แสดงคำขอที่ไม่เปิดสิทธิพร้อมเหตุผล", "Stated wishes that opened no allowance, with the rule.", READ
    ),
)
async def list_refused_wishes(call: Reader, page: PageParams) -> Response:
    """A page of wishes without an allowance."""

    async def read(tx: ReadTx) -> PageOf[RefusedWishOut]:
        rows, cursor = await queries.list_refused_wishes(tx, call.principal.reach, page)
        return PageOf[RefusedWishOut](items=[RefusedWishOut.model_validate(row) for row in rows], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/differences",
    response_model=PageOf[DifferenceOut],
    **operation(
        "List months granted otherwise than would be right now",
        "แสดงเดือนที่ให้ไว้ต่างจากที่ควรเป็นตามข้อมูลปัจจุบัน (แก้ไขระดับรายได้ หรือเพิกถอนการเสียชีวิต) ระบบไม่จ่ายย้อนหลังหรือเรียกคืนเอง",
        "Months that were on a list before the tier was corrected, and months missed by a death that was taken back. Nothing of them is paid or got "
        "back by itself; a missed month is paid when a committee reinstates the allowance from it.",
        READ,
    ),
)
async def list_differences(
    call: Reader,
    page: PageParams,
    cause: Annotated[DifferenceCause | None, Query(description="Why. สาเหตุ")] = None,
    holder_id: Annotated[UUID | None, Query(description="One person's. ของบุคคลเดียว")] = None,
) -> Response:
    """A page of months for staff to look at."""

    async def read(tx: ReadTx) -> PageOf[DifferenceOut]:
        rows, cursor = await queries.list_differences(tx, call.principal.reach, cause, holder_id, page)
        return PageOf[DifferenceOut](items=[DifferenceOut.model_validate(row) for row in rows], next_cursor=cursor)

    return await call.query(read)
