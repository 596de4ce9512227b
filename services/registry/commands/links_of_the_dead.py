"""What a death ends besides: the place in a household, and acting for somebody or by somebody."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.registry.commands.tell_households import tell_households
from services.registry.repository import households, representatives
from shared.db import Tx


async def end_links(tx: Tx, holder_ids: Sequence[UUID], *, who: str, at: datetime) -> None:
    """End them for locked holders whose death is recorded in this transaction; set-based, so that many may die at once."""
    await tell_households(tx, await households.end_of_the_dead(tx, holder_ids, who=who, at=at), at)
    await representatives.end_of_the_dead(tx, holder_ids, who=who)
