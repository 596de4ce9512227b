"""Requests to change a person: made, listed, read in the clear, decided."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.registry.commands import changes
from services.registry.commands.change_effects import OWN_CITIZEN_ID
from services.registry.commands.changes import Asked, Decider
from services.registry.commands.life_events import Said
from services.registry.http.look_ups import Purpose
from services.registry.http.scopes import CHANGES_APPROVE, CHANGES_READ, HOLDERS_WRITE, PERSONAL_READ
from services.registry.queries import changes as queries
from services.registry.repository.changes import Evidence, Wanted
from services.registry.resources import RegistryResources
from services.registry.rules.changes import ChangeKind
from services.registry.schemas.changes import (
    ApprovalIn,
    ChangeIn,
    ChangeOut,
    ChangeStatus,
    DecisionIn,
    PromptpayIn,
    PromptpayKind,
    ValuesOut,
)
from shared.audit import Caller
from shared.auth import Reach
from shared.db import Tx
from shared.http import Call, PageOf, PageParams, calling, operation

router = APIRouter(prefix="/v1", tags=["change requests"])
Asking = Annotated[Call[RegistryResources], Depends(calling(HOLDERS_WRITE, idempotent=True))]
Withdrawing = Annotated[Call[RegistryResources], Depends(calling(HOLDERS_WRITE))]
Reading = Annotated[Call[RegistryResources], Depends(calling(CHANGES_READ))]
ReadingPersonal = Annotated[Call[RegistryResources], Depends(calling(PERSONAL_READ))]
Deciding = Annotated[Call[RegistryResources], Depends(calling(CHANGES_APPROVE))]
District = Annotated[str | None, Query(pattern=r"^[0-9]{4}$", description="Home or responsible district. อำเภอ", examples=["8101"])]


@router.post(
    "/card-holders/{holder_id}/change-requests",
    response_model=ChangeOut,
    status_code=201,
    **operation(
        "Ask for a change of a card holder",
        "ยื่นคำขอเปลี่ยนแปลงข้อมูลผู้มีบัตรพร้อมหลักฐาน การเสียชีวิตและการเพิกถอน รายได้ ธนาคาร และพร้อมเพย์ ต้องมีผู้อื่นอนุมัติ นอกนั้นมีผลทันที",
        "A change with its evidence. Death (and one taken back), income, bank and PromptPay touch money and wait for another person's approval; the others apply at once. "
        "If-Match names the person's version that you have seen.",
        HOLDERS_WRITE,
    ),
)
async def ask_change(call: Asking, holder_id: UUID, asked: ChangeIn) -> Response:
    """Put a change on record."""
    document, consent = asked.document, asked.consent
    evidence = Evidence(
        document_kind=document.kind,
        document_reference=document.reference,
        document_on=document.issued_on,
        reason=asked.reason,
        consent_reference=consent.reference if consent else None,
        consent_on=consent.given_on if consent else None,
    )
    return await ask(call, holder_id, Asked(asked.kind, asked.valid_from, _values(asked), evidence))


async def ask(call: Call[RegistryResources], holder_id: UUID, asked: Asked, *, status: int | None = None) -> Response:
    """Put a request on record and answer with it."""

    async def use_case(tx: Tx) -> dict[str, Any] | None:
        said = Said(
            call.principal.subject, call.resources.clock.business_now(), asked.evidence.words, call.principal.reach, call.if_match()
        )
        request_id = await changes.ask(tx, holder_id, asked, said, call.resources.vault)
        # A move may take the person out of the caller's area; the answer is still theirs.
        return await queries.one(tx, request_id, Reach.country())

    return await call.command(use_case, status=status, location=lambda view: f"/v1/change-requests/{view['request_id']}" if view else "")


@router.get(
    "/change-requests",
    response_model=PageOf[ChangeOut],
    **operation(
        "List change requests",
        "แสดงคำขอเปลี่ยนแปลงข้อมูลในพื้นที่รับผิดชอบ กรองตามอำเภอ สถานะ และประเภท",
        "Requests about card holders within your reach, the oldest first, with the names of the fields and what is not personal of their values.",
        CHANGES_READ,
    ),
)
async def list_change_requests(
    call: Reading,
    page: PageParams,
    district: District = None,
    status: Annotated[ChangeStatus | None, Query(description="Where it stands. สถานะ")] = None,
    kind: Annotated[ChangeKind | None, Query(description="What is asked. ประเภท")] = None,
    holder_id: Annotated[UUID | None, Query(description="About whom. ผู้มีบัตร")] = None,
) -> Response:
    """A page of requests."""
    wanted = Wanted(district, status, kind, holder_id)
    return await call.query(lambda tx: queries.page(tx, wanted, call.principal.reach, page))


@router.get(
    "/change-requests/{request_id}",
    response_model=ChangeOut,
    **operation("Show a change request", "แสดงคำขอเปลี่ยนแปลงข้อมูล", "A request with its evidence and decision, masked.", CHANGES_READ),
)
async def show_change_request(call: Reading, request_id: UUID) -> Response:
    """One request."""
    return await call.query(lambda tx: queries.one(tx, request_id, call.principal.reach))


@router.get(
    "/change-requests/{request_id}/values",
    response_model=ValuesOut,
    **operation(
        "Show a change request's plain values",
        "แสดงค่าก่อนและหลังของคำขอแบบไม่ปิดบัง การเปิดดูทุกครั้งถูกบันทึก",
        "The values before and after in the clear. Every reading is audited.",
        PERSONAL_READ,
    ),
)
async def show_change_values(call: ReadingPersonal, request_id: UUID, purpose: Purpose) -> Response:
    """Plain values of one request."""
    caller = Caller.of(call.principal, call.correlation_id, purpose)
    return await call.audited(lambda tx: changes.read_values(tx, request_id, caller, call.principal.reach, call.resources.vault))


@router.post(
    "/change-requests/{request_id}/approval",
    response_model=ChangeOut,
    **operation(
        "Approve a change request",
        "อนุมัติคำขอและเปลี่ยนแปลงข้อมูลทันที ผู้อนุมัติต้องไม่ใช่ผู้เสนอและต้องรับผิดชอบพื้นที่ของผู้มีบัตร",
        "Another person than the proposer applies the change. Refused as `basis-changed`, and still open, where the record is no longer as the request found it.",
        CHANGES_APPROVE,
    ),
)
async def approve_change(call: Deciding, request_id: UUID, asked: ApprovalIn) -> Response:
    """Approve and apply."""

    async def use_case(tx: Tx) -> dict[str, Any] | None:
        await changes.approve(tx, request_id, _decider(call, asked, asked.on_version), call.resources.vault)
        return await queries.one(tx, request_id, Reach.country())

    return await call.command(use_case)


@router.post(
    "/change-requests/{request_id}/rejection",
    response_model=ChangeOut,
    **operation(
        "Reject a change request",
        "ไม่อนุมัติคำขอ",
        "The person stays as they are; the request and its decision stay on record.",
        CHANGES_APPROVE,
    ),
)
async def reject_change(call: Deciding, request_id: UUID, asked: DecisionIn) -> Response:
    """Reject."""

    async def use_case(tx: Tx) -> dict[str, Any] | None:
        await changes.reject(tx, request_id, _decider(call, asked))
        return await queries.one(tx, request_id, Reach.country())

    return await call.command(use_case)


@router.post(
    "/change-requests/{request_id}/withdrawal",
    response_model=ChangeOut,
    **operation(
        "Withdraw a change request", "ถอนคำขอของตนเองก่อนการพิจารณา", "Take your own request back before it is decided.", HOLDERS_WRITE
    ),
)
async def withdraw_change(call: Withdrawing, request_id: UUID, asked: DecisionIn) -> Response:
    """Withdraw."""

    async def use_case(tx: Tx) -> dict[str, Any] | None:
        await changes.withdraw(tx, request_id, _decider(call, asked))
        return await queries.one(tx, request_id, Reach.country())

    return await call.command(use_case)


def _decider(call: Call[RegistryResources], asked: DecisionIn, on_version: int | None = None) -> Decider:
    principal, now = call.principal, call.resources.clock.business_now()
    return Decider(principal.subject, now, asked.reason, principal.reach, principal.officer_id, call.if_match(), on_version)


def _values(asked: ChangeIn) -> dict[str, Any]:
    match asked.kind:
        case ChangeKind.MOVE | ChangeKind.NAME_CHANGE | ChangeKind.BANK_CHANGE:
            form = asked.home or asked.name or asked.account
            return form.model_dump(mode="json") if form else {}
        case ChangeKind.CARD_REPLACED:
            return {"card_no": asked.card_no}
        case ChangeKind.INCOME_CORRECTION:
            return {"income_2559_satang": asked.income_2559_satang}
        case ChangeKind.PROMPTPAY_CHANGE if asked.promptpay is not None:
            return {"promptpay": _promptpay(asked.promptpay)}
        case _:
            return {}


def _promptpay(asked: PromptpayIn) -> str | None:
    return OWN_CITIZEN_ID if asked.kind is PromptpayKind.CITIZEN_ID else asked.mobile
