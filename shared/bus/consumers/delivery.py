"""Brings events to their handlers inside one transaction: claims, parks, applies, unparks."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from prometheus_client import Counter

from shared import tracing
from shared.bus.consumers.subscriptions import Consumers, Early, Work
from shared.contracts import Event, parse

_consumed = Counter("sukjai_consumed_total", "Events handled", ["service", "type"])


def in_rounds(events: Iterable[Event]) -> list[list[Event]]:
    """Group events by type into as few calls as keep each key's own order."""
    rounds: list[list[Event]] = []
    last_of_key: dict[str, int] = {}
    rounds_of_type: dict[str, list[int]] = defaultdict(list)
    for event in events:
        earliest = last_of_key.get(event.subject, 0)
        number = next((n for n in rounds_of_type[event.type] if n >= earliest), None)
        if number is None:
            number = len(rounds)
            rounds.append([])
            rounds_of_type[event.type].append(number)
        rounds[number].append(event)
        last_of_key[event.subject] = number
    return rounds


@dataclass
class Delivery:
    """Brings events to their handlers inside one transaction: claims, parks, applies, unparks."""

    consumers: Consumers
    work: Work

    async def deliver(self, events: Sequence[Event]) -> None:
        """Apply the events that are new, and the parked ones that they set free."""
        fresh = await self._park_followers(await self._claim(events))
        brought = await self._handle(fresh)
        while brought:
            brought = await self._handle(await self._unpark(brought))

    async def _claim(self, events: Sequence[Event]) -> list[Event]:
        wanted = [event.id for event in events if self.consumers.subscription(event.type).claims]
        if not wanted:
            return list(events)
        rows = await self.work.tx.fetch(
            "INSERT INTO inbox (event_id) SELECT DISTINCT unnest($1::uuid[]) ON CONFLICT DO NOTHING RETURNING event_id", wanted
        )
        won = {row["event_id"] for row in rows}
        taken: list[Event] = []
        for event in events:
            if not self.consumers.subscription(event.type).claims:
                taken.append(event)
            elif event.id in won:
                won.discard(event.id)
                taken.append(event)
        return taken

    async def _park_followers(self, events: list[Event]) -> list[Event]:
        """Events behind a parked one of the same topic and key are parked too, so that order holds."""
        if not events:
            return events
        rows = await self.work.tx.fetch(
            "SELECT DISTINCT ON (topic, key) topic, key, waits_for FROM parked WHERE key = ANY($1::text[]) ORDER BY topic, key, seq",
            list({event.subject for event in events}),
        )
        if not rows:
            return events
        blocked = {(row["topic"], row["key"]): row["waits_for"] for row in rows}
        followers = [Early(event, blocked[event.topic, event.subject]) for event in events if (event.topic, event.subject) in blocked]
        await self._park(followers)
        return [event for event in events if (event.topic, event.subject) not in blocked]

    async def _handle(self, events: Sequence[Event]) -> set[str]:
        """Call the handlers; returns what the applied events brought (`kind:id`)."""
        brought: set[str] = set()
        blocked: dict[tuple[str, str], str] = {}
        for one_type in in_rounds(events):
            subscription = self.consumers.subscription(one_type[0].type)
            ready = [event for event in one_type if (event.topic, event.subject) not in blocked]
            await self._park(
                [Early(event, blocked[event.topic, event.subject]) for event in one_type if (event.topic, event.subject) in blocked]
            )
            if not ready:
                continue
            tracing.correlation_id.set(ready[0].correlation_id if len(ready) == 1 else "")
            tracing.causation_id.set(str(ready[0].id) if len(ready) == 1 else "")
            early = list(await subscription.handler(self.work, ready) or ())
            await self._park(early)
            blocked |= {(one.event.topic, one.event.subject): one.waits_for for one in early}
            held = {one.event.id for one in early}
            applied = [event for event in ready if event.id not in held]
            _consumed.labels(self.consumers.service, one_type[0].type).inc(len(applied))
            if subscription.provides is not None:
                for event in applied:
                    brought.update(subscription.provides(event))
        return brought

    async def _park(self, early: Sequence[Early]) -> None:
        await self.work.tx.executemany(
            "INSERT INTO parked (topic, key, waits_for, event_id, value) VALUES ($1, $2, $3, $4, $5)",
            [(one.event.topic, one.event.subject, one.waits_for, one.event.id, one.event.to_bytes()) for one in early],
        )

    async def _unpark(self, brought: set[str]) -> list[Event]:
        """Take out every parked event of the keys whose first one waited for something that is here now."""
        rows = await self.work.tx.fetch(
            """DELETE FROM parked WHERE (topic, key) IN (SELECT topic, key FROM parked WHERE waits_for = ANY($1::text[]))
               RETURNING seq, topic, value""",
            sorted(brought),
        )
        return [parse(row["value"], topic=row["topic"]) for row in sorted(rows, key=lambda row: row["seq"])]
