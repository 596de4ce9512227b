"""Merges of holders who are one person, and their undoing: what a second person decides."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.registry.commands import merge_decisions, merges
from services.registry.commands.life_events import Said
from services.registry.http.scopes import DUPLICATES_APPROVE, DUPLICATES_READ, DUPLICATES_WRITE
from services.registry.queries import duplicates
from services.registry.queries.duplicates import proposal_view
from services.registry.resources import RegistryResources
from services.registry.schemas.duplicates import MergeProposalOut, UnmergeIn
from services.registry.schemas.proposals import ProposalDecisionIn, WithdrawalIn
from shared.approvals import ApprovalStatus
from shared.db import Tx
from shared.http import Call, PageOf, PageParams, calling, operation

router = APIRouter(prefix="/v1", tags=["duplicates"])
Reading = Annotated[Call[RegistryResources], Depends(calling(DUPLICATES_READ))]
Proposing = Annotated[Call[RegistryResources], Depends(calling(DUPLICATES_WRITE, idempotent=True))]
Withdrawing = Annotated[Call[RegistryResources], Depends(calling(DUPLICATES_WRITE))]
Approving = Annotated[Call[RegistryResources], Depends(calling(DUPLICATES_APPROVE))]


@router.get(
    "/merge-proposals",
    response_model=PageOf[MergeProposalOut],
    **operation(
        "List merge proposals",
        "แสดงข้อเสนอรวมข้อมูลและยกเลิกการรวมในพื้นที่",
        "Proposals to merge holders, or to undo it, within your reach; across districts they are for the whole country's reach.",
        DUPLICATES_READ,
    ),
)
async def list_merge_proposals(
    call: Reading, page: PageParams, status: Annotated[ApprovalStatus | None, Query(description="สถานะข้อเสนอ")] = None
) -> Response:
    """A page of proposals."""
    return await call.query(lambda tx: duplicates.proposals(tx, call.principal.reach, status, page))


@router.get(
    "/merge-proposals/{proposal_id}",
    response_model=MergeProposalOut,
    **operation("Show a merge proposal", "แสดงข้อเสนอรวมข้อมูล", "A proposal with its decision.", DUPLICATES_READ),
)
async def show_merge_proposal(call: Reading, proposal_id: UUID) -> Response:
    """One proposal."""
    return await call.query(lambda tx: duplicates.proposal(tx, proposal_id, call.principal.reach))


@router.post(
    "/merge-proposals/{proposal_id}/decision",
    response_model=MergeProposalOut,
    **operation(
        "Decide a merge proposal",
        "อนุมัติหรือไม่อนุมัติการรวมข้อมูล โดยบุคคลอื่นที่มิใช่ผู้เสนอ เมื่ออนุมัติ เงินของรายที่ถูกรวมหยุดตั้งแต่เดือนถัดไป",
        """Another person than the proposer approves or rejects. An approved merge stops the allowance of the merged-away holder from the
month after; an approved undoing gives it back. A rejected merge opens its pair again.""",
        DUPLICATES_APPROVE,
    ),
)
async def decide_merge_proposal(call: Approving, proposal_id: UUID, asked: ProposalDecisionIn) -> Response:
    """Approve or reject."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        said = _said(call, asked.reason)
        return proposal_view(await merge_decisions.decide(tx, proposal_id, said, call.principal.reach, approved=asked.approved))

    return await call.command(use_case)


@router.post(
    "/merge-proposals/{proposal_id}/withdrawal",
    response_model=MergeProposalOut,
    **operation("Withdraw a merge proposal", "ถอนข้อเสนอของตนเอง", "Take back your own proposal; its pair is open again.", DUPLICATES_WRITE),
)
async def withdraw_merge_proposal(call: Withdrawing, proposal_id: UUID, asked: WithdrawalIn) -> Response:
    """Withdraw."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        return proposal_view(await merge_decisions.withdraw(tx, proposal_id, _said(call, asked.reason), call.principal.reach))

    return await call.command(use_case)


@router.post(
    "/card-holders/{holder_id}/unmerge-proposals",
    response_model=MergeProposalOut,
    status_code=201,
    **operation(
        "Propose to undo a merge",
        "เสนอยกเลิกการรวมข้อมูล ส่ง If-Match เพื่อป้องกันการแก้ไขทับกัน",
        "Say that a merged-away holder is a person of their own. Another person decides it.",
        DUPLICATES_WRITE,
    ),
)
async def propose_unmerge(call: Proposing, holder_id: UUID, asked: UnmergeIn) -> Response:
    """Propose."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        proposal_id = await merges.propose_unmerge(tx, holder_id, asked.evidence, _said(call, asked.reason, call.if_match()))
        return await duplicates.proposal(tx, proposal_id, call.principal.reach)

    return await call.command(use_case, location=lambda one: f"/v1/merge-proposals/{one['proposal_id']}")


def _said(call: Call[RegistryResources], why: str, expected_version: int | None = None) -> Said:
    return Said(call.principal.subject, call.resources.clock.business_now(), why, call.principal.reach, expected_version)
