"""Persons who are not paid for now: put on hold by the policy set or by decision, released by another person."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.payments.commands import holds as commands
from services.payments.domain import HoldCause
from services.payments.repository import holds
from services.payments.schemas.holds import HoldIn, HoldOut, LiftIn
from shared.db import ReadTx, Tx
from shared.http import Call, PageOf, PageParams, calling, operation

READ = "payments.holds:read"
WRITE = "payments.holds:write"
LIFT = "payments.holds:lift"

router = APIRouter(prefix="/v1/holds", tags=["holds"])
Reader = Annotated[Call, Depends(calling(READ))]


@router.post(
    "",
    status_code=201,
    response_model=HoldOut,
    **operation(
        "Put a person on hold",
        "สั่งระงับจ่ายรายบุคคลในขอบเขตของท่าน มีผลกับทุกรอบจนกว่าบุคคลอื่นจะยกเลิก",
        "Hold a person's money within your reach, in this run and those after it, until another person lifts the hold.",
        WRITE,
    ),
)
async def place_hold(body: HoldIn, call: Annotated[Call, Depends(calling(WRITE, idempotent=True))]) -> Response:
    """Place a hold."""

    async def use_case(tx: Tx) -> HoldOut:
        at = call.resources.clock.business_now()
        hold = await commands.hold_person(tx, body.holder_id, body.cause, body.reason, call.principal, at)
        return HoldOut.model_validate(hold, from_attributes=True)

    return await call.command(use_case, location=lambda hold: f"/v1/holds/{hold.hold_id}")


@router.get(
    "",
    response_model=PageOf[HoldOut],
    **operation(
        "List holds",
        "แสดงการระงับจ่ายในขอบเขตของท่าน เรียงจากล่าสุด",
        "Holds of persons within your reach, newest first: those that stand, or those that were lifted.",
        READ,
    ),
)
async def list_holds(
    call: Reader,
    page: PageParams,
    cause: Annotated[HoldCause | None, Query(description="Only this cause. เฉพาะสาเหตุนี้")] = None,
    stands: Annotated[bool | None, Query(description="True: only those not lifted; false: only lifted ones. ยังระงับอยู่หรือไม่")] = None,
) -> Response:
    """A page of holds."""

    async def read(tx: ReadTx) -> PageOf[HoldOut]:
        (after,) = page.after(UUID) or (None,)
        rows = await holds.page(tx, call.principal.reach, cause, stands=stands, after=after, limit=page.limit + 1)
        shown, cursor = page.cut(rows, lambda hold: (hold.hold_id,))
        return PageOf[HoldOut](items=[HoldOut.model_validate(hold, from_attributes=True) for hold in shown], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/{hold_id}",
    response_model=HoldOut,
    **operation("Show a hold", "แสดงการระงับจ่าย", "A hold of a person within your reach: who placed it, why, and who lifted it.", READ),
)
async def show_hold(hold_id: UUID, call: Reader) -> Response:
    """One hold."""

    async def read(tx: ReadTx) -> HoldOut | None:
        hold = await holds.show(tx, hold_id, call.principal.reach)
        return None if hold is None else HoldOut.model_validate(hold, from_attributes=True)

    return await call.query(read)


@router.post(
    "/{hold_id}/lifting",
    response_model=HoldOut,
    **operation(
        "Lift a hold",
        "ยกเลิกการระงับจ่าย โดยบุคคลอื่นที่มิใช่ผู้สั่งระงับ (ต้องส่ง If-Match) รอบถัดไปจะจ่ายเดือนที่ค้างด้วย",
        "Another person than who placed it lifts the hold; the next list pays the months that waited. Needs If-Match.",
        LIFT,
    ),
)
async def lift_hold(hold_id: UUID, body: LiftIn, call: Annotated[Call, Depends(calling(LIFT, needs_if_match=True))]) -> Response:
    """Lift a hold."""
    version = call.version_to_change()

    async def use_case(tx: Tx) -> HoldOut:
        at = call.resources.clock.business_now()
        hold = await commands.lift_hold(tx, hold_id, version, body.reason, call.principal, at)
        return HoldOut.model_validate(hold, from_attributes=True)

    return await call.command(use_case)
