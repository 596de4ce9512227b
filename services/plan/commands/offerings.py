"""Where and when programmes are given. An agency changes its own at any time: คอต. approves what is given to whom, not the day of a class."""

from collections.abc import Sequence
from dataclasses import fields

from services.plan import errors
from services.plan.commands.places import seat_waiting
from services.plan.commands.reach import require_agency
from services.plan.domain import Because, Offering
from services.plan.repository import catalogue, offerings
from services.plan.repository.catalogue import ProgrammeOwner
from shared.auth import Reach
from shared.bus import outbox
from shared.contracts import Event
from shared.contracts.plan import OfferingChanged
from shared.db import Tx
from shared.errors import Invalid, NotFound

_OF_ITSELF = tuple(one.name for one in fields(Offering))


async def add_offerings(tx: Tx, new: Sequence[Offering], because: Because) -> int:
    """Add those that are not there, and publish them; returns how many. Their programmes are in the catalogue."""
    added = await offerings.add_offerings(tx, new, because)
    owners = await catalogue.owners(tx, {one.programme_code for one in added})
    await outbox.add_many(tx, [_event(one, owners[one.programme_code], because) for one in added])
    return len(added)


async def add_offering(tx: Tx, offering: Offering, reach: Reach, because: Because) -> Offering:
    """Offer a programme once more. Raises NotFound for another agency's programme, Invalid for one that is in no catalogue."""
    owner = (await catalogue.owners(tx, [offering.programme_code])).get(offering.programme_code)
    if owner is None:
        raise Invalid.field("programme_code", "unknown_programme", "is not in the catalogue", "ไม่มีในรายการโครงการ", "GET /v1/programmes")
    require_agency(reach, owner.agency)
    await add_offerings(tx, [offering], because)
    return offering


async def change_offering(tx: Tx, offering: Offering, expected_version: int, reach: Reach, because: Because) -> Offering:
    """Write the next version of the offering; lines that hold a seat of it keep it, and more seats go to who waits. Its programme stays.

    Raises NotFound, OfferingChangedSince, SeatsTaken.
    """
    before = await offerings.lock_offering(tx, offering.offering_id)
    if before is None:
        raise NotFound
    owner = (await catalogue.owners(tx, [before.programme_code]))[before.programme_code]
    require_agency(reach, owner.agency)
    if before.version != expected_version:
        raise errors.OfferingChangedSince(offering_id=before.offering_id, present_version=before.version)
    if not await offerings.replace_offering(tx, offering, because):
        taken = await offerings.seats_taken(tx, offering.offering_id)
        raise errors.SeatsTaken(f"seats: {taken} are taken", f"seats: มีผู้ได้รับแล้ว {taken} ที่", taken=taken, allowed=f"≥ {taken}")
    seated = await seat_waiting(tx, offering.offering_id, because)
    await outbox.add_many(tx, [_event(offering, owner, because), *seated])
    return offering


def _event(offering: Offering, owner: ProgrammeOwner, because: Because) -> Event:
    facts = {name: getattr(offering, name) for name in _OF_ITSELF}
    data = OfferingChanged(**facts, dimension=owner.dimension, agency=owner.agency)
    return Event.of(data, subject=offering.offering_id, time=because.at, identity=(offering.version,))
