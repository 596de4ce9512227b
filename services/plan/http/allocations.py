"""Routes of allocations of scarce seats: a preview, its lines with reasons, what is unmet, and giving the seats."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.plan.commands import allocate, apply_allocation
from services.plan.domain.allocations import Allocation, Given
from services.plan.http.asking import ALLOCATIONS_APPROVE, ALLOCATIONS_READ, ALLOCATIONS_WRITE, because_of
from services.plan.queries.allocations import LineFilter, list_allocations, list_lines, show_allocation
from services.plan.repository.allocations import unmet
from services.plan.resources import PlanResources
from services.plan.rules.allocation import weights_on
from services.plan.schemas.allocations import AllocationBody, AllocationLineOut, AllocationOut, Month, Province, UnmetsOut, first_day
from shared.auth import Level, Reach
from shared.db import ReadTx, Tx
from shared.errors import NotFound
from shared.http import Call, PageOf, PageParams, calling, operation

router = APIRouter(prefix="/v1/seat-allocations", tags=["seat allocations"])

Reading = Annotated[Call[PlanResources], Depends(calling(ALLOCATIONS_READ))]
Asking = Annotated[Call[PlanResources], Depends(calling(ALLOCATIONS_WRITE, idempotent=True))]
Approving = Annotated[Call[PlanResources], Depends(calling(ALLOCATIONS_APPROVE, idempotent=True, needs_if_match=True))]


@router.post(
    "",
    status_code=202,
    response_model=AllocationOut,
    **operation(
        "Reckon an allocation of seats",
        "คำนวณการจัดสรรที่นั่งของรอบที่เริ่มในจังหวัดและเดือนหนึ่งให้รายการที่ยังไม่มีที่นั่ง เป็นผลเบื้องต้น ยังไม่มีผู้ใดได้ที่นั่ง ผลใหม่แทนผลเดิมที่ยังไม่ได้นำไปใช้",
        "A preview of who gets which free seat of the offerings that begin in the province in the month: the best total fit with a share for each district, need,"
        " waiting time, and one seat a person. Nobody has a seat by it yet. It supersedes an earlier preview of the same; one at a time is reckoned or applied.",
        ALLOCATIONS_WRITE,
    ),
)
async def reckon_allocation(body: AllocationBody, call: Asking) -> Response:
    """POST /v1/seat-allocations."""
    _require_province(call.principal.reach, body.province)

    async def use_case(tx: Tx) -> AllocationOut:
        return AllocationOut.of(await allocate.ask(tx, body.province, first_day(body.month), because_of(call, "seat allocation")))

    return await call.command(use_case, location=lambda made: f"/v1/seat-allocations/{made.allocation_id}")


@router.get(
    "",
    response_model=PageOf[AllocationOut],
    **operation(
        "List allocations of seats",
        "แสดงการจัดสรรที่นั่งในพื้นที่รับผิดชอบ เดือนล่าสุดก่อน",
        "Allocations in reach, the newest months first.",
        ALLOCATIONS_READ,
    ),
)
async def list_seat_allocations(
    call: Reading, page: PageParams, province: Annotated[Province | None, Query()] = None, month: Annotated[Month | None, Query()] = None
) -> Response:
    """GET /v1/seat-allocations."""
    after = page.after(date, str, int)

    async def read(tx: ReadTx) -> dict[str, Any]:
        of_month = None if month is None else first_day(month)
        found = await list_allocations(
            tx, call.principal.reach, province, of_month, after=after and (after[0], after[1], after[2]), rows_max=page.limit + 1
        )
        items, next_cursor = page.cut(found, lambda one: (one.month, one.province, one.number))
        return {"items": [AllocationOut.of(one) for one in items], "next_cursor": next_cursor}

    return await call.query(read)


@router.get(
    "/{allocation_id}",
    response_model=AllocationOut,
    **operation(
        "Show an allocation of seats",
        "แสดงสถานะและผลรวมของการจัดสรร พร้อมช่องว่างจากค่าที่ดีที่สุดที่เป็นไปได้",
        "Its state, what it gives in all, and how far the best that could be may be above it.",
        ALLOCATIONS_READ,
    ),
)
async def show_seat_allocation(allocation_id: UUID, call: Reading) -> Response:
    """GET /v1/seat-allocations/{allocation_id}."""
    return await call.query(lambda tx: _shown(tx, allocation_id, call.principal.reach))


@router.get(
    "/{allocation_id}/lines",
    response_model=PageOf[AllocationLineOut],
    **operation(
        "List what each line gets and why",
        "แสดงรายการที่ต้องการที่นั่งของผู้ที่อยู่ในพื้นที่รับผิดชอบ คะแนน ที่นั่งที่ได้ และเหตุผลรายบุคคลว่าได้หรือไม่ได้เพราะเหตุใด",
        "The lines of people in reach: what each weighs, the offering that it gets or none, and why, in both languages. `seated=false` gives those without.",
        ALLOCATIONS_READ,
    ),
)
async def list_allocation_lines(
    allocation_id: UUID,
    call: Reading,
    page: PageParams,
    plan_id: Annotated[UUID | None, Query(description="แผน")] = None,
    district: Annotated[str | None, Query(pattern=r"^\d{4}$", description="อำเภอ", examples=["8101"])] = None,
    programme_code: Annotated[str | None, Query(max_length=60, description="รหัสโครงการ")] = None,
    seated: Annotated[bool | None, Query(description="Gets a seat by the preview. ได้ที่นั่งตามผลการคำนวณ")] = None,
    outcome: Annotated[Given | None, Query(description="What became of the seat. ผลเมื่อนำไปใช้")] = None,
) -> Response:
    """GET /v1/seat-allocations/{allocation_id}/lines."""
    after = page.after(UUID, int)
    wanted = LineFilter(plan_id, district, programme_code, seated, outcome)

    async def read(tx: ReadTx) -> dict[str, Any]:
        allocation = await _in_reach(tx, allocation_id, call.principal.reach)
        weights = weights_on(allocation.rules_from)
        found = await list_lines(
            tx, allocation_id, call.principal.reach, wanted, after=after and (after[0], after[1]), rows_max=page.limit + 1
        )
        items, next_cursor = page.cut(found, lambda row: (row["plan_id"], row["line_no"]))
        return {"items": [AllocationLineOut.of(row, weights) for row in items], "next_cursor": next_cursor}

    return await call.query(read)


@router.get(
    "/{allocation_id}/unmet",
    response_model=UnmetsOut,
    **operation(
        "Count what is unmet",
        "แสดงจำนวนความต้องการที่ได้และไม่ได้ที่นั่ง รายอำเภอและโครงการ แยกตามไม่มีรอบหรือที่นั่งไม่พอ",
        "Wishes by district and programme: with a seat, without an offering, without a seat. Before the seats are given as the preview says, afterwards as it came.",
        ALLOCATIONS_READ,
    ),
)
async def count_unmet(allocation_id: UUID, call: Reading) -> Response:
    """GET /v1/seat-allocations/{allocation_id}/unmet."""

    async def read(tx: ReadTx) -> dict[str, Any]:
        allocation = await _in_reach(tx, allocation_id, call.principal.reach)
        items = await unmet(tx, allocation_id, call.principal.reach)
        return {"allocation_id": allocation_id, "status": allocation.status, "items": items}

    return await call.query(read)


@router.post(
    "/{allocation_id}/approval",
    status_code=202,
    response_model=AllocationOut,
    **operation(
        "Approve a preview and give its seats",
        "อนุมัติผลการจัดสรรโดยผู้อื่นที่มิใช่ผู้คำนวณ แล้วให้ที่นั่งตามผลนั้น ระบบตรวจทุกรายการอีกครั้งก่อนให้ที่นั่ง รายการใดไม่เป็นไปตามเดิมแล้วจะระบุเหตุไว้ที่รายการนั้น",
        "Another person than asked for it approves, and the seats are given. Each line is looked at again: what does not hold any more (a plan that ended, an offering that"
        " closed, a seat that is gone) is told by the line, and nothing is overbooked.",
        ALLOCATIONS_APPROVE,
    ),
)
async def approve_seat_allocation(allocation_id: UUID, call: Approving) -> Response:
    """POST /v1/seat-allocations/{allocation_id}/approval."""
    expected = call.version_to_change()

    async def use_case(tx: Tx) -> AllocationOut:
        allocation = await _in_reach(tx, allocation_id, call.principal.reach)
        _require_province(call.principal.reach, allocation.province)
        because = because_of(call, "seat allocation approved")
        return AllocationOut.of(await apply_allocation.begin(tx, allocation, expected, because))

    return await call.command(use_case, location=lambda begun: f"/v1/seat-allocations/{begun.allocation_id}")


def _require_province(reach: Reach, province: str) -> None:
    """The whole province, or the country. Raises NotFound."""
    if reach.level is not Level.COUNTRY and reach != Reach(Level.PROVINCE, province):
        raise NotFound


async def _in_reach(tx: ReadTx, allocation_id: UUID, reach: Reach) -> Allocation:
    found = await show_allocation(tx, allocation_id, reach)
    if found is None:
        raise NotFound
    return found


async def _shown(tx: ReadTx, allocation_id: UUID, reach: Reach) -> AllocationOut:
    return AllocationOut.of(await _in_reach(tx, allocation_id, reach))
