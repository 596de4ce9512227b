"""Routes of code lists."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response

from services.plan.commands import code_lists as commands
from services.plan.commands.code_lists import Decision, Replacement
from services.plan.domain.code_lists import Code, Retired
from services.plan.http.asking import CODE_LISTS_APPROVE, CODE_LISTS_PROPOSE, CODE_LISTS_READ, PROGRAMMES_READ, because_of
from services.plan.queries import code_lists as views
from services.plan.resources import PlanResources
from services.plan.schemas.code_lists import (
    CodeListOut,
    DecisionBody,
    ListProposalOut,
    ListVersionsOut,
    ReplacementBody,
    TranslationOut,
    WithdrawalBody,
)
from shared.approvals import ApprovalStatus
from shared.db import Tx
from shared.http import Call, PageOf, PageParams, calling, operation

router = APIRouter(prefix="/v1", tags=["code lists"])

Reading = Annotated[Call[PlanResources], Depends(calling(PROGRAMMES_READ))]
Proposing = Annotated[Call[PlanResources], Depends(calling(CODE_LISTS_PROPOSE, idempotent=True))]
Withdrawing = Annotated[Call[PlanResources], Depends(calling(CODE_LISTS_PROPOSE))]
Deciding = Annotated[Call[PlanResources], Depends(calling(CODE_LISTS_APPROVE, needs_if_match=True))]
ReadingProposals = Annotated[Call[PlanResources], Depends(calling(CODE_LISTS_READ))]
Name = Annotated[str, Path(max_length=40, description="ชื่อบัญชีรหัส", examples=["occupation"])]
Number = Annotated[int, Path(ge=1, le=1_000_000)]


@router.get(
    "/code-lists",
    response_model=ListVersionsOut,
    **operation(
        "List code lists",
        "แสดงบัญชีรหัสอาชีพและหลักสูตรทุกรุ่น",
        "Every version of every list: occupations (annex 5) and training courses (annex 6).",
        PROGRAMMES_READ,
    ),
)
async def list_code_lists(call: Reading) -> Response:
    """GET /v1/code-lists."""
    today = call.resources.clock.business_today()
    return await call.query(lambda tx: views.versions(tx, today))


@router.get(
    "/code-lists/{name}/versions/{version}",
    response_model=CodeListOut,
    **operation("Show a code list", "แสดงบัญชีรหัสหนึ่งรุ่น", "One version whole. It never changes.", PROGRAMMES_READ),
)
async def show_code_list(call: Reading, name: Name, version: Number) -> Response:
    """GET /v1/code-lists/{name}/versions/{version}."""
    return await call.query(lambda tx: views.one(tx, name, version))


@router.get(
    "/code-lists/{name}/versions/{version}/translations/{code}",
    response_model=TranslationOut,
    **operation(
        "Translate a code",
        "แปลงรหัสของรุ่นหนึ่งเป็นรหัสของรุ่นที่ใหม่กว่า",
        "What a code of this version is called in a later one, by what each version in between says of the codes it retired.",
        PROGRAMMES_READ,
    ),
)
async def translate_code(
    call: Reading,
    name: Name,
    version: Number,
    code: Annotated[str, Path(max_length=40, examples=["6310"])],
    to_version: Annotated[int | None, Query(ge=1, description="The newest where none is named. รุ่นปลายทาง (เว้นว่าง = รุ่นล่าสุด)")] = None,
) -> Response:
    """GET /v1/code-lists/{name}/versions/{version}/translations/{code}."""
    return await call.query(lambda tx: views.translation(tx, name, code, version, to_version))


@router.post(
    "/code-lists/{name}/versions",
    response_model=ListProposalOut,
    status_code=201,
    **operation(
        "Propose to replace a code list",
        "เสนอบัญชีรหัสรุ่นใหม่แทนรุ่นปัจจุบัน ต้องมีผู้อนุมัติอีกคนหนึ่ง",
        "Propose the next version, whole, with what becomes of each code that it no longer has. Another person approves. Forms that were filled "
        "in before its first day keep the version of their day.",
        CODE_LISTS_PROPOSE,
    ),
)
async def propose_code_list(call: Proposing, name: Name, body: ReplacementBody) -> Response:
    """POST /v1/code-lists/{name}/versions."""
    codes = tuple(Code(**code.model_dump()) for code in body.codes)
    retired = tuple(Retired(one.code, tuple(one.becomes)) for one in body.retired)
    asked = Replacement(name, body.label, body.valid_from, body.source, body.approval_reference, codes, retired)

    async def use_case(tx: Tx) -> dict[str, Any]:
        return await views.proposal(tx, await commands.propose(tx, asked, because_of(call, "code list")))

    return await call.command(use_case, location=lambda view: f"/v1/code-list-proposals/{view['proposal_id']}")


@router.get(
    "/code-list-proposals",
    response_model=PageOf[ListProposalOut],
    **operation("List proposed code lists", "แสดงข้อเสนอบัญชีรหัส", "Replacements that were proposed, with their decisions.", CODE_LISTS_READ),
)
async def list_code_list_proposals(
    call: ReadingProposals, page: PageParams, status: Annotated[ApprovalStatus | None, Query(description="Only these. เฉพาะสถานะ")] = None
) -> Response:
    """GET /v1/code-list-proposals."""
    return await call.query(lambda tx: views.proposals(tx, status, page))


@router.get(
    "/code-list-proposals/{proposal_id}",
    response_model=ListProposalOut,
    **operation("Show a proposed code list", "แสดงข้อเสนอบัญชีรหัสหนึ่งรายการ", "A replacement that was proposed.", CODE_LISTS_READ),
)
async def show_code_list_proposal(call: ReadingProposals, proposal_id: UUID) -> Response:
    """GET /v1/code-list-proposals/{proposal_id}."""
    return await call.query(lambda tx: views.proposal(tx, proposal_id))


@router.post(
    "/code-list-proposals/{proposal_id}/decision",
    response_model=ListProposalOut,
    **operation(
        "Decide on a code list",
        "พิจารณาบัญชีรหัสรุ่นใหม่ ผู้เสนออนุมัติเองไม่ได้",
        "Approve or reject. Approved, it is the next version; the proposer cannot decide.",
        CODE_LISTS_APPROVE,
    ),
)
async def decide_code_list(call: Deciding, proposal_id: UUID, body: DecisionBody) -> Response:
    """POST /v1/code-list-proposals/{proposal_id}/decision."""
    decision = Decision(body.approved, body.reason, call.version_to_change())

    async def use_case(tx: Tx) -> dict[str, Any]:
        await commands.decide(tx, proposal_id, decision, because_of(call, "code list"))
        return await views.proposal(tx, proposal_id)

    return await call.command(use_case)


@router.post(
    "/code-list-proposals/{proposal_id}/withdrawal",
    response_model=ListProposalOut,
    **operation("Withdraw a proposed code list", "ถอนข้อเสนอของตนเอง", "Take back one's own proposal.", CODE_LISTS_PROPOSE),
)
async def withdraw_code_list(call: Withdrawing, proposal_id: UUID, body: WithdrawalBody) -> Response:
    """POST /v1/code-list-proposals/{proposal_id}/withdrawal."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        await commands.withdraw(tx, proposal_id, body.reason, because_of(call, "withdrawn"))
        return await views.proposal(tx, proposal_id)

    return await call.command(use_case)
