"""What plan tells of seats that were given out."""

from collections.abc import Sequence

from services.reporting import repository
from services.reporting.commands.facts import columns, facts
from shared.contracts import Event
from shared.contracts.plan import UnmetNeedPublished
from shared.db import Tx


async def record_unmet_needs(tx: Tx, events: Sequence[Event]) -> None:
    """Keep what the newest allocation of each district and month left unmet."""
    rows = [
        {"programmes": [need.model_dump(mode="json") for need in one.programmes], **columns(one, "district", "month", "number")}
        for _, one in facts(events, UnmetNeedPublished)
    ]
    await repository.keep(tx, repository.UNMET_NEED, rows)
