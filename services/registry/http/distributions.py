"""The list of each province and district to its governor and district office, and who has confirmed."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.registry.commands import distributions as commands
from services.registry.commands.distributions import Plan
from services.registry.http.recipients import caller
from services.registry.http.scopes import EXPORTS_APPROVE, EXPORTS_READ, EXPORTS_WRITE
from services.registry.queries import exports as queries
from services.registry.resources import RegistryResources
from services.registry.rules.exports import ListState
from services.registry.schemas.exports import DistributionIn, DistributionOut, ListOut, PlainDecisionIn
from shared.auth import require_country
from shared.db import Tx
from shared.http import Call, PageOf, PageParams, calling, operation

router = APIRouter(prefix="/v1/distributions", tags=["exports"])
Reading = Annotated[Call[RegistryResources], Depends(calling(EXPORTS_READ))]
Asking = Annotated[Call[RegistryResources], Depends(calling(EXPORTS_WRITE, idempotent=True))]
Changing = Annotated[Call[RegistryResources], Depends(calling(EXPORTS_WRITE))]
Approving = Annotated[Call[RegistryResources], Depends(calling(EXPORTS_APPROVE))]


@router.post(
    "",
    response_model=DistributionOut,
    status_code=201,
    **operation(
        "Start a distribution",
        "เริ่มส่งรายชื่อผู้มีบัตรให้ทุกจังหวัดและทุกอำเภอ ต้องให้ผู้อื่นอนุมัติก่อน (ขอบเขต: ทั้งประเทศ)",
        "Propose to give each governor and each district office the list of their people. The lists are counted now and made after another "
        "person has approved (reach: country).",
        EXPORTS_WRITE,
    ),
)
async def start_distribution(call: Asking, asked: DistributionIn) -> Response:
    """Propose a distribution."""
    require_country(call.principal)
    plan = Plan(asked.reason, tuple(asked.columns), asked.format, asked.keep_days)

    async def use_case(tx: Tx) -> dict[str, Any]:
        distribution_id = await commands.start(tx, plan, who=caller(call, asked.reason), clock=call.resources.clock)
        return await queries.distribution(tx, distribution_id)

    return await call.command(use_case, location=lambda view: f"/v1/distributions/{view['distribution_id']}")


@router.get(
    "",
    response_model=PageOf[DistributionOut],
    **operation(
        "List distributions", "แสดงการแจกจ่ายรายชื่อ (ขอบเขต: ทั้งประเทศ)", "Distributions, the oldest first (reach: country).", EXPORTS_READ
    ),
)
async def list_distributions(call: Reading, page: PageParams) -> Response:
    """Distributions by id."""
    require_country(call.principal)
    return await call.query(lambda tx: queries.distributions_page(tx, page))


@router.get(
    "/{distribution_id}",
    response_model=DistributionOut,
    **operation(
        "Show a distribution",
        "แสดงการแจกจ่ายรายชื่อและจำนวนรายการในแต่ละสถานะ (ขอบเขต: ทั้งประเทศ)",
        "One distribution with how many lists and people are in which state (reach: country).",
        EXPORTS_READ,
    ),
)
async def show_distribution(call: Reading, distribution_id: UUID) -> Response:
    """One distribution."""
    require_country(call.principal)
    return await call.query(lambda tx: queries.distribution(tx, distribution_id))


@router.post(
    "/{distribution_id}/decision",
    response_model=DistributionOut,
    **operation(
        "Decide on a distribution",
        "พิจารณาการแจกจ่ายรายชื่อ ผู้อนุมัติต้องไม่ใช่ผู้เสนอ หน่วยงานที่ไม่มีกุญแจจะแสดงเป็น MISSING",
        "Approve or reject. Each list is encrypted to the key that its office has now; offices without one are listed as MISSING.",
        EXPORTS_APPROVE,
    ),
)
async def decide_distribution(call: Approving, distribution_id: UUID, asked: PlainDecisionIn) -> Response:
    """Approve or reject a distribution."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        await commands.decide(
            tx,
            distribution_id,
            approved=asked.approved,
            reason=asked.reason,
            expected_version=call.if_match(),
            who=caller(call, asked.reason),
            reach=call.principal.reach,
            clock=call.resources.clock,
        )
        return await queries.distribution(tx, distribution_id)

    return await call.command(use_case)


@router.post(
    "/{distribution_id}/attempts",
    response_model=DistributionOut,
    status_code=202,
    **operation(
        "Supply missing lists",
        "จัดทำรายการที่ขาดไปสำหรับหน่วยงานที่ลงทะเบียนกุญแจแล้วภายหลัง",
        "Queue the lists that were MISSING and whose offices have an approved key by now.",
        EXPORTS_WRITE,
    ),
)
async def supply_lists(call: Changing, distribution_id: UUID) -> Response:
    """Queue what was missing."""
    require_country(call.principal)

    async def use_case(tx: Tx) -> dict[str, Any]:
        await commands.supply(tx, distribution_id, clock=call.resources.clock)
        return await queries.distribution(tx, distribution_id)

    return await call.command(use_case)


@router.get(
    "/{distribution_id}/lists",
    response_model=PageOf[ListOut],
    **operation(
        "List who has confirmed and who has not",
        "แสดงรายการของแต่ละจังหวัดและอำเภอ: ใครยืนยันแล้ว ใครยังไม่ยืนยันกี่วัน ใครยังไม่มีกุญแจ",
        "The lists of provinces and districts within your reach, by area: count and hash, who has confirmed, who has not since how many days, who has no key.",
        EXPORTS_READ,
    ),
)
async def list_lists(
    call: Reading,
    distribution_id: UUID,
    page: PageParams,
    state: Annotated[ListState | None, Query(description="State. สถานะ")] = None,
    province: Annotated[str | None, Query(pattern=r"^[0-9]{2}$", description="Province and its districts. จังหวัด", examples=["81"])] = None,
) -> Response:
    """Lists by area."""
    today = call.resources.clock.business_today()
    return await call.query(
        lambda tx: queries.lists_page(tx, distribution_id, call.principal.reach, page, state=state, province=province, today=today)
    )
