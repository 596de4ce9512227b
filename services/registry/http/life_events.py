"""Moves, which apply at once, and deaths, which are proposed."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.registry.commands import life_events
from services.registry.commands.changes import Asked
from services.registry.commands.life_events import Said
from services.registry.domain import Move
from services.registry.http.changes import ask
from services.registry.http.scopes import HOLDERS_WRITE
from services.registry.queries import holders
from services.registry.repository.changes import Evidence
from services.registry.resources import RegistryResources
from services.registry.rules.changes import ChangeKind
from services.registry.schemas.card_holders import HolderOut
from services.registry.schemas.changes import ChangeOut
from services.registry.schemas.life_events import DeathIn, MoveIn
from shared.db import Tx
from shared.http import Call, calling, operation

router = APIRouter(prefix="/v1/card-holders/{holder_id}", tags=["life events"])
Writing = Annotated[Call[RegistryResources], Depends(calling(HOLDERS_WRITE, idempotent=True))]


@router.post(
    "/moves",
    response_model=HolderOut,
    status_code=201,
    **operation(
        "Record a move",
        "บันทึกการย้ายที่อยู่ ส่ง If-Match เพื่อป้องกันการแก้ไขทับกัน",
        "The person lives elsewhere now; the case follows. An older move than the recorded one, or one of a dead person, is refused.",
        HOLDERS_WRITE,
    ),
)
async def record_move(call: Writing, holder_id: UUID, asked: MoveIn) -> Response:
    """Move a card holder."""
    move = Move(asked.moved_on, asked.subdistrict, asked.house_no, asked.moo, asked.road, asked.postcode)

    async def use_case(tx: Tx) -> dict[str, Any]:
        await life_events.record_move(tx, holder_id, move, _said(call, asked.reason), call.resources.vault)
        return await _state(tx, call, holder_id)

    return await call.command(use_case)


@router.post(
    "/death",
    response_model=ChangeOut,
    status_code=202,
    **operation(
        "Report a death",
        "แจ้งการเสียชีวิต มีผลเมื่อผู้อื่นที่รับผิดชอบพื้นที่อนุมัติคำขอ",
        "Proposes the death with its evidence. It stops an allowance, so another person approves it: see change requests.",
        HOLDERS_WRITE,
    ),
)
async def report_death(call: Writing, holder_id: UUID, asked: DeathIn) -> Response:
    """Propose the death of a card holder."""
    return await ask(call, holder_id, Asked(ChangeKind.DEATH, asked.deceased_on, {}, Evidence("", asked.evidence)))


def _said(call: Call[RegistryResources], why: str) -> Said:
    return Said(call.principal.subject, call.resources.clock.business_now(), why, call.principal.reach, call.if_match())


async def _state(tx: Tx, call: Call[RegistryResources], holder_id: UUID) -> dict[str, Any]:
    # A move may take the person out of the caller's area; the answer is still theirs.
    return await holders.anywhere(tx, holder_id, call.resources.vault)
