"""Seats of offerings that lines of plans have, or wait for in the order in which they asked: none is taken twice (a guarded UPDATE, and a CHECK behind it).

All of it holds the offerings' rows first, by their ids: so of one offering no two transactions seat, wait or give up at once, and the events
of each line are in order although a seat is given to lines of plans that are not locked.
"""

from uuid import UUID

from services.plan.changes import Changes, SeatReturn, SeatWish
from services.plan.domain import Because, SeatHold
from services.plan.repository import offerings, places
from services.plan.repository.places import Place
from shared.clock import on_day
from shared.contracts import Event
from shared.contracts.plan import SeatFact, SeatGivenUp, SeatTaken, SeatWaitingBegun
from shared.db import Tx


async def settle_places(tx: Tx, changes: Changes) -> None:
    """Give back what lines give up, seat who waits first, then seat or list who asks; each with its event among the changes."""
    if not (changes.seat_wishes or changes.seat_returns):
        return
    plan_ids = {one.plan_id for one in changes.seat_returns}
    wanted = {wish.offering_id for wish in changes.seat_wishes}
    await offerings.lock_seats(tx, {place.offering_id for place in await places.of_plans(tx, plan_ids)} | wanted)
    freed: dict[UUID, Because] = {}
    had = await places.of_plans(tx, plan_ids)
    for given_up in changes.seat_returns:
        for place in [one for one in had if _is_of(given_up, one)]:
            had.remove(place)
            changes.events.append(await _give_up(tx, place, given_up))
            if place.seated:
                freed[place.offering_id] = given_up.because
    for offering_id in sorted(freed):
        changes.events.extend(await seat_waiting(tx, offering_id, freed[offering_id]))
    for wish in changes.seat_wishes:
        changes.events.append(await _ask(tx, wish))


async def seat_waiting(tx: Tx, offering_id: UUID, because: Because) -> list[Event]:
    """Seat who waits for the offering, whose seats are locked, in their order while it has a free one; returns the events.

    Nobody is seated in what has begun after its last day for applications, or is not offered any more.
    """
    today, offering = on_day(because.at), (await offerings.offerings(tx, [offering_id]))[offering_id]
    if not offering.active or today > max(offering.apply_until, offering.starts_on):
        return []
    events = []
    while (first := await places.first_waiting(tx, offering_id)) is not None:
        if not await offerings.take_seat(tx, _hold(first), because.at):
            break
        await places.leave(tx, first, at=because.at, reason=None)
        events.append(_event(SeatTaken(**_line(first), taken_on=on_day(because.at), waited=True), because))
    return events


def _is_of(given_up: SeatReturn, place: Place) -> bool:
    return place.plan_id == given_up.plan_id and given_up.line_no in {None, place.line_no}


async def _give_up(tx: Tx, place: Place, given_up: SeatReturn) -> Event:
    because = given_up.because
    if place.seated:
        await offerings.free_seat(tx, _hold(place))
    else:
        await places.leave(tx, place, at=because.at, reason=given_up.reason)
    fact = SeatGivenUp(**_line(place), given_up_on=on_day(because.at), had_seat=place.seated, reason=given_up.reason)
    return _event(fact, because)


async def _ask(tx: Tx, wish: SeatWish) -> Event:
    """Nobody is seated before who waits."""
    place = Place(wish.plan_id, wish.line_no, wish.holder_id, wish.offering_id, wish.programme_code, seated=False)
    nobody_waits = await places.first_waiting(tx, wish.offering_id) is None
    if nobody_waits and await offerings.take_seat(tx, _hold(place), wish.because.at):
        fact: SeatFact = SeatTaken(**_line(place), taken_on=on_day(wish.because.at), waited=False)
    else:
        number = await places.wait(tx, place, at=wish.because.at)
        fact = SeatWaitingBegun(**_line(place), since=on_day(wish.because.at), place=number)
    return _event(fact, wish.because)


def _hold(place: Place) -> SeatHold:
    return SeatHold(place.offering_id, place.plan_id, place.line_no)


def _line(place: Place) -> dict[str, object]:
    return {
        "holder_id": place.holder_id,
        "plan_id": place.plan_id,
        "line_no": place.line_no,
        "offering_id": place.offering_id,
        "programme_code": place.programme_code,
    }


def _event(fact: SeatFact, because: Because) -> Event:
    return Event.of(fact, subject=fact.holder_id, time=because.at, correlation_id=because.correlation_id, causation_id=because.causation_id)
