"""Events with their data's own type, for the commands of the projections."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from shared.contracts import Event, EventData

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
