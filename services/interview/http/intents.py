"""Stating and withdrawing the wish to develop."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.interview.commands.count_refused import count_refused
from services.interview.commands.state_wish import declare_intent
from services.interview.commands.withdraw_wish import withdraw_wish
from services.interview.http.calls import InterviewCall, act_of
from services.interview.queries.cases import show_intent as intent_row
from services.interview.schemas.intents import IntentIn, SlipOut, WithdrawalIn
from shared.db import ReadTx, Tx
from shared.errors import DomainError
from shared.http import calling, operation
from shared.ids import same_id

router = APIRouter(tags=["intents"])


@router.post(
    "/v1/intents",
    status_code=201,
    response_model=SlipOut,
    responses={200: {"model": SlipOut, "description": "The first slip again: the person has stated the wish before. คืนหางตั๋วฉบับแรก"}},
    **operation(
        "State the wish to develop",
        "บันทึกแบบแจ้งความประสงค์ (แนบ 2) แล้วออกหางตั๋ว หากเคยแจ้งแล้วจะคืนหางตั๋วฉบับแรก แบบที่บันทึกล่าช้าเกินกำหนดหรือหลังปิดยอดประจำวันให้บันทึกที่"
        " /v1/late-forms ผู้ที่ไม่อยู่ในทะเบียนถูกปฏิเสธและนับไว้โดยไม่เก็บข้อมูลส่วนบุคคล",
        "Record the intent form (annex 2) and return the slip. Who has stated the wish before gets the first slip again (200). A form"
        " entered too late, or after its place closed the day, is entered at `/v1/late-forms`; a wish of June or later waits for คอจ. Who is not"
        " in the registry is refused with what to tell them, and counted without anything personal.",
        "interview.intents:write",
    ),
)
async def state_intent(
    body: IntentIn, call: Annotated[InterviewCall, Depends(calling("interview.intents:write", idempotent=True))]
) -> Response:
    """State the wish."""
    found_by, value = body.person(call.resources.lookup)
    wish = body.wish()
    request_id = same_id("refused-intake", call.principal.subject, call.idempotency_key or "")

    async def use_case(tx: Tx) -> SlipOut:
        slip = await declare_intent(tx, act_of(call), found_by, value, wish, call.resources.fields)
        return SlipOut.of(slip.intent, repeated=slip.repeated)

    async def refused(tx: Tx, why: DomainError) -> None:
        await count_refused(tx, act_of(call), why, wish.place_id, request_id)

    return await call.command(
        use_case,
        status=lambda slip: 200 if slip.repeated else 201,
        location=lambda slip: f"/v1/intents/{slip.intent_id}",
        refused=refused,
    )


@router.get(
    "/v1/intents/{intent_id}",
    response_model=SlipOut,
    **operation("Show a wish", "แสดงหางตั๋ว", "The slip of a stated wish.", "interview.intents:read"),
)
async def show_intent(intent_id: UUID, call: Annotated[InterviewCall, Depends(calling("interview.intents:read"))]) -> Response:
    """Show a wish."""

    async def read(tx: ReadTx) -> SlipOut | None:
        row = await intent_row(tx, call.principal.reach, intent_id)
        return None if row is None else SlipOut.of_row(row)

    return await call.query(read)


@router.post(
    "/v1/intents/{intent_id}/withdrawal",
    response_model=SlipOut,
    **operation(
        "Withdraw the wish", "บันทึกการถอนความประสงค์", "Withdraw the wish; the allowance stops by policy.", "interview.intents:write"
    ),
)
async def withdraw_intent(
    intent_id: UUID, body: WithdrawalIn, call: Annotated[InterviewCall, Depends(calling("interview.intents:write", idempotent=True))]
) -> Response:
    """Withdraw the wish."""

    async def use_case(tx: Tx) -> SlipOut:
        return SlipOut.of(await withdraw_wish(tx, act_of(call), intent_id, body.withdrawn_on, body.reason))

    return await call.command(use_case)
