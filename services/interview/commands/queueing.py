"""The queue of a meeting place: a number is taken, called to a counter, served or left."""

from typing import Final
from uuid import UUID

from services.interview.commands.act import Act
from services.interview.domain import TicketStatus
from services.interview.errors.places import NobodyWaits, PlaceDayClosed, PlaceNotOpen, TicketEnded
from services.interview.repository import place_days
from services.interview.repository.place_days import PlaceDay, Ticket
from shared.db import Tx
from shared.errors import NotFound
from shared.ids import new_id

_OPEN: Final = frozenset({TicketStatus.WAITING, TicketStatus.SERVING})


async def take_ticket(tx: Tx, act: Act, place_id: UUID) -> Ticket:
    """The next number of today. Raises NotFound, PlaceNotOpen, PlaceDayClosed."""
    return await place_days.add_ticket(tx, await _today(tx, act, place_id), new_id(), act.at)


async def call_next(tx: Tx, act: Act, place_id: UUID, counter: str) -> Ticket:
    """The lowest number that waits, for this counter alone. Raises NotFound, PlaceNotOpen, PlaceDayClosed, NobodyWaits."""
    await _today(tx, act, place_id)
    ticket = await place_days.call_next(tx, place_id, act.today, counter, act.at)
    if ticket is None:
        raise NobodyWaits(place_id=place_id, day=act.today)
    return ticket


async def end_ticket(tx: Tx, act: Act, ticket_id: UUID, status: TicketStatus) -> Ticket:
    """SERVED without a slip (only asked, or was refused), or LEFT. Raises NotFound, TicketEnded."""
    ticket = await place_days.lock_ticket(tx, ticket_id)
    if ticket is None or not await place_days.within(tx, act.caller.reach, ticket.place_id):
        raise NotFound
    _check_open(ticket)
    return await place_days.end_ticket(tx, ticket_id, status, act.at)


async def serve_with_slip(tx: Tx, act: Act, ticket_id: UUID, place_id: UUID | None, intent_id: UUID) -> None:
    """The ticket of this place ends with the slip; once ended with the same slip it stays so. Raises TicketEnded."""
    ticket = await place_days.lock_ticket(tx, ticket_id)
    if ticket is None or ticket.place_id != place_id:
        raise TicketEnded("No ticket of this place has this id", "ไม่พบบัตรคิวนี้ของจุดรับแจ้งนี้", ticket_id=ticket_id)
    if ticket.intent_id == intent_id:
        return
    _check_open(ticket)
    await place_days.end_ticket(tx, ticket_id, TicketStatus.SERVED, act.at, intent_id)


def _check_open(ticket: Ticket) -> None:
    if ticket.status not in _OPEN:
        raise TicketEnded(ticket_id=ticket.ticket_id, number=ticket.number, status=ticket.status)


async def _today(tx: Tx, act: Act, place_id: UUID) -> PlaceDay:
    if not await place_days.within(tx, act.caller.reach, place_id):
        raise NotFound
    day = await place_days.hold(tx, place_id, act.today)
    if day is None:
        raise NotFound
    check_announced(day)
    if day.closed:
        raise PlaceDayClosed(
            "This place has closed the day", "จุดรับแจ้งนี้ปิดยอดประจำวันแล้ว", place_id=place_id, day=day.day, version=day.version
        )
    return day


def check_announced(day: PlaceDay) -> None:
    """Raises PlaceNotOpen for a day on which the place was not announced to be open."""
    if not day.opens_on <= day.day <= day.closes_on:
        raise PlaceNotOpen(place_id=day.place_id, day=day.day, opens_on=day.opens_on, closes_on=day.closes_on)
