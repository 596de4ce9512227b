"""Where and when programmes are given. An agency changes its own at any time: คอต. approves what is given to whom, not the day of a class."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Final
from uuid import UUID

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
from shared.errors import FieldProblem, Invalid, NotFound

_NAMES: Final = tuple(one.name for one in fields(Offering))


@dataclass(frozen=True, slots=True)
class Content:
    """What a version of an offering says; see Offering."""

    province: str
    district: str | None
    place: str
    starts_on: date
    ends_on: date
    apply_until: date
    hours: int | None
    seats: int
    cost_baht: int
    kit: str | None
    kit_value_baht: int
    stipend_baht_a_day: int
    course_code: str | None
    active: bool


async def add_offerings(tx: Tx, new: Sequence[Offering], because: Because) -> int:
    """Add those that are not there, and publish them; returns how many. Their programmes are in the catalogue."""
    added = await offerings.add_offerings(tx, new, because)
    owners = await catalogue.owners(tx, {one.programme_code for one in added})
    await outbox.add_many(tx, [_event(one, owners[one.programme_code], because) for one in added])
    return len(added)


async def add_offering(tx: Tx, offering_id: UUID, programme_code: str, content: Content, reach: Reach, because: Because) -> Offering:
    """Offer a programme once more. Raises NotFound for another agency's programme, Invalid for one that is in no catalogue."""
    owner = (await catalogue.owners(tx, [programme_code])).get(programme_code)
    if owner is None:
        raise Invalid.field("programme_code", "unknown_programme", "is not in the catalogue", "ไม่มีในรายการโครงการ", "GET /v1/programmes")
    require_agency(reach, owner.agency)
    _require_days(content)
    offering = Offering(offering_id=offering_id, programme_code=programme_code, version=1, synthetic=False, **asdict(content))
    await add_offerings(tx, [offering], because)
    return offering


async def change_offering(tx: Tx, offering_id: UUID, content: Content, expected_version: int, reach: Reach, because: Because) -> Offering:
    """Write the next version; lines that hold a seat keep it, and more seats go to who waits. Its programme stays.

    Raises NotFound, OfferingChangedSince, SeatsTaken, Invalid.
    """
    before = await offerings.lock_offering(tx, offering_id)
    if before is None:
        raise NotFound
    owner = (await catalogue.owners(tx, [before.programme_code]))[before.programme_code]
    require_agency(reach, owner.agency)
    if before.version != expected_version:
        raise errors.OfferingChangedSince(offering_id=offering_id, present_version=before.version)
    _require_days(content)
    after = replace(before, version=before.version + 1, **asdict(content))
    if not await offerings.replace_offering(tx, after, because):
        taken = await offerings.seats_taken(tx, offering_id)
        raise errors.SeatsTaken(f"seats: {taken} are taken", f"seats: มีผู้ได้รับแล้ว {taken} ที่", taken=taken, allowed=f"≥ {taken}")
    seated = await seat_waiting(tx, offering_id, because)
    await outbox.add_many(tx, [_event(after, owner, because), *seated])
    return after


def _require_days(content: Content) -> None:
    problems = [*_problems_of_days(content)]
    if problems:
        raise Invalid.of(*problems)


def _problems_of_days(content: Content) -> Iterator[FieldProblem]:
    if content.ends_on < content.starts_on:
        yield FieldProblem("ends_on", "before_start", "is before starts_on", "อยู่ก่อนวันเริ่ม", f"≥ {content.starts_on}")
    if content.apply_until > content.ends_on:
        yield FieldProblem("apply_until", "after_end", "is after ends_on", "อยู่หลังวันสิ้นสุด", f"≤ {content.ends_on}")


def _event(offering: Offering, owner: ProgrammeOwner, because: Because) -> Event:
    facts = {name: getattr(offering, name) for name in _NAMES}
    data = OfferingChanged(**facts, dimension=owner.dimension, agency=owner.agency)
    return Event.of(data, subject=offering.offering_id, time=because.at, identity=(offering.version,))
