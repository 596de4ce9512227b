"""Payments of which a bank told two things: listed, resolved by two persons."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response

from services.payments import queries
from services.payments.commands import disputes as commands
from services.payments.commands.disputes import Found
from services.payments.commands.runs import Actor
from services.payments.http.runs import APPROVE, READ, WRITE, actor_of
from services.payments.repository.disputes import Resolution
from services.payments.rules.disputes import possible
from services.payments.schemas.disputes import (
    DisputeOut,
    RefusalIn,
    ResolutionHistoryOut,
    ResolutionIn,
    ResolutionOut,
    ResolutionStatus,
    ResolutionStepOut,
)
from shared.db import ReadTx, Tx
from shared.http import Call, PageOf, PageParams, calling, operation
from shared.ids import bank_ref

router = APIRouter(prefix="/v1", tags=["disputes"])
Reader = Annotated[Call, Depends(calling(READ))]
Approver = Annotated[Call, Depends(calling(APPROVE))]
InstructionId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="เลขอ้างอิงคำสั่งจ่าย")]


@router.get(
    "/disputes",
    response_model=PageOf[DisputeOut],
    **operation(
        "List disputed payments",
        "แสดงรายการจ่ายที่ธนาคารรายงานผลขัดแย้งกันและยังไม่ได้วินิจฉัย ในขอบเขตของท่าน ธนาคารเห็นเฉพาะรายการของตน",
        "Payments within your reach of which a bank told two things and which nobody has resolved; with its answers and the proposal that waits.",
        READ,
    ),
)
async def list_disputes(call: Reader, page: PageParams) -> Response:
    """A page of disputed payments."""

    async def read(tx: ReadTx) -> PageOf[DisputeOut]:
        rows, cursor = await queries.list_disputes(tx, call.principal.reach, page)
        items = [
            DisputeOut.model_validate(
                {
                    **row,
                    "instruction_id": bank_ref(row["disbursement_id"]),
                    "possible": possible(row["state"]),
                    "proposal": row["proposal"] and _out(row["proposal"]),
                }
            )
            for row in rows
        ]
        return PageOf[DisputeOut](items=items, next_cursor=cursor)

    return await call.query(read)


@router.post(
    "/disputes/{instruction_id}/resolutions",
    status_code=201,
    response_model=ResolutionOut,
    **operation(
        "Propose a resolution",
        "เสนอผลวินิจฉัยรายการจ่ายที่ขัดแย้ง พร้อมเลขที่หลักฐานและเหตุผล บุคคลอื่นเป็นผู้อนุมัติ",
        "Say what became of the money of a disputed payment, with the paper that shows it. Another person approves.",
        WRITE,
    ),
)
async def propose_resolution(
    instruction_id: InstructionId, body: ResolutionIn, call: Annotated[Call, Depends(calling(WRITE, idempotent=True))]
) -> Response:
    """Propose what became of it."""
    actor = actor_of(call)
    found = Found(body.finding, body.paid_on, body.evidence_reference, body.reason)

    async def use_case(tx: Tx) -> ResolutionOut:
        return _out(await commands.propose_resolution(tx, UUID(hex=instruction_id), found, actor))

    return await call.command(use_case, location=lambda one: f"/v1/resolutions/{one.resolution_id}")


@router.get(
    "/resolutions",
    response_model=PageOf[ResolutionOut],
    **operation(
        "List resolutions",
        "แสดงผลวินิจฉัยรายการจ่ายที่ขัดแย้ง เรียงจากล่าสุด",
        "What was found out of disputed payments, newest first; for callers with the country's reach.",
        READ,
    ),
)
async def list_resolutions(
    call: Reader, page: PageParams, status: Annotated[ResolutionStatus | None, Query(description="สถานะข้อเสนอ")] = None
) -> Response:
    """A page of resolutions."""

    async def read(tx: ReadTx) -> PageOf[ResolutionOut]:
        found, cursor = await queries.list_resolutions(tx, call.principal.reach, status, page)
        return PageOf[ResolutionOut](items=[_out(one) for one in found], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/resolutions/{resolution_id}",
    response_model=ResolutionHistoryOut,
    **operation("Show a resolution", "แสดงผลวินิจฉัยพร้อมประวัติ", "A resolution with its history: who, when, why.", READ),
)
async def show_resolution(resolution_id: UUID, call: Reader) -> Response:
    """One resolution."""

    async def read(tx: ReadTx) -> ResolutionHistoryOut | None:
        found = await queries.show_resolution(tx, call.principal.reach, resolution_id)
        if found is None:
            return None
        return ResolutionHistoryOut(resolution=_out(found[0]), history=[ResolutionStepOut.model_validate(step) for step in found[1]])

    return await call.query(read)


@router.post(
    "/resolutions/{resolution_id}/approval",
    response_model=ResolutionOut,
    **operation(
        "Approve a resolution",
        "อนุมัติผลวินิจฉัย โดยบุคคลอื่นที่มิใช่ผู้เสนอ บัญชีและรายการจ่ายเปลี่ยนตาม",
        "Another person than the proposer approves: payment, obligation and ledger follow; what was not paid is tried again by the next run.",
        APPROVE,
    ),
)
async def approve_resolution(resolution_id: UUID, call: Approver) -> Response:
    """PROPOSED → APPROVED."""
    return await _act(call, lambda tx, actor: commands.approve_resolution(tx, resolution_id, actor))


@router.post(
    "/resolutions/{resolution_id}/refusal",
    response_model=ResolutionOut,
    **operation(
        "Refuse a resolution",
        "ไม่อนุมัติผลวินิจฉัย รายการยังคงขัดแย้งและเสนอใหม่ได้",
        "Refuse a proposal: the dispute stands, and another proposal can be made.",
        APPROVE,
    ),
)
async def refuse_resolution(resolution_id: UUID, body: RefusalIn, call: Approver) -> Response:
    """PROPOSED → REFUSED."""
    return await _act(call, lambda tx, actor: commands.refuse_resolution(tx, resolution_id, body.reason, actor))


async def _act(call: Call, command: Callable[[Tx, Actor], Awaitable[Resolution]]) -> Response:
    actor = actor_of(call)

    async def use_case(tx: Tx) -> ResolutionOut:
        return _out(await command(tx, actor))

    return await call.command(use_case)


def _out(one: Resolution) -> ResolutionOut:
    values = {name: getattr(one, name) for name in ResolutionOut.model_fields if hasattr(one, name)}
    return ResolutionOut.model_validate({**values, "instruction_id": bank_ref(one.disbursement_id), "evidence_reference": one.reference})
