"""Envelopes: how much money there is, and changes of it by two persons. They are the whole country's."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.payments.commands import envelope_proposals as commands
from services.payments.commands.envelope_proposals import KINDS
from services.payments.commands.runs import Actor
from services.payments.http.runs import actor_of
from services.payments.repository import envelopes
from services.payments.schemas.envelopes import AnyChangeIn, DecisionIn, EntryOut, EnvelopeOut, EnvelopeProposalOut
from shared import approvals
from shared.approvals import ApprovalStatus, Proposal
from shared.auth import require_country
from shared.db import ReadTx, Tx
from shared.http import Call, PageOf, PageParams, calling, operation

READ = "payments.envelopes:read"
PROPOSE = "payments.envelopes:propose"
APPROVE = "payments.envelopes:approve"

router = APIRouter(prefix="/v1", tags=["envelopes"])
Reader = Annotated[Call, Depends(calling(READ))]
Proposer = Annotated[Call, Depends(calling(PROPOSE, idempotent=True))]
Approver = Annotated[Call, Depends(calling(APPROVE))]


@router.get(
    "/envelopes",
    response_model=PageOf[EnvelopeOut],
    **operation(
        "List envelopes",
        "แสดงวงเงินตามแหล่งเงินและเดือน พร้อมยอดผูกพัน จ่ายแล้ว และคงเหลือ",
        "The money of each source and benefit month: ceiling, committed, spent and free. By month.",
        READ,
    ),
)
async def list_envelopes(
    call: Reader, page: PageParams, source: Annotated[str | None, Query(max_length=40, description="เฉพาะแหล่งเงินนี้")] = None
) -> Response:
    """A page of envelopes."""
    require_country(call.principal)
    after = page.after(date, str)

    async def read(tx: ReadTx) -> PageOf[EnvelopeOut]:
        found = await envelopes.page(tx, source, (after[0], after[1]) if after else None, page.limit + 1)
        shown, cursor = page.cut(found, lambda one: (one.month, one.source))
        return PageOf[EnvelopeOut](items=[EnvelopeOut.of(one) for one in shown], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/envelopes/{envelope_id}",
    response_model=EnvelopeOut,
    **operation("Show an envelope", "แสดงวงเงินหนึ่งรายการ", "One envelope as it stands.", READ),
)
async def show_envelope(envelope_id: UUID, call: Reader) -> Response:
    """One envelope."""
    require_country(call.principal)

    async def read(tx: ReadTx) -> EnvelopeOut | None:
        found = await envelopes.one(tx, envelope_id)
        return None if found is None else EnvelopeOut.of(found)

    return await call.query(read)


@router.get(
    "/envelopes/{envelope_id}/entries",
    response_model=PageOf[EntryOut],
    **operation(
        "List what moved in an envelope",
        "แสดงรายการเคลื่อนไหวของวงเงิน: เปิด เพิ่ม โอน ผูกพัน คืน จ่าย",
        "Openings, raises, transfers, commitments, what was freed, spent and came back; oldest first.",
        READ,
    ),
)
async def list_envelope_entries(envelope_id: UUID, call: Reader, page: PageParams) -> Response:
    """A page of movements."""
    require_country(call.principal)
    after = page.after(int)

    async def read(tx: ReadTx) -> PageOf[EntryOut] | None:
        if await envelopes.one(tx, envelope_id) is None:
            return None
        found = await envelopes.entries(tx, envelope_id, after[0] if after else None, page.limit + 1)
        shown, cursor = page.cut(found, lambda one: (one["number"],))
        return PageOf[EntryOut](items=[EntryOut.model_validate(one) for one in shown], next_cursor=cursor)

    return await call.query(read)


@router.post(
    "/envelope-proposals",
    status_code=201,
    response_model=EnvelopeProposalOut,
    **operation(
        "Propose to open, raise or transfer between envelopes",
        "เสนอเปิดวงเงิน เพิ่มเพดาน หรือโอนวงเงินระหว่างเดือนหรือแหล่งเงิน รอผู้อื่นอนุมัติ",
        "Envelopes to open, one to raise, or free money that another one gets. Nothing changes before another person approves.",
        PROPOSE,
    ),
)
async def propose_envelope_change(body: AnyChangeIn, call: Proposer) -> Response:
    """Propose a change."""
    actor = actor_of(call)

    async def use_case(tx: Tx) -> EnvelopeProposalOut:
        return EnvelopeProposalOut.of(await commands.propose(tx, body.change(), body.reason, body.document, actor))

    return await call.command(use_case, location=lambda made: f"/v1/envelope-proposals/{made.proposal_id}")


@router.get(
    "/envelope-proposals",
    response_model=PageOf[EnvelopeProposalOut],
    **operation(
        "List proposals about envelopes", "แสดงข้อเสนอเกี่ยวกับวงเงิน เรียงจากเก่าสุด", "Proposals with their decisions, oldest first.", READ
    ),
)
async def list_envelope_proposals(
    call: Reader, page: PageParams, status: Annotated[ApprovalStatus | None, Query(description="สถานะ")] = None
) -> Response:
    """A page of proposals."""
    require_country(call.principal)
    after = page.after(UUID)

    async def read(tx: ReadTx) -> PageOf[EnvelopeProposalOut]:
        found = await approvals.page(
            tx, KINDS, call.principal.reach, status=status, after=after[0] if after else None, limit=page.limit + 1
        )
        shown, cursor = page.cut(found, lambda one: (one.id,))
        return PageOf[EnvelopeProposalOut](items=[EnvelopeProposalOut.of(one) for one in shown], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/envelope-proposals/{proposal_id}",
    response_model=EnvelopeProposalOut,
    **operation("Show a proposal about envelopes", "แสดงข้อเสนอเกี่ยวกับวงเงิน", "What is proposed, why, and the decision.", READ),
)
async def show_envelope_proposal(proposal_id: UUID, call: Reader) -> Response:
    """One proposal."""

    async def read(tx: ReadTx) -> EnvelopeProposalOut:
        return EnvelopeProposalOut.of(await approvals.one(tx, proposal_id, KINDS, call.principal.reach))

    return await call.query(read)


@router.post(
    "/envelope-proposals/{proposal_id}/approval",
    response_model=EnvelopeProposalOut,
    **operation(
        "Approve a proposal about envelopes",
        "อนุมัติข้อเสนอเกี่ยวกับวงเงิน โดยบุคคลอื่นที่มิใช่ผู้เสนอ",
        "Another person than the proposer lets the change be. Refused when the giving envelope has not as much free any more.",
        APPROVE,
    ),
)
async def approve_envelope_proposal(proposal_id: UUID, body: DecisionIn, call: Approver) -> Response:
    """PROPOSED → APPROVED."""
    return await _decide(call, proposal_id, body, commands.approve)


@router.post(
    "/envelope-proposals/{proposal_id}/refusal",
    response_model=EnvelopeProposalOut,
    **operation(
        "Refuse a proposal about envelopes",
        "ไม่อนุมัติข้อเสนอเกี่ยวกับวงเงินพร้อมเหตุผล",
        "Another person than the proposer refuses; nothing changes.",
        APPROVE,
    ),
)
async def refuse_envelope_proposal(proposal_id: UUID, body: DecisionIn, call: Approver) -> Response:
    """PROPOSED → REJECTED."""
    return await _decide(call, proposal_id, body, commands.refuse)


@router.post(
    "/envelope-proposals/{proposal_id}/withdrawal",
    response_model=EnvelopeProposalOut,
    **operation("Withdraw a proposal about envelopes", "ถอนข้อเสนอเกี่ยวกับวงเงินโดยผู้เสนอเอง", "Who proposed it takes it back.", PROPOSE),
)
async def withdraw_envelope_proposal(proposal_id: UUID, body: DecisionIn, call: Proposer) -> Response:
    """PROPOSED → WITHDRAWN."""
    return await _decide(call, proposal_id, body, commands.withdraw)


async def _decide(
    call: Call, proposal_id: UUID, body: DecisionIn, command: Callable[[Tx, Proposal, str, Actor], Awaitable[None]]
) -> Response:
    actor, reach = actor_of(call), call.principal.reach

    async def use_case(tx: Tx) -> EnvelopeProposalOut:
        await command(tx, await approvals.lock(tx, proposal_id, KINDS, reach), body.reason, actor)
        return EnvelopeProposalOut.of(await approvals.one(tx, proposal_id, KINDS, reach))

    return await call.command(use_case)
