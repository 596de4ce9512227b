"""The queue of a meeting place."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.interview.commands.queueing import call_next, end_ticket, take_ticket
from services.interview.domain import TicketStatus
from services.interview.http.calls import InterviewCall, act_of
from services.interview.queries.place_days import show_queue
from services.interview.repository.place_days import Ticket
from services.interview.schemas.place_days import CallIn, QueueOut, TicketOut
from shared.db import ReadTx, Tx
from shared.http import calling, operation

READ = "interview.queues:read"
WRITE = "interview.queues:write"

router = APIRouter(tags=["places"])
Reader = Annotated[InterviewCall, Depends(calling(READ))]
Writer = Annotated[InterviewCall, Depends(calling(WRITE, idempotent=True))]


@router.post(
    "/v1/meeting-places/{place_id}/tickets",
    status_code=201,
    response_model=TicketOut,
    **operation(
        "Take a number",
        "ออกบัตรคิวหมายเลขถัดไปของวันนี้ ณ จุดรับแจ้ง ไม่ต้องระบุตัวบุคคล",
        "The next number of today at a place. Nobody is named; the slip that is recorded with the ticket is linked to it.",
        WRITE,
    ),
)
async def take_a_number(place_id: UUID, call: Writer) -> Response:
    """Take a number."""

    async def use_case(tx: Tx) -> Ticket:
        return await take_ticket(tx, act_of(call), place_id)

    return await call.command(use_case)


@router.post(
    "/v1/meeting-places/{place_id}/calls",
    response_model=TicketOut,
    **operation(
        "Call the next number",
        "เรียกหมายเลขถัดไปมาที่ช่องบริการ สองช่องที่เรียกพร้อมกันจะไม่ได้หมายเลขเดียวกัน",
        "Call the lowest number that waits to a counter. Two counters that call at once never get the same one.",
        WRITE,
    ),
)
async def call_next_number(place_id: UUID, body: CallIn, call: Writer) -> Response:
    """Call the next number."""

    async def use_case(tx: Tx) -> Ticket:
        return await call_next(tx, act_of(call), place_id, body.counter)

    return await call.command(use_case)


@router.post(
    "/v1/tickets/{ticket_id}/service",
    response_model=TicketOut,
    **operation(
        "End a ticket without a slip",
        "สิ้นสุดบัตรคิวโดยไม่มีหางตั๋ว เช่น มาสอบถาม หรือไม่อยู่ในทะเบียน",
        "The person was served without a slip: only asked, or could state no wish. With a slip the ticket ends by itself (`ticket_id` of the wish).",
        WRITE,
    ),
)
async def serve_without_slip(ticket_id: UUID, call: Writer) -> Response:
    """End a ticket without a slip."""
    return await call.command(lambda tx: end_ticket(tx, act_of(call), ticket_id, TicketStatus.SERVED))


@router.post(
    "/v1/tickets/{ticket_id}/departure",
    response_model=TicketOut,
    **operation(
        "Record that a person left the queue",
        "บันทึกว่าผู้ถือบัตรคิวกลับไปก่อนหรือไม่มาตามเรียก",
        "The person went before being served, or did not come when called.",
        WRITE,
    ),
)
async def leave_queue(ticket_id: UUID, call: Writer) -> Response:
    """Record that a person left the queue."""
    return await call.command(lambda tx: end_ticket(tx, act_of(call), ticket_id, TicketStatus.LEFT))


@router.get(
    "/v1/meeting-places/{place_id}/queue",
    response_model=QueueOut,
    **operation(
        "Show the queue of a place",
        "แสดงคิวของจุดรับแจ้ง: กำลังเรียก รออยู่ เสร็จแล้ว รายชั่วโมง และเวลารอเฉลี่ย",
        "Which numbers are at the counters, how many wait, were served (also by the hour) and left, and how long they waited.",
        READ,
    ),
)
async def show_place_queue(
    place_id: UUID, call: Reader, day: Annotated[date | None, Query(description="Today where left out. วันที่ (ไม่ระบุ = วันนี้)")] = None
) -> Response:
    """Show the queue of a place."""
    on = day or call.resources.clock.business_today()

    async def read(tx: ReadTx) -> QueueOut | None:
        found = await show_queue(tx, call.principal.reach, place_id, on)
        return None if found is None else QueueOut.model_validate(found)

    return await call.query(read)
