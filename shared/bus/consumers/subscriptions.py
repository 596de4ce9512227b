"""Which handler takes which events, from which topics; and what a handler can say back."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.contracts import EVENT_TYPES, Event, EventData
from shared.contracts.common import party_in, topics_of
from shared.contracts.envelope import envelope_of, read
from shared.db import Tx


class RejectedEvent(Exception):
    """A handler cannot ever accept this event; it goes to the dead letters with the reason."""

    def __init__(self, event: Event, reason: str) -> None:
        """Name the event and why."""
        super().__init__(f"{event.type} {event.id}: {reason}")
        self.event, self.reason = event, reason


@dataclass(frozen=True)
class Early:
    """An event whose neighbour is not here yet; it waits for `waits_for` (`kind:id`)."""

    event: Event
    waits_for: str


@dataclass(frozen=True)
class Work:
    """What a handler works with: the batch's transaction and the service's resources."""

    tx: Tx
    resources: Any


Handler = Callable[[Work, list[Event]], Awaitable[Sequence[Early] | None]]
Provides = Callable[[Event], Iterable[str]]


@dataclass(frozen=True)
class _Subscription:
    handler: Handler
    provides: Provides | None
    claims: bool


@dataclass
class Consumers:
    """A service's subscriptions: which handler takes which event types, from which topics."""

    service: str
    _by_type: dict[str, _Subscription] = field(default_factory=dict)
    _topics: set[str] = field(default_factory=set)
    _of_parties: set[str] = field(default_factory=set)

    def on(
        self, *models: type[EventData], topic: str | None = None, provides: Provides | None = None, natural_key: bool = False
    ) -> Callable[[Handler], Handler]:
        """Subscribe the decorated handler to the models' topic (or the one named).

        `provides` names what each event brings (`kind:id`), so that parked events waiting for it are applied.
        With `natural_key` no ids are claimed: the handler promises that an event twice or shuffled across keys changes
        nothing, and a test replays it.
        """

        def enter(handler: Handler) -> Handler:
            for model in models:
                if model.type in self._by_type:
                    raise TypeError(f"{self.service} has two handlers for {model.type}")
                self._by_type[model.type] = _Subscription(handler, provides, claims=not natural_key)
                name = topic or model.topic
                self._topics.update(topics_of(name))
                if party_in(name) is not None:
                    self._of_parties.update(topics_of(name))
            return handler

        return enter

    @property
    def topics(self) -> frozenset[str]:
        """Topics to read."""
        return frozenset(self._topics)

    @property
    def types(self) -> frozenset[str]:
        """Event types that have a handler."""
        return frozenset(self._by_type)

    def is_of_a_party(self, topic: str) -> bool:
        """Whether a party outside writes the topic, each on its own."""
        return topic in self._of_parties

    def subscription(self, event_type: str) -> _Subscription:
        """The subscription of a type that is known to be handled."""
        return self._by_type[event_type]

    def read(self, topic: str, value: bytes | None) -> Event | None:
        """Parse a message; None when its type is one that this service does not take. Raises InvalidEvent."""
        body = envelope_of(value)
        event_type = str(body.get("type"))
        if event_type in EVENT_TYPES and event_type not in self._by_type:
            return None
        return read(body, topic=topic)
