"""Erasing persons: proposed by one, decided by another."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.registry.commands import erasures as commands
from services.registry.commands.erasures import Asked, Decision
from services.registry.http.scopes import ERASURES_DECIDE, ERASURES_PROPOSE, ERASURES_READ
from services.registry.queries import erasures
from services.registry.resources import RegistryResources
from services.registry.schemas.erasures import ErasureIn, ErasureOut
from services.registry.schemas.proposals import ProposalDecisionIn, WithdrawalIn
from shared.approvals import ApprovalStatus
from shared.audit import Caller
from shared.db import Tx
from shared.http import Call, PageOf, PageParams, calling, operation

router = APIRouter(prefix="/v1", tags=["erasures"])
Reading = Annotated[Call[RegistryResources], Depends(calling(ERASURES_READ))]
Proposing = Annotated[Call[RegistryResources], Depends(calling(ERASURES_PROPOSE, idempotent=True))]
Withdrawing = Annotated[Call[RegistryResources], Depends(calling(ERASURES_PROPOSE))]
Deciding = Annotated[Call[RegistryResources], Depends(calling(ERASURES_DECIDE, needs_if_match=True))]


@router.post(
    "/card-holders/{holder_id}/erasure",
    response_model=ErasureOut,
    status_code=201,
    **operation(
        "Propose to erase a card holder",
        "เสนอลบข้อมูลของผู้มีบัตรตามกฎหมาย ต้องมีผู้อนุมัติอีกคนหนึ่ง",
        "Propose to erase a person as the law asks. Nothing changes until another person approves. Where the legal ground waits for payments, "
        "the proposer states that they have ended.",
        ERASURES_PROPOSE,
    ),
)
async def propose_erasure(call: Proposing, holder_id: UUID, asked: ErasureIn) -> Response:
    """Propose an erasure."""
    at = call.resources.clock.business_now()

    async def use_case(tx: Tx) -> dict[str, Any]:
        wanted = Asked(asked.legal_ground, asked.reference, asked.payments_ended)
        erasure_id = await commands.propose(tx, holder_id, wanted, by=call.principal.subject, reach=call.principal.reach, at=at)
        return await erasures.one(tx, erasure_id, call.principal.reach)

    return await call.command(use_case, location=lambda view: f"/v1/erasures/{view['erasure_id']}")


@router.get(
    "/erasures",
    response_model=PageOf[ErasureOut],
    **operation("List erasures", "แสดงข้อเสนอลบข้อมูล", "Proposals to erase persons within your reach, with their decisions.", ERASURES_READ),
)
async def list_erasures(
    call: Reading,
    page: PageParams,
    status: Annotated[ApprovalStatus | None, Query(description="Only these. เฉพาะสถานะ")] = None,
) -> Response:
    """A page of proposals."""
    return await call.query(lambda tx: erasures.page(tx, call.principal.reach, status, page))


@router.get(
    "/erasures/{erasure_id}",
    response_model=ErasureOut,
    **operation("Show an erasure", "แสดงข้อเสนอลบข้อมูลหนึ่งรายการ", "A proposal to erase a person, with its decision.", ERASURES_READ),
)
async def show_erasure(call: Reading, erasure_id: UUID) -> Response:
    """One proposal."""
    return await call.query(lambda tx: erasures.one(tx, erasure_id, call.principal.reach))


@router.post(
    "/erasures/{erasure_id}/decision",
    response_model=ErasureOut,
    **operation(
        "Decide on an erasure",
        "พิจารณาข้อเสนอลบข้อมูล เมื่ออนุมัติแล้วข้อมูลถูกลบทันทีและเรียกคืนไม่ได้",
        "Approve or reject. Approved, the person is erased at once, for good: their key is destroyed, names, ids and address are gone, files do "
        "not bring them back. Figures stay. The proposer cannot decide.",
        ERASURES_DECIDE,
    ),
)
async def decide_erasure(call: Deciding, erasure_id: UUID, asked: ProposalDecisionIn) -> Response:
    """Decide a proposal."""
    decision = Decision(asked.approved, asked.reason, call.version_to_change())
    caller = Caller.of(call.principal, call.correlation_id)
    at = call.resources.clock.business_now()

    async def use_case(tx: Tx) -> dict[str, Any]:
        await commands.decide(tx, erasure_id, decision, caller=caller, reach=call.principal.reach, at=at)
        return await erasures.one(tx, erasure_id, call.principal.reach)

    return await call.command(use_case)


@router.post(
    "/erasures/{erasure_id}/withdrawal",
    response_model=ErasureOut,
    **operation(
        "Withdraw an erasure", "ถอนข้อเสนอลบข้อมูลของตนเอง", "Take back one's own proposal that is not decided yet.", ERASURES_PROPOSE
    ),
)
async def withdraw_erasure(call: Withdrawing, erasure_id: UUID, asked: WithdrawalIn) -> Response:
    """Withdraw a proposal."""
    at = call.resources.clock.business_now()

    async def use_case(tx: Tx) -> dict[str, Any]:
        await commands.withdraw(tx, erasure_id, by=call.principal.subject, reason=asked.reason, reach=call.principal.reach, at=at)
        return await erasures.one(tx, erasure_id, call.principal.reach)

    return await call.command(use_case)
