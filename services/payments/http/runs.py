"""The monthly run: maker, checker, release, reconciliation."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.payments import queries
from services.payments.commands import runs as commands
from services.payments.commands.runs import Actor
from services.payments.domain import AttemptState
from services.payments.repository.runs import Balance, Run
from services.payments.schemas.runs import ApprovalIn, CancellationIn, LineOut, RunIn, RunOut, StatusRequestOut
from shared.auth import require_country
from shared.db import ReadTx, Tx
from shared.http import Call, PageOf, PageParams, calling, operation
from shared.money import in_baht

READ = "payments.runs:read"
PROPOSE = "payments.runs:propose"
APPROVE = "payments.runs:approve"
RELEASE = "payments.runs:release"
WRITE = "payments.runs:write"

router = APIRouter(prefix="/v1/runs", tags=["runs"])
Reader = Annotated[Call, Depends(calling(READ))]
Writer = Annotated[Call, Depends(calling(WRITE))]
Releaser = Annotated[Call, Depends(calling(RELEASE))]


@router.post(
    "",
    status_code=202,
    response_model=RunOut,
    **operation(
        "Propose a run",
        "เสนอรอบจ่ายประจำเดือน ระบบจัดทำบัญชีรายการจ่ายให้ (สถานะ PREPARING แล้วเป็น PROPOSED)",
        "Begin the run of a month. Its list is drawn up in the background: everything due up to the month that is not paid, failed payments again.",
        PROPOSE,
    ),
)
async def propose_run(body: RunIn, call: Annotated[Call, Depends(calling(PROPOSE, idempotent=True))]) -> Response:
    """Begin a run."""
    actor = actor_of(call)

    async def use_case(tx: Tx) -> RunOut:
        return _run_out(await commands.propose_run(tx, body.as_month(), actor, body.programme))

    return await call.command(use_case, location=lambda run: f"/v1/runs/{run.run_id}")


@router.get(
    "",
    response_model=PageOf[RunOut],
    **operation("List runs", "แสดงรอบจ่าย เรียงจากล่าสุด", "Runs, newest first; for callers with the country's reach.", READ),
)
async def list_runs(call: Reader, page: PageParams) -> Response:
    """A page of runs."""

    async def read(tx: ReadTx) -> PageOf[RunOut]:
        runs, cursor = await queries.list_runs(tx, call.principal.reach, page)
        return PageOf[RunOut](items=[_run_out(run) for run in runs], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/{run_id}",
    response_model=RunOut,
    **operation(
        "Show a run", "แสดงรอบจ่ายพร้อมยอดและความคืบหน้า", "A run with its totals by bank and tier, and what became of its lines.", READ
    ),
)
async def show_run(run_id: UUID, call: Reader) -> Response:
    """One run."""

    async def read(tx: ReadTx) -> RunOut | None:
        found = await queries.show_run(tx, call.principal.reach, run_id)
        return _run_out(*found) if found else None

    return await call.query(read)


@router.get(
    "/{run_id}/lines",
    response_model=PageOf[LineOut],
    **operation(
        "List lines of a run",
        "แสดงรายการจ่ายของรอบ เฉพาะในขอบเขตของท่าน ธนาคารเห็นเฉพาะรายการของตน",
        "Lines of a run within your reach; a bank sees its own of released runs.",
        READ,
    ),
)
async def list_run_lines(
    run_id: UUID, call: Reader, page: PageParams, state: Annotated[AttemptState | None, Query(description="สถานะรายการ")] = None
) -> Response:
    """A page of lines."""

    async def read(tx: ReadTx) -> PageOf[LineOut]:
        rows, cursor = await queries.list_lines(tx, call.principal.reach, run_id, state, page)
        return PageOf[LineOut](items=[LineOut.model_validate(row) for row in rows], next_cursor=cursor)

    return await call.query(read)


@router.post(
    "/{run_id}/approval",
    response_model=RunOut,
    **operation(
        "Approve a run",
        "อนุมัติรอบจ่าย โดยบุคคลอื่นที่มิใช่ผู้เสนอ และระบุค่าแฮชของบัญชีที่ตรวจสอบ",
        "Approve the list that was looked at. The proposer may not; of two approvers one wins.",
        APPROVE,
    ),
)
async def approve_run(run_id: UUID, body: ApprovalIn, call: Annotated[Call, Depends(calling(APPROVE))]) -> Response:
    """PROPOSED → APPROVED."""
    return await _act(call, lambda tx, actor: commands.approve_run(tx, run_id, body.list_hash, actor))


@router.post(
    "/{run_id}/release",
    status_code=202,
    response_model=RunOut,
    **operation(
        "Release a run",
        "ปล่อยจ่ายรอบที่อนุมัติแล้ว ระบบส่งคำสั่งจ่ายถึงธนาคาร",
        "Instruct the banks, in the background: RELEASED, then INSTRUCTED when every instruction is out.",
        RELEASE,
    ),
)
async def release_run(run_id: UUID, call: Releaser) -> Response:
    """APPROVED → RELEASED."""
    return await _act(call, lambda tx, actor: commands.ask_release(tx, run_id, actor))


@router.post(
    "/{run_id}/cancellation",
    response_model=RunOut,
    **operation("Cancel a run", "ยกเลิกรอบจ่ายก่อนปล่อยจ่าย", "Cancel a run that was not released.", WRITE),
)
async def cancel_run(run_id: UUID, body: CancellationIn, call: Writer) -> Response:
    """→ CANCELLED."""
    return await _act(call, lambda tx, actor: commands.cancel_run(tx, run_id, body.reason, actor))


@router.post(
    "/{run_id}/status-requests",
    status_code=202,
    response_model=StatusRequestOut,
    **operation(
        "Ask banks about missing answers",
        "สอบถามธนาคารถึงคำสั่งจ่ายที่ยังไม่ได้รับผล (ไม่ส่งคำสั่งจ่ายซ้ำ)",
        "Ask the banks what became of the instructions without an answer. No instruction is sent again.",
        WRITE,
    ),
)
async def ask_banks(run_id: UUID, call: Annotated[Call, Depends(calling(WRITE, idempotent=True))]) -> Response:
    """Ask about what is unanswered."""
    actor = actor_of(call)

    async def use_case(tx: Tx) -> StatusRequestOut:
        run, asked = await commands.ask_banks(tx, run_id, actor)
        return StatusRequestOut(run_id=run_id, request_no=run.status_requests, asked=asked)

    return await call.command(use_case)


@router.post(
    "/{run_id}/close",
    response_model=RunOut,
    **operation(
        "Close a run",
        "ปิดรอบจ่ายเมื่อยอดตรงกันทุกรายและทุกสตางค์",
        "Close a run when eligible = paid + failed + held + returned, to the person and the satang, in the lines and in the ledger.",
        RELEASE,
    ),
)
async def close_run(run_id: UUID, call: Releaser) -> Response:
    """→ CLOSED."""
    return await _act(call, lambda tx, actor: commands.close_run(tx, run_id, actor))


async def _act(call: Call, command: Callable[[Tx, Actor], Awaitable[Run]]) -> Response:
    actor = actor_of(call)

    async def use_case(tx: Tx) -> RunOut:
        return _run_out(await command(tx, actor))

    return await call.command(use_case)


def actor_of(call: Call) -> Actor:
    """Who acts on runs; they are the whole country's, so a narrower reach does not see them."""
    require_country(call.principal)
    return Actor(call.principal.subject, call.resources.clock.business_now())


def _run_out(run: Run, balance: Balance | None = None) -> RunOut:
    values = {name: getattr(run, name) for name in RunOut.model_fields if hasattr(run, name)}
    return RunOut.model_validate({**values, "amount_baht": in_baht(run.amount_satang), **(_outcomes(balance) if balance else {})})


def _outcomes(balance: Balance) -> dict[str, int]:
    return {
        "paid": balance.settled,
        "failed": balance.failed,
        "held": balance.held,
        "returned": balance.returned,
        "unanswered": balance.open,
        "paid_satang": balance.settled_satang,
        "failed_satang": balance.failed_satang,
        "held_satang": balance.held_satang,
        "returned_satang": balance.returned_satang,
        "unanswered_satang": balance.open_satang,
    }
