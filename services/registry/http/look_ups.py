"""Finding people by citizen id or card number, and reading plain values. The numbers travel in bodies, never in addresses."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from services.registry.commands import look_ups
from services.registry.commands.look_ups import PURPOSE_CHARACTERS_MAX, IdKind
from services.registry.http.scopes import CONTACTS_READ, HOLDERS_FIND, HOLDERS_READ, PERSONAL_READ
from services.registry.queries.views import contact_view, masked_view, personal_view, village_view
from services.registry.resources import RegistryResources
from services.registry.schemas.card_holders import ContactOut, HolderOut, NamesOut, PersonalOut
from services.registry.schemas.look_ups import FoundOut, LookUpIn, LookUpsIn, LookUpsOut, NamesListOut, PersonsIn, VillageOut, VillagesOut
from services.registry.vault import Vault
from shared.audit import Caller
from shared.db import Tx
from shared.http import Call, calling, operation

router = APIRouter(prefix="/v1/card-holders", tags=["card holders"])
Finding = Annotated[Call[RegistryResources], Depends(calling(HOLDERS_FIND))]
Reading = Annotated[Call[RegistryResources], Depends(calling(HOLDERS_READ))]
ReadingPersonal = Annotated[Call[RegistryResources], Depends(calling(PERSONAL_READ))]
View = Callable[[Any, Vault], dict[str, Any]]
Purpose = Annotated[
    str,
    Query(
        min_length=3,
        max_length=PURPOSE_CHARACTERS_MAX,
        description="What the values are needed for; it is on record for the person. วัตถุประสงค์ที่ขอดูข้อมูล",
        examples=["สัมภาษณ์ที่บ้าน"],
    ),
]


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
        [row] = await look_ups.look_up(tx, kind, [number or ""], shown=tuple(HolderOut.model_fields), **_by(call, asked.purpose))
        return None if row is None else masked_view(row, call.resources.vault)

    return await call.audited(use_case)


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
        shown = tuple(FoundOut.model_fields)
        rows = await look_ups.look_up(tx, IdKind.CITIZEN_ID, asked.citizen_ids, shown=shown, **_by(call, asked.purpose))
        return {"items": [{"holder_id": None if row is None else row["holder_id"]} for row in rows]}

    return await call.audited(use_case)


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
async def show_personal(call: ReadingPersonal, holder_id: UUID, purpose: Purpose) -> Response:
    """Plain values of one person."""
    return await _shown(call, holder_id, purpose, PersonalOut, personal_view)


@router.get(
    "/{holder_id}/names",
    response_model=NamesOut,
    **operation(
        "Show a card holder's name for print",
        "แสดงชื่อและเลขแบบปิดบังสำหรับพิมพ์เอกสาร การเปิดดูทุกครั้งถูกบันทึกพร้อมวัตถุประสงค์",
        "Name and masked numbers, for a paper that another service prints with your token. Every reading is audited with its purpose.",
        HOLDERS_READ,
    ),
)
async def show_names(call: Reading, holder_id: UUID, purpose: Purpose) -> Response:
    """The name of one person, for a paper."""
    return await _shown(call, holder_id, purpose, NamesOut, masked_view)


@router.get(
    "/{holder_id}/contact",
    response_model=ContactOut,
    **operation(
        "Show how to reach a card holder",
        "แสดงชื่อ โทรศัพท์ และที่อยู่ หน่วยงานเห็นเฉพาะผู้ที่ถูกส่งต่อมายังตนขณะนี้และยินยอมให้เปิดเผยต่อหน่วยงาน ทุกครั้งถูกบันทึก",
        "Name, phone and address. An agency sees who is referred to it now and consents to share with agencies, and nobody else."
        " Every reading is audited with its purpose.",
        CONTACTS_READ,
    ),
)
async def show_contact(
    call: Annotated[Call[RegistryResources], Depends(calling(CONTACTS_READ))], holder_id: UUID, purpose: Purpose
) -> Response:
    """How to reach one person."""
    return await _shown(call, holder_id, purpose, ContactOut, contact_view, read=look_ups.read_contact)


@router.post(
    "/names",
    response_model=NamesListOut,
    **operation(
        "Show many card holders' names",
        "แสดงชื่อและเลขแบบปิดบังของผู้มีบัตรหลายคนในคราวเดียว (ไม่เกิน 1,000 คน) เช่น สำหรับชุดข้อมูลของอุปกรณ์ภาคสนาม ทุกคนที่ขอดูถูกบันทึกพร้อมวัตถุประสงค์",
        "As the name of one, for up to 1,000: for lists that another program shows with your token, as a field device does. Each of them is"
        " audited with the purpose; who is out of your reach is left out.",
        HOLDERS_READ,
    ),
)
async def show_many_names(call: Reading, asked: PersonsIn) -> Response:
    """The names of many."""
    return await _many_shown(call, asked, NamesOut, masked_view)


@router.post(
    "/villages",
    response_model=VillagesOut,
    **operation(
        "Show many card holders' villages",
        "แสดงหมู่ที่ของผู้มีบัตรหลายคนในคราวเดียว (ไม่เกิน 1,000 คน) เพื่อเรียงลำดับการไปหา ไม่มีชื่อและบ้านเลขที่ ทุกคนที่ขอดูถูกบันทึกพร้อมวัตถุประสงค์",
        "The village number (moo) of up to 1,000, without name and house: for the order of a round of visits. Each of them is audited with the"
        " purpose; who is out of your reach is left out.",
        HOLDERS_READ,
    ),
)
async def show_many_villages(call: Reading, asked: PersonsIn) -> Response:
    """The villages of many."""
    return await _many_shown(call, asked, VillageOut, village_view)


async def _many_shown(call: Call[RegistryResources], asked: PersonsIn, model: type[BaseModel], view: View) -> Response:
    """Many people as the model has them, in the order asked; that each was read, and what for, is on record."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        caller = Caller.of(call.principal, call.correlation_id, asked.purpose)
        ids = list(dict.fromkeys(asked.holder_ids))
        found = await look_ups.read_many(tx, ids, shown=tuple(model.model_fields), caller=caller, reach=call.principal.reach)
        return {"items": [view(found[holder_id], call.resources.vault) for holder_id in ids if holder_id in found]}

    return await call.audited(use_case)


async def _shown(
    call: Call[RegistryResources],
    holder_id: UUID,
    purpose: str,
    model: type[BaseModel],
    view: View,
    *,
    read: Callable[..., Awaitable[Any | None]] = look_ups.read_personal,
) -> Response:
    """One person as the model has them; that it was read, and what for, is on record."""

    async def use_case(tx: Tx) -> dict[str, Any] | None:
        caller = Caller.of(call.principal, call.correlation_id, purpose)
        row = await read(tx, holder_id, shown=tuple(model.model_fields), caller=caller, reach=call.principal.reach)
        return None if row is None else view(row, call.resources.vault)

    return await call.audited(use_case)


def _by(call: Call[RegistryResources], purpose: str) -> dict[str, Any]:
    caller = Caller.of(call.principal, call.correlation_id, purpose)
    return {"caller": caller, "reach": call.principal.reach, "vault": call.resources.vault}
