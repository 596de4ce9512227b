"""Offices that lists are given to: registered by one person, approved by another who compared the key's fingerprint."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.registry.commands import recipients as commands
from services.registry.commands.recipients import Decision
from services.registry.http.scopes import RECIPIENTS_APPROVE, RECIPIENTS_READ, RECIPIENTS_WRITE
from services.registry.queries import exports as queries
from services.registry.resources import RegistryResources
from services.registry.rules.exports import RecipientKind, RecipientStatus, unit_of
from services.registry.schemas.exports import DecisionIn, EndIn, RecipientIn, RecipientOut
from shared.audit import Caller
from shared.auth import require_country
from shared.db import Tx
from shared.errors import Invalid
from shared.http import Call, PageOf, PageParams, calling, operation

router = APIRouter(prefix="/v1/recipients", tags=["exports"])
Reading = Annotated[Call[RegistryResources], Depends(calling(RECIPIENTS_READ))]
Registering = Annotated[Call[RegistryResources], Depends(calling(RECIPIENTS_WRITE, idempotent=True))]
Revoking = Annotated[Call[RegistryResources], Depends(calling(RECIPIENTS_WRITE))]
Approving = Annotated[Call[RegistryResources], Depends(calling(RECIPIENTS_APPROVE))]


@router.post(
    "",
    response_model=RecipientOut,
    status_code=201,
    **operation(
        "Register a recipient's key",
        "ลงทะเบียนกุญแจสาธารณะของหน่วยงานผู้รับ ต้องให้ผู้อื่นอนุมัติก่อนจึงใช้ได้ (ขอบเขต: ทั้งประเทศ)",
        "Register the public key of an office, as it was sent by letter. It is used only after another person has approved it (reach: country).",
        RECIPIENTS_WRITE,
    ),
)
async def register_recipient(call: Registering, asked: RecipientIn) -> Response:
    """Register a key."""
    require_country(call.principal)
    unit = unit_of(asked.kind, asked.unit)
    if asked.valid_to is not None and asked.valid_to < asked.valid_from:
        raise Invalid.field("valid_to", "before_valid_from", "lies before valid_from", "อยู่ก่อน valid_from", f"≥ {asked.valid_from}")

    async def use_case(tx: Tx) -> dict[str, Any]:
        recipient_id = await commands.register(
            tx,
            unit,
            office=asked.office,
            key=asked.public_key,
            valid=(asked.valid_from, asked.valid_to),
            reason=asked.reason,
            who=caller(call, asked.reason),
            clock=call.resources.clock,
        )
        return await queries.recipient(tx, recipient_id, call.principal.reach)

    return await call.command(use_case, location=lambda view: f"/v1/recipients/{view['recipient_id']}")


@router.get(
    "",
    response_model=PageOf[RecipientOut],
    **operation("List recipients", "แสดงหน่วยงานผู้รับและกุญแจในขอบเขตของท่าน", "Registered keys of offices within your reach.", RECIPIENTS_READ),
)
async def list_recipients(
    call: Reading,
    page: PageParams,
    kind: Annotated[RecipientKind | None, Query(description="Kind of office. ประเภทหน่วยงาน")] = None,
    status: Annotated[RecipientStatus | None, Query(description="Status. สถานะ")] = None,
) -> Response:
    """Recipients by id."""
    return await call.query(lambda tx: queries.recipients_page(tx, call.principal.reach, page, kind=kind, status=status))


@router.get(
    "/{recipient_id}",
    response_model=RecipientOut,
    **operation("Show a recipient", "แสดงหน่วยงานผู้รับและลายนิ้วมือกุญแจ", "One registered key with its fingerprint.", RECIPIENTS_READ),
)
async def show_recipient(call: Reading, recipient_id: UUID) -> Response:
    """One recipient."""
    return await call.query(lambda tx: queries.recipient(tx, recipient_id, call.principal.reach))


@router.post(
    "/{recipient_id}/decision",
    response_model=RecipientOut,
    **operation(
        "Decide on a recipient's key",
        "พิจารณากุญแจของหน่วยงานผู้รับ ผู้อนุมัติต้องไม่ใช่ผู้ลงทะเบียนและต้องระบุลายนิ้วมือที่ผู้รับแจ้ง",
        "Take a registered key into use, or not. Another person than the registrant, who names the fingerprint as the office told it. "
        "The office's earlier keys give way from its first valid day.",
        RECIPIENTS_APPROVE,
    ),
)
async def decide_recipient(call: Approving, recipient_id: UUID, asked: DecisionIn) -> Response:
    """Approve or reject a key."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        await commands.decide(
            tx,
            recipient_id,
            decision(call, asked),
            who=caller(call, asked.reason),
            reach=call.principal.reach,
            clock=call.resources.clock,
        )
        return await queries.recipient(tx, recipient_id, call.principal.reach)

    return await call.command(use_case)


@router.post(
    "/{recipient_id}/revocation",
    response_model=RecipientOut,
    **operation(
        "Revoke a recipient's key",
        "เพิกถอนกุญแจของหน่วยงานผู้รับ รายการที่ยังไม่ได้จัดทำด้วยกุญแจนี้จะไม่ถูกจัดทำ",
        "Take a key out of use at once, as when it was lost. Nothing is encrypted to it from now on; files made before stay until revoked themselves.",
        RECIPIENTS_WRITE,
    ),
)
async def revoke_recipient(call: Revoking, recipient_id: UUID, asked: EndIn) -> Response:
    """Revoke a key."""
    require_country(call.principal)

    async def use_case(tx: Tx) -> dict[str, Any]:
        await commands.revoke(
            tx,
            recipient_id,
            reason=asked.reason,
            expected_version=call.if_match(),
            who=caller(call, asked.reason),
            reach=call.principal.reach,
            clock=call.resources.clock,
        )
        return await queries.recipient(tx, recipient_id, call.principal.reach)

    return await call.command(use_case)


def caller(call: Call[RegistryResources], purpose: str) -> Caller:
    """Who calls, for the audit."""
    return Caller.of(call.principal, call.correlation_id, purpose)


def decision(call: Call[RegistryResources], asked: DecisionIn) -> Decision:
    """What was decided, of the version that the caller read."""
    return Decision(asked.approved, asked.reason, asked.key_fingerprint, call.if_match())
