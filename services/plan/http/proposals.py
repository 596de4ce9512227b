"""Routes of changes of the catalogue: proposed by one person, decided by another."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.plan.commands import proposals
from services.plan.commands.proposals import KIND, Wanted, subject_of
from services.plan.http.asking import PROGRAMMES_APPROVE, PROGRAMMES_READ, PROGRAMMES_WRITE, because_of
from services.plan.resources import PlanResources
from services.plan.schemas.catalogue import ApprovalBody, ProgrammeOut, ProgrammeProposalBody, ProposalOut, ReasonBody
from shared import approvals
from shared.approvals import ApprovalStatus
from shared.db import ReadTx, Tx
from shared.http import Call, PageOf, PageParams, calling, operation

router = APIRouter(prefix="/v1/programme-proposals", tags=["programmes"])

Reading = Annotated[Call[PlanResources], Depends(calling(PROGRAMMES_READ))]
Proposing = Annotated[Call[PlanResources], Depends(calling(PROGRAMMES_WRITE, idempotent=True))]
Deciding = Annotated[Call[PlanResources], Depends(calling(PROGRAMMES_APPROVE, idempotent=True))]

_OF_THE_PROPOSAL = {"code", "dimension", "agency", "based_on", "reason"}


@router.post(
    "",
    response_model=ProposalOut,
    status_code=201,
    **operation(
        "Propose a programme or the next version of one",
        "เสนอเพิ่มโครงการหรือแก้ไขเป็นรุ่นใหม่ ตรวจเงื่อนไขและตัวอย่างทันที แล้วรอผู้อื่นอนุมัติพร้อมเลขที่มติ คอต.",
        "Conditions are checked and examples run at once; then it waits for another person, who has the reference of คอต. An agency may propose"
        " its own programmes only.",
        PROGRAMMES_WRITE,
    ),
)
async def propose_programme(body: ProgrammeProposalBody, call: Proposing) -> Response:
    """POST /v1/programme-proposals."""
    content = body.model_dump(mode="json", exclude=_OF_THE_PROPOSAL)
    wanted = Wanted(body.agency, body.code, body.dimension, body.based_on, content)

    async def use_case(tx: Tx) -> ProposalOut:
        because = because_of(call, body.reason)
        return ProposalOut.of(await proposals.propose(tx, wanted, body.reason, call.resources.rules, call.principal.reach, because))

    return await call.command(use_case, location=lambda made: f"/v1/programme-proposals/{made.proposal_id}")


@router.get(
    "",
    response_model=PageOf[ProposalOut],
    **operation(
        "List proposals of programmes",
        "แสดงข้อเสนอเพิ่มหรือแก้ไขโครงการ หน่วยงานเห็นเฉพาะของตน",
        "Proposals that wait or were decided, oldest first; an agency sees those of its own programmes.",
        PROGRAMMES_READ,
    ),
)
async def list_proposals(
    call: Reading,
    page: PageParams,
    status: Annotated[ApprovalStatus | None, Query(description="`PROPOSED` are those that wait. สถานะ")] = None,
    code: Annotated[str | None, Query(max_length=60, description="รหัสโครงการ")] = None,
) -> Response:
    """GET /v1/programme-proposals."""
    after = page.after(UUID)
    subject = None if code is None else subject_of(code)

    async def read(tx: ReadTx) -> dict[str, Any]:
        found = await approvals.page(
            tx, [KIND], call.principal.reach, status=status, subject=subject, after=after[0] if after else None, limit=page.limit + 1
        )
        shown, next_cursor = page.cut(found, lambda one: (one.id,))
        return {"items": [ProposalOut.of(one) for one in shown], "next_cursor": next_cursor}

    return await call.query(read)


@router.get(
    "/{proposal_id}",
    response_model=ProposalOut,
    **operation("Show a proposal of a programme", "แสดงข้อเสนอหนึ่งเรื่อง", "What is proposed, why, and the decision.", PROGRAMMES_READ),
)
async def show_proposal(proposal_id: UUID, call: Reading) -> Response:
    """GET /v1/programme-proposals/{proposal_id}."""

    async def read(tx: ReadTx) -> ProposalOut:
        return ProposalOut.of(await approvals.one(tx, proposal_id, [KIND], call.principal.reach))

    return await call.query(read)


@router.post(
    "/{proposal_id}/approval",
    response_model=ProgrammeOut,
    status_code=201,
    **operation(
        "Approve a proposal of a programme",
        "อนุมัติข้อเสนอตามมติ คอต. โดยผู้อื่นที่มิใช่ผู้เสนอ ได้โครงการรุ่นใหม่ แผนเดิมคงรุ่นเดิม",
        "Another person than the proposer writes the version, with the reference of คอต. It holds from that day at the earliest; plans that were"
        " agreed keep their version.",
        PROGRAMMES_APPROVE,
    ),
)
async def approve_proposal(proposal_id: UUID, body: ApprovalBody, call: Deciding) -> Response:
    """POST /v1/programme-proposals/{proposal_id}/approval."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        because = because_of(call, body.approval_reference)
        made = await proposals.approve(tx, proposal_id, body.approval_reference, call.resources.rules, call.principal.reach, because)
        return asdict(made)

    return await call.command(use_case, location=lambda made: f"/v1/programmes/{made['code']}")


@router.post(
    "/{proposal_id}/refusal",
    response_model=ProposalOut,
    **operation(
        "Refuse a proposal of a programme",
        "ไม่อนุมัติข้อเสนอพร้อมเหตุผล โดยผู้อื่นที่มิใช่ผู้เสนอ",
        "Another person than the proposer refuses, with the reason; nothing changes.",
        PROGRAMMES_APPROVE,
    ),
)
async def refuse_proposal(proposal_id: UUID, body: ReasonBody, call: Deciding) -> Response:
    """POST /v1/programme-proposals/{proposal_id}/refusal."""

    async def use_case(tx: Tx) -> ProposalOut:
        because = because_of(call, body.reason)
        return ProposalOut.of(await proposals.refuse(tx, proposal_id, body.reason, call.principal.reach, because))

    return await call.command(use_case)


@router.post(
    "/{proposal_id}/withdrawal",
    response_model=ProposalOut,
    **operation(
        "Withdraw a proposal of a programme", "ถอนข้อเสนอโดยผู้เสนอเอง", "Who proposed it takes it back, with the reason.", PROGRAMMES_WRITE
    ),
)
async def withdraw_proposal(proposal_id: UUID, body: ReasonBody, call: Proposing) -> Response:
    """POST /v1/programme-proposals/{proposal_id}/withdrawal."""

    async def use_case(tx: Tx) -> ProposalOut:
        because = because_of(call, body.reason)
        return ProposalOut.of(await proposals.withdraw(tx, proposal_id, body.reason, call.principal.reach, because))

    return await call.command(use_case)
