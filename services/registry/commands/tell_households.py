"""Others hear who lives with whom, by ids alone."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from services.registry.repository import households
from shared.bus import outbox
from shared.contracts import Event
from shared.contracts.registry import HouseholdChanged
from shared.db import Tx


async def tell_households(tx: Tx, household_ids: Iterable[UUID], at: datetime) -> None:
    """Publish locked households as they are now."""
    told = [HouseholdChanged(**row) for row in await households.states(tx, household_ids)]
    await outbox.add_many(tx, [Event.of(one, subject=one.household_id, time=at, identity=(one.version,)) for one in told])
