"""Adjustments: previewed, proposed by one person, approved by another."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.payments import queries
from services.payments.commands import adjustments as commands
from services.payments.commands.adjustments import KIND, Asked
from services.payments.commands.proposals import Decision
from services.payments.http.runs import actor_of
from services.payments.repository import adjustments
from services.payments.schemas.adjustments import AdjustmentIn, AdjustmentProposalOut, AdjustmentsOut
from services.payments.schemas.parts import DecisionIn, WithdrawalIn
from shared import approvals
from shared.approvals import ApprovalStatus
from shared.db import ReadTx, Tx
from shared.http import Call, PageOf, PageParams, calling, operation

READ = "payments.adjustments:read"
PROPOSE = "payments.adjustments:propose"
APPROVE = "payments.adjustments:approve"

router = APIRouter(prefix="/v1", tags=["adjustments"])
Reader = Annotated[Call, Depends(calling(READ))]


@router.get(
    "/entitlements/{entitlement_id}/adjustments",
    response_model=AdjustmentsOut,
    **operation(
        "Preview the adjustment of an allowance",
        "แสดงรายการปรับปรุงที่บันทึกแล้ว และรายการที่จะบันทึกหากอนุมัติในขณะนี้ (จ่ายย้อนหลังหรือเรียกคืน) โดยไม่เปลี่ยนแปลงข้อมูล",
        "What was booked of its months, and what an approval would book now: back-pay, or what is to be got back, by month. Changes nothing.",
        READ,
    ),
)
async def preview_adjustments(entitlement_id: UUID, call: Reader) -> Response:
    """Of one allowance."""

    async def read(tx: ReadTx) -> AdjustmentsOut | None:
        row = await queries.show_entitlement(tx, call.principal.reach, entitlement_id)
        if row is None:
            return None
        entries = await adjustments.entries_of(tx, row["holder_id"])
        return AdjustmentsOut.of(entitlement_id, entries, await commands.preview(tx, [row["holder_id"]]))

    return await call.query(read)


@router.post(
    "/adjustments",
    status_code=201,
    response_model=AdjustmentProposalOut,
    **operation(
        "Propose adjustments",
        "เสนอปรับปรุงเดือนที่ให้ไว้ต่างจากที่ควรเป็น (จ่ายย้อนหลังหรือเรียกคืน) พร้อมเหตุผลและหลักฐาน บุคคลอื่นเป็นผู้อนุมัติ",
        "Propose what sets months right that were granted otherwise than would be right now: the entries that a preview shows. Another person approves; "
        "nothing is paid or got back before.",
        PROPOSE,
    ),
)
async def propose_adjustments(body: AdjustmentIn, call: Annotated[Call, Depends(calling(PROPOSE, idempotent=True))]) -> Response:
    """Propose."""
    actor = actor_of(call)
    asked = Asked(tuple(dict.fromkeys(body.holder_ids)), body.reason, body.evidence_reference)

    async def use_case(tx: Tx) -> AdjustmentProposalOut:
        return AdjustmentProposalOut.of(await commands.propose(tx, asked, actor))

    return await call.command(use_case, location=lambda one: f"/v1/adjustments/{one.proposal_id}")


@router.get(
    "/adjustments",
    response_model=PageOf[AdjustmentProposalOut],
    **operation("List adjustments", "แสดงข้อเสนอปรับปรุงสิทธิพร้อมผลการพิจารณา", "Proposed adjustments with their decisions.", READ),
)
async def list_adjustments(
    call: Reader, page: PageParams, status: Annotated[ApprovalStatus | None, Query(description="Only these. เฉพาะสถานะ")] = None
) -> Response:
    """A page of proposals."""
    after = page.after(UUID)

    async def read(tx: ReadTx) -> PageOf[AdjustmentProposalOut]:
        rows = await approvals.page(
            tx, [KIND], call.principal.reach, status=status, after=after[0] if after else None, limit=page.limit + 1
        )
        shown, cursor = page.cut(rows, lambda one: (one.id,))
        return PageOf[AdjustmentProposalOut](items=[AdjustmentProposalOut.of(one) for one in shown], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/adjustments/{proposal_id}",
    response_model=AdjustmentProposalOut,
    **operation("Show an adjustment", "แสดงข้อเสนอปรับปรุงสิทธิหนึ่งรายการ", "A proposed adjustment, entry by entry.", READ),
)
async def show_adjustment(proposal_id: UUID, call: Reader) -> Response:
    """One proposal."""

    async def read(tx: ReadTx) -> AdjustmentProposalOut:
        return AdjustmentProposalOut.of(await approvals.one(tx, proposal_id, [KIND], call.principal.reach))

    return await call.query(read)


@router.post(
    "/adjustments/{proposal_id}/decision",
    response_model=AdjustmentProposalOut,
    **operation(
        "Decide on an adjustment",
        "พิจารณาข้อเสนอปรับปรุงโดยบุคคลอื่นที่มิใช่ผู้เสนอ เมื่ออนุมัติ รายการจ่ายย้อนหลังเข้ารอบจ่ายถัดไป และส่วนที่จ่ายเกินบันทึกเป็นเงินรอเรียกคืน",
        "Approve or reject, another person than the proposer. Approved, back-pay is taken by the next run, and what was paid too much is booked as "
        "recoverable. If an entry would not be the same any more, nothing is booked.",
        APPROVE,
    ),
)
async def decide_adjustment(
    proposal_id: UUID, body: DecisionIn, call: Annotated[Call, Depends(calling(APPROVE, needs_if_match=True))]
) -> Response:
    """Yes or no."""
    actor = actor_of(call)
    decision = Decision(body.approved, body.reason, call.version_to_change())

    async def use_case(tx: Tx) -> AdjustmentProposalOut:
        return AdjustmentProposalOut.of(await commands.decide(tx, proposal_id, decision, actor))

    return await call.command(use_case)


@router.post(
    "/adjustments/{proposal_id}/withdrawal",
    response_model=AdjustmentProposalOut,
    **operation("Withdraw an adjustment", "ถอนข้อเสนอปรับปรุงของตนเอง", "Take back one's own proposal.", PROPOSE),
)
async def withdraw_adjustment(proposal_id: UUID, body: WithdrawalIn, call: Annotated[Call, Depends(calling(PROPOSE))]) -> Response:
    """Take it back."""
    actor = actor_of(call)

    async def use_case(tx: Tx) -> AdjustmentProposalOut:
        return AdjustmentProposalOut.of(await commands.withdraw(tx, proposal_id, body.reason, actor))

    return await call.command(use_case)
