"""Finding people by citizen id or card number, and reading plain values. The numbers travel in bodies, never in addresses."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.registry.commands import look_ups
from services.registry.commands.look_ups import IdKind
from services.registry.http.scopes import HOLDERS_FIND, PERSONAL_READ
from services.registry.queries.views import masked_view, personal_view
from services.registry.repository.audit import Caller
from services.registry.resources import RegistryResources
from services.registry.schemas import HolderOut, LookUpIn, LookUpsIn, LookUpsOut, PersonalOut
from shared.db import Tx
from shared.errors import NotFound
from shared.http import Call, calling, operation

router = APIRouter(prefix="/v1/card-holders", tags=["card holders"])
Finding = Annotated[Call[RegistryResources], Depends(calling(HOLDERS_FIND))]
ReadingPersonal = Annotated[Call[RegistryResources], Depends(calling(PERSONAL_READ))]


@router.post(
    "/look-up",
    response_model=HolderOut,
    **operation(
        "Find a card holder",
        "ค้นหาผู้มีบัตรด้วยเลขประจำตัวประชาชนหรือหมายเลขบัตร การค้นหาทุกครั้งถูกบันทึก",
        "The card holder with this citizen id or card number, masked. Every look-up is audited, also one that finds nobody.",
        HOLDERS_FIND,
    ),
)
async def look_up_card_holder(call: Finding, asked: LookUpIn) -> Response:
    """Find one person."""
    kind, number = (IdKind.CITIZEN_ID, asked.citizen_id) if asked.citizen_id is not None else (IdKind.CARD_NO, asked.card_no)

    async def use_case(tx: Tx) -> dict[str, Any] | None:
        [row] = await look_ups.look_up(tx, kind, [number or ""], _caller(call), call.principal.reach, call.resources.vault)
        return None if row is None else masked_view(row, call.resources.vault)

    return await _audited(call, use_case)


@router.post(
    "/look-ups",
    response_model=LookUpsOut,
    **operation(
        "Find many card holders",
        "ค้นหาผู้มีบัตรหลายคนในคราวเดียว (ไม่เกิน 1,000 คน)",
        "The ids of the card holders with these citizen ids, up to 1,000 at once, in the order asked. Audited one by one.",
        HOLDERS_FIND,
    ),
)
async def look_up_card_holders(call: Finding, asked: LookUpsIn) -> Response:
    """Find many people."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        rows = await look_ups.look_up(tx, IdKind.CITIZEN_ID, asked.citizen_ids, _caller(call), call.principal.reach, call.resources.vault)
        return {"items": [{"holder_id": None if row is None else row["holder_id"]} for row in rows]}

    return await _audited(call, use_case)


@router.get(
    "/{holder_id}/personal",
    response_model=PersonalOut,
    **operation(
        "Show a card holder's plain values",
        "แสดงข้อมูลส่วนบุคคลแบบไม่ปิดบัง การเปิดดูทุกครั้งถูกบันทึก",
        "Citizen id, card, address, phone and account in the clear. Every reading is audited.",
        PERSONAL_READ,
    ),
)
async def show_personal(call: ReadingPersonal, holder_id: UUID) -> Response:
    """Plain values of one person."""

    async def use_case(tx: Tx) -> dict[str, Any] | None:
        row = await look_ups.read_personal(tx, holder_id, _caller(call), call.principal.reach)
        return None if row is None else personal_view(row, call.resources.vault)

    return await _audited(call, use_case)


def _caller(call: Call[RegistryResources]) -> Caller:
    return Caller(call.principal.subject, call.correlation_id)


async def _audited(call: Call[RegistryResources], use_case: Callable[[Tx], Awaitable[dict[str, Any] | None]]) -> Response:
    """Answer with what was found. Where nothing was, the audit is committed before the caller hears so."""
    found: list[bool] = []

    async def remembered(tx: Tx) -> dict[str, Any] | None:
        result = await use_case(tx)
        found.append(result is not None)
        return result

    # Without a key: a stored answer would let the same question pass without an audit.
    answer = await replace(call, idempotency_key=None).command(remembered)
    if not found[0]:
        raise NotFound
    return answer
