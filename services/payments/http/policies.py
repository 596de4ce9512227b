"""Policy sets: every version, its calendar, and changing it by two persons."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response

from services.payments.commands import policies as commands
from services.payments.commands.policies import KIND
from services.payments.commands.proposals import Decision
from services.payments.http.runs import actor_of
from services.payments.repository import policies
from services.payments.repository.policies import StoredPolicy
from services.payments.schemas.parts import DecisionIn, WithdrawalIn
from services.payments.schemas.policies import (
    CalendarOut,
    PolicyChangeIn,
    PolicyOut,
    PolicyProposalOut,
    PolicyVersionOut,
    PolicyVersionsOut,
)
from shared import approvals
from shared.approvals import ApprovalStatus
from shared.auth import Reach
from shared.db import ReadTx, Tx
from shared.errors import NotFound
from shared.http import Call, PageOf, PageParams, calling, operation

READ = "payments.policies:read"
PROPOSE = "payments.policies:propose"
APPROVE = "payments.policies:approve"

router = APIRouter(prefix="/v1", tags=["policy"])
Reader = Annotated[Call, Depends(calling(READ))]
Version = Annotated[int, Path(ge=1, le=1_000_000, description="รุ่นของชุดนโยบาย")]


@router.get(
    "/policy",
    response_model=PolicyOut,
    **operation(
        "Show the policy set",
        "แสดงชุดนโยบายที่ใช้อยู่ พร้อมที่มาทางกฎหมายของแต่ละค่า",
        "The set in force, each value with its legal source.",
        READ,
    ),
)
async def show_policy(call: Reader) -> Response:
    """The set in force."""
    return await call.query(policies.newest)


@router.get(
    "/policies",
    response_model=PolicyVersionsOut,
    **operation("List policy sets", "แสดงชุดนโยบายทุกรุ่น เรียงจากล่าสุด", "Every set that was published, newest first.", READ),
)
async def list_policies(call: Reader) -> Response:
    """Every version."""

    async def read(tx: ReadTx) -> PolicyVersionsOut:
        stored = await policies.all_stored(tx)
        return PolicyVersionsOut(items=[PolicyVersionOut.model_validate(one, from_attributes=True) for one in stored])

    return await call.query(read)


@router.get(
    "/policies/{version}",
    response_model=PolicyOut,
    **operation("Show a version of the policy set", "แสดงชุดนโยบายหนึ่งรุ่น", "One version whole. It never changes.", READ),
)
async def show_policy_version(version: Version, call: Reader) -> Response:
    """One version."""
    return await call.query(lambda tx: policies.one(tx, version))


@router.get(
    "/policies/{version}/calendar",
    response_model=CalendarOut,
    **operation(
        "Show the calendar of a policy set",
        "แสดงปฏิทินของชุดนโยบาย: กำหนดเวลาต่าง ๆ เดือนที่จ่าย และชนิดของเงินแต่ละเดือน พร้อมที่มาทางกฎหมาย",
        "Its windows by their first days, each with its legal source, and the months that are paid with the kind of money.",
        READ,
    ),
)
async def show_calendar(version: Version, call: Reader) -> Response:
    """The calendar."""

    async def read(tx: ReadTx) -> CalendarOut:
        return CalendarOut.of(await _one(tx, version))

    return await call.query(read)


async def _one(tx: ReadTx, version: int) -> StoredPolicy:
    found = await policies.one(tx, version)
    if found is None:
        raise NotFound
    return found


@router.post(
    "/policies",
    status_code=201,
    response_model=PolicyProposalOut,
    **operation(
        "Propose a changed policy set",
        "เสนอเปลี่ยนค่าในชุดนโยบายล่าสุด แต่ละค่าพร้อมที่มาทางกฎหมาย บุคคลอื่นเป็นผู้อนุมัติ",
        "Propose other values of the newest set, by their names, each with its legal source. Another person approves. The changed set governs the months "
        "for which no run was proposed yet.",
        PROPOSE,
    ),
)
async def propose_policy(body: PolicyChangeIn, call: Annotated[Call, Depends(calling(PROPOSE, idempotent=True))]) -> Response:
    """Propose."""
    actor = actor_of(call)

    async def use_case(tx: Tx) -> PolicyProposalOut:
        return PolicyProposalOut.of(await commands.propose_policy(tx, body.asked(), actor))

    return await call.command(use_case, location=lambda one: f"/v1/policy-proposals/{one.proposal_id}")


@router.get(
    "/policy-proposals",
    response_model=PageOf[PolicyProposalOut],
    **operation("List proposed policy sets", "แสดงข้อเสนอเปลี่ยนชุดนโยบาย", "Proposed changes of the set, with their decisions.", READ),
)
async def list_policy_proposals(
    call: Reader, page: PageParams, status: Annotated[ApprovalStatus | None, Query(description="Only these. เฉพาะสถานะ")] = None
) -> Response:
    """A page of proposals; policy is no district's, so whoever may read it sees all."""
    after = page.after(UUID)

    async def read(tx: ReadTx) -> PageOf[PolicyProposalOut]:
        rows = await approvals.page(tx, [KIND], Reach.country(), status=status, after=after[0] if after else None, limit=page.limit + 1)
        shown, cursor = page.cut(rows, lambda one: (one.id,))
        return PageOf[PolicyProposalOut](items=[PolicyProposalOut.of(one) for one in shown], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/policy-proposals/{proposal_id}",
    response_model=PolicyProposalOut,
    **operation(
        "Show a proposed policy set", "แสดงข้อเสนอเปลี่ยนชุดนโยบายหนึ่งรายการ", "A proposed change, value by value, before and after.", READ
    ),
)
async def show_policy_proposal(proposal_id: UUID, call: Reader) -> Response:
    """One proposal."""

    async def read(tx: ReadTx) -> PolicyProposalOut:
        return PolicyProposalOut.of(await approvals.one(tx, proposal_id, [KIND], Reach.country()))

    return await call.query(read)


@router.post(
    "/policy-proposals/{proposal_id}/decision",
    response_model=PolicyProposalOut,
    **operation(
        "Decide on a policy set",
        "พิจารณาข้อเสนอเปลี่ยนชุดนโยบายโดยบุคคลอื่นที่มิใช่ผู้เสนอ เมื่ออนุมัติระบบประกาศเป็นรุ่นถัดไป",
        "Approve or reject, another person than the proposer. Approved, it is published as the next version, and open allowances follow it.",
        APPROVE,
    ),
)
async def decide_policy(
    proposal_id: UUID, body: DecisionIn, call: Annotated[Call, Depends(calling(APPROVE, needs_if_match=True))]
) -> Response:
    """Yes or no."""
    actor = actor_of(call)
    decision = Decision(body.approved, body.reason, call.version_to_change())

    async def use_case(tx: Tx) -> PolicyProposalOut:
        return PolicyProposalOut.of(await commands.decide_policy(tx, proposal_id, decision, actor))

    return await call.command(use_case)


@router.post(
    "/policy-proposals/{proposal_id}/withdrawal",
    response_model=PolicyProposalOut,
    **operation("Withdraw a proposed policy set", "ถอนข้อเสนอของตนเอง", "Take back one's own proposal.", PROPOSE),
)
async def withdraw_policy(proposal_id: UUID, body: WithdrawalIn, call: Annotated[Call, Depends(calling(PROPOSE))]) -> Response:
    """Take it back."""
    actor = actor_of(call)

    async def use_case(tx: Tx) -> PolicyProposalOut:
        return PolicyProposalOut.of(await commands.withdraw_policy(tx, proposal_id, body.reason, actor))

    return await call.command(use_case)
