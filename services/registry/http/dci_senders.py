"""Registering the systems that may ask by the DCI API."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from services.registry.commands.dci.senders import change_sender, register_sender
from services.registry.http.scopes import DCI_SENDERS_READ, DCI_SENDERS_WRITE
from services.registry.repository.dci import senders
from services.registry.repository.dci.senders import Sender
from services.registry.resources import RegistryResources
from services.registry.schemas.dci_senders import SENDER_ID, NewSenderIn, SenderIn, SenderOut
from shared.auth import require_country
from shared.clock import system_now
from shared.db import ReadTx, Tx
from shared.http import Call, PageOf, PageParams, calling, operation
from shared.service.calling_back import addresses_of

router = APIRouter(prefix="/v1/dci-senders", tags=["dci senders"])
Reading = Annotated[Call[RegistryResources], Depends(calling(DCI_SENDERS_READ))]
Registering = Annotated[Call[RegistryResources], Depends(calling(DCI_SENDERS_WRITE, idempotent=True))]
Changing = Annotated[Call[RegistryResources], Depends(calling(DCI_SENDERS_WRITE, needs_if_match=True))]
SenderId = Annotated[str, Path(pattern=SENDER_ID, max_length=99, examples=["spmis.example.org"])]


@router.get(
    "",
    response_model=PageOf[SenderOut],
    **operation("List DCI senders", "แสดงผู้ส่งตามมาตรฐาน DCI", "The systems that may ask by the DCI API (reach: country).", DCI_SENDERS_READ),
)
async def list_dci_senders(call: Reading, page: PageParams) -> Response:
    """List senders."""
    require_country(call.principal)
    after = page.after(str)

    async def read(tx: ReadTx) -> PageOf[SenderOut]:
        rows = await senders.page(tx, None if after is None else after[0], page.limit + 1)
        shown, cursor = page.cut(rows, lambda sender: (sender.sender_id,))
        return PageOf(items=[SenderOut.model_validate(one) for one in shown], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/{sender_id}",
    response_model=SenderOut,
    **operation("Show a DCI sender", "แสดงทะเบียนของผู้ส่ง", "One registration (reach: country).", DCI_SENDERS_READ),
)
async def show_dci_sender(call: Reading, sender_id: SenderId) -> Response:
    """Show a sender."""
    require_country(call.principal)
    return await call.query(lambda tx: senders.one(tx, sender_id))


@router.post(
    "",
    response_model=SenderOut,
    status_code=201,
    **operation(
        "Register a DCI sender",
        "ลงทะเบียนระบบที่ค้นหาตามมาตรฐาน DCI ได้",
        "A system that may ask by the DCI API: whose tokens, which keys, about whom, for what, and where it is answered (reach: country).",
        DCI_SENDERS_WRITE,
    ),
)
async def register_dci_sender(call: Registering, asked: NewSenderIn) -> Response:
    """Register a sender."""
    require_country(call.principal)
    sender = _sender(call, asked.sender_id, asked)

    async def use_case(tx: Tx) -> Sender:
        return await register_sender(tx, sender, addresses_of(call.resources.settings))

    return await call.command(use_case, location=lambda made: f"/v1/dci-senders/{made.sender_id}")


@router.put(
    "/{sender_id}",
    response_model=SenderOut,
    **operation(
        "Change a DCI sender",
        "แก้ไขหรือระงับทะเบียนของผู้ส่ง",
        "Replace the registration. From then on its old keys, callbacks and purposes are worth nothing, also for what waits (reach: country).",
        DCI_SENDERS_WRITE,
    ),
)
async def change_dci_sender(call: Changing, sender_id: SenderId, asked: SenderIn) -> Response:
    """Change a sender."""
    require_country(call.principal)
    sender, version = _sender(call, sender_id, asked), call.version_to_change()

    async def use_case(tx: Tx) -> Sender:
        return await change_sender(tx, sender, addresses_of(call.resources.settings), version)

    return await call.command(use_case)


def _sender(call: Call[RegistryResources], sender_id: str, asked: SenderIn) -> Sender:
    return Sender(
        sender_id=sender_id,
        client=asked.client,
        organisation=asked.organisation,
        jwks=asked.jwks_out(),
        jwks_url=asked.jwks_url,
        callback_base=asked.callback_base,
        endpoints={},
        reach=asked.to_reach(),
        reg_types=tuple(asked.reg_types),
        purposes=tuple(asked.purposes),
        plain=asked.plain,
        basis=asked.basis,
        status=asked.status,
        version=0,
        changed_by=call.principal.subject,
        changed_at=system_now(),
    )
