"""Counting who came and could state no wish: where, when and why, and not who."""

from typing import Final
from uuid import UUID

from services.interview.commands.act import Act
from services.interview.errors import HolderDeceased, HolderErased, HolderMerged, NotInRegistry
from services.interview.repository import place_days, staff
from shared.auth import Level
from shared.db import Tx
from shared.errors import DomainError

COUNTED: Final = (NotInRegistry, HolderDeceased, HolderErased, HolderMerged)
"""What refuses a person, and not a form."""


async def count_refused(tx: Tx, act: Act, why: DomainError, place_id: UUID | None, request_id: UUID) -> None:
    """Count the refusal at the place, where it is one of the caller's, today; what is not about the person counts nothing."""
    if not isinstance(why, COUNTED):
        return
    place = await staff.place(tx, place_id) if place_id is not None and await place_days.within(tx, act.caller.reach, place_id) else None
    own = act.caller.reach.code if act.caller.reach.level is Level.DISTRICT else None
    row = {
        "request_id": request_id,
        "district": place.district if place else own,
        "place_id": place.place_id if place else None,
        "day": act.today,
        "reason": why.slug,
    }
    await place_days.add_refused(tx, row)
