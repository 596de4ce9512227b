"""Who may act for a person."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.registry.commands import representatives as commands
from services.registry.commands.life_events import Said
from services.registry.http.scopes import REPRESENTATIVES_READ, REPRESENTATIVES_WRITE
from services.registry.queries.representatives import view
from services.registry.repository import representatives
from services.registry.resources import RegistryResources
from services.registry.schemas.representatives import (
    AppointmentIn,
    MayActIn,
    MayActOut,
    RepresentativeOut,
    RepresentativesOut,
    RevocationIn,
)
from shared.audit import Caller
from shared.db import Tx
from shared.http import Call, calling, operation

router = APIRouter(prefix="/v1/card-holders/{holder_id}", tags=["representatives"])
Reading = Annotated[Call[RegistryResources], Depends(calling(REPRESENTATIVES_READ))]
Writing = Annotated[Call[RegistryResources], Depends(calling(REPRESENTATIVES_WRITE, idempotent=True))]


@router.post(
    "/representatives",
    response_model=RepresentativeOut,
    status_code=201,
    **operation(
        "Name who may act for a person",
        "บันทึกผู้แทนโดยชอบธรรม ผู้อนุบาล หรือผู้รับมอบอำนาจ พร้อมเอกสารและวันสิ้นสุด",
        "A guardian (of a minor, until the day before the twentieth birthday; or by order of a court) or a proxy, who needs an end date.",
        REPRESENTATIVES_WRITE,
    ),
)
async def appoint_representative(call: Writing, holder_id: UUID, asked: AppointmentIn) -> Response:
    """A guardian or proxy."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        representative_id = await commands.appoint(tx, holder_id, asked.appointment(), _said(call, ""), call.resources.vault)
        return view(await representatives.lock(tx, holder_id, representative_id), call.resources.vault, named=False)

    return await call.command(use_case)


@router.get(
    "/representatives",
    response_model=RepresentativesOut,
    **operation(
        "List who may act for a person",
        "แสดงผู้แทนและผู้รับมอบอำนาจ ณ วันที่ระบุ การเรียกดูถูกบันทึก",
        "Who may act on a day; without a day all there are, also those that ended. Each reading is audited.",
        REPRESENTATIVES_READ,
    ),
)
async def list_representatives(
    call: Reading, holder_id: UUID, on: Annotated[date | None, Query(description="Only those in force on the day. ณ วันที่")] = None
) -> Response:
    """Guardians and proxies."""
    caller = Caller.of(call.principal, call.correlation_id, "who may act")

    async def use_case(tx: Tx) -> dict[str, Any] | None:
        rows = await commands.read(tx, holder_id, on, caller=caller, reach=call.principal.reach)
        return None if rows is None else {"items": [view(row, call.resources.vault, named=True) for row in rows]}

    return await call.audited(use_case)


@router.post(
    "/representatives/question",
    response_model=MayActOut,
    **operation(
        "May somebody act for a person?",
        "ถามว่าบุคคลหนึ่งกระทำการแทนผู้มีบัตรเพื่อวัตถุประสงค์ที่ระบุในวันที่ระบุได้หรือไม่ คำถามทุกครั้งถูกบันทึก",
        "Yes or no for one purpose and one day, and by which paper. Every question is audited.",
        REPRESENTATIVES_READ,
    ),
)
async def ask_may_act(call: Reading, holder_id: UUID, asked: MayActIn) -> Response:
    """The question."""
    caller = Caller.of(call.principal, call.correlation_id, "may act")
    agent = asked.holder_id or asked.citizen_id or ""
    on = asked.on or call.resources.clock.business_today()

    async def use_case(tx: Tx) -> dict[str, Any] | None:
        reach, vault = call.principal.reach, call.resources.vault
        found = await commands.may_act(tx, holder_id, agent, asked.purpose, on, caller=caller, reach=reach, vault=vault)
        if found is None:
            return None
        by = {name: found.by and found.by[name] for name in ("representative_id", "kind", "until_on")}
        return {"holder_id": holder_id, "may_act": found.may_act, **by}

    return await call.audited(use_case)


@router.post(
    "/representatives/{representative_id}/revocation",
    response_model=RepresentativeOut,
    **operation(
        "Revoke a representation",
        "ยกเลิกการเป็นผู้แทนหรือการมอบอำนาจ",
        "From the day on nobody acts by it. What has ended already is refused.",
        REPRESENTATIVES_WRITE,
    ),
)
async def revoke_representative(call: Writing, holder_id: UUID, representative_id: UUID, asked: RevocationIn) -> Response:
    """The end of it."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        row = await commands.revoke(tx, holder_id, representative_id, asked.revoked_on, _said(call, asked.reason))
        return view(row, call.resources.vault, named=False)

    return await call.command(use_case)


def _said(call: Call[RegistryResources], why: str) -> Said:
    return Said(call.principal.subject, call.resources.clock.business_now(), why, call.principal.reach, call.if_match())
