"""Events with their data's own type, for the commands of the projections."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from services.reporting import repository
from services.reporting.repository import Projection
from shared.contracts import Event, EventData
from shared.contracts.interview import CaseFact
from shared.contracts.plan import PlanFact, WorkFact
from shared.db import Tx

D = TypeVar("D", bound=EventData)


def facts(events: Sequence[Event], kind: type[D]) -> Iterator[tuple[Event, D]]:
    """Each event with its data. Raises TypeError when an event is of another kind: it was given to the wrong command."""
    for event in events:
        if not isinstance(event.data, kind):
            raise TypeError(f"{event.type} is no {kind.__name__}")
        yield event, event.data


def columns(data: EventData, *names: str) -> dict[str, Any]:
    """The named fields of the data, for columns of the same names."""
    return {name: getattr(data, name) for name in names}


async def keep_about(
    kind: type[CaseFact | PlanFact | WorkFact], tx: Tx, projection: Projection, rows: Sequence[dict[str, Any]], events: Sequence[Event]
) -> None:
    """Keep what facts of this kind tell, and that their persons are there."""
    holders = [fact.holder_id for _, fact in facts(events, kind)]
    await repository.touch(tx, holders)
    await repository.keep(tx, projection, rows)
    if rows and "holder_id" not in rows[0]:
        await repository.note_changed(tx, projection, holders)
