"""P4: how long after an event its effect in the next service can be seen, at a steady rate, against a bare round trip."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import asyncpg

from shared.clock import monotonic, noon
from shared.contracts import Event
from shared.contracts.common import Approach, Channel, Dimension
from shared.contracts.interview import CASES, Answer, InterviewCompleted
from shared.ids import new_id
from tests.bench import stages
from tests.bench.lines import Line, percentile
from tests.bench.world import Pair, World

A_SECOND: Final = 20
EVENTS_MAX: Final = 300
LOOK_EVERY_SECONDS: Final = 0.003
WAIT_SECONDS_MAX: Final = 60.0
BARE_TOPIC: Final = "bench.round-trip"

Watch = Callable[["Latencies"], Coroutine[Any, Any, None]]
"""Notes what has come, until nothing is waited for."""


@dataclass
class Latencies:
    """When each key was sent, and how many milliseconds later it was seen."""

    expected: int
    sent: dict[str, float] = field(default_factory=dict)
    ms: list[float] = field(default_factory=list)
    watched: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once the watch has looked for the first time: only then is anything sent."""

    def seen(self, key: str) -> None:
        """It is there."""
        if key in self.sent:
            self.ms.append((monotonic() - self.sent.pop(key)) * 1000)

    @property
    def complete(self) -> bool:
        return len(self.ms) == self.expected


async def measure(world: World) -> AsyncIterator[Line]:
    """Wishes to entitlements, interviews to recommendations: the middle and the slowest hundredth."""
    country: stages.Imported = await world.once(stages.imported)
    known: stages.People = await world.once(stages.people)
    await world.once(stages.entitled)
    plan = await world.service("plan")
    await plan.caught_up()
    await world.play(stages.WISH_DAY)
    count = min(EVENTS_MAX, len(known.others) // 4)
    people = known.others[:count]
    wishes = [stages.wish_of(person, country.policy_version) for person in people]
    interviews = [_interview_of(person) for person in people]
    await world.new_topics([BARE_TOPIC])
    bare = await _at_steady_rate(world, BARE_TOPIC, wishes, arrivals(world, BARE_TOPIC))
    to_entitlement = await _at_steady_rate(world, CASES, wishes, rows(await world.sql("payments"), "entitlement"))
    to_recommendation = await _at_steady_rate(world, CASES, interviews, rows(await world.sql("plan"), "plan"))
    for what, latencies in (("IntentDeclared to entitlement", to_entitlement), ("InterviewCompleted to recommendation", to_recommendation)):
        for percent in (50, 99):
            yield Line.of(
                "P4",
                f"{what} visible, p{percent} at {A_SECOND}/s, against a bare round trip through Kafka",
                world.scale,
                percentile(latencies, percent),
                "ms",
                percentile(bare, percent),
            )


async def _at_steady_rate(world: World, topic: str, pairs: Sequence[Pair], watch: Watch) -> list[float]:
    """Send one message after the other at the rate, whatever becomes of them; returns the milliseconds until each was seen."""
    latencies = Latencies(len(pairs))
    producer = world.kafka.producer()
    await producer.start()
    watching = asyncio.create_task(watch(latencies))
    try:
        await asyncio.wait_for(latencies.watched.wait(), WAIT_SECONDS_MAX)
        began = monotonic()
        for number, (key, value) in enumerate(pairs):
            await asyncio.sleep(max(began + number / A_SECOND - monotonic(), 0))
            latencies.sent[key.decode()] = monotonic()
            await producer.send(topic, key=key, value=value)
        await asyncio.wait_for(watching, WAIT_SECONDS_MAX)
    finally:
        watching.cancel()
        await producer.stop()
    return latencies.ms


def arrivals(world: World, topic: str) -> Watch:
    """Sees what a bare consumer of the topic is given."""

    async def watch(latencies: Latencies) -> None:
        consumer = world.kafka.consumer(None)
        consumer.subscribe([topic])
        await consumer.start()
        try:
            while not latencies.complete:
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    for record in records:
                        latencies.seen(record.key.decode())
                if consumer.assignment():
                    latencies.watched.set()
        finally:
            await consumer.stop()

    return watch


def rows(connection: asyncpg.Connection, table: str, condition: str = "true") -> Watch:
    """Sees the holders who have a row in the table that fits the condition."""

    async def watch(latencies: Latencies) -> None:
        while not latencies.complete:
            found = await connection.fetch(
                f"SELECT holder_id FROM {table} WHERE holder_id = ANY($1::uuid[]) AND {condition}", list(latencies.sent)
            )
            for row in found:
                latencies.seen(str(row["holder_id"]))
            latencies.watched.set()
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    return watch


def _interview_of(person: stages.Person) -> Pair:
    """InterviewCompleted of who wishes to develop and has not chosen yet."""
    data = InterviewCompleted(
        holder_id=person.holder_id,
        case_id=new_id(),
        interview_id=new_id(),
        interviewed_on=stages.WISH_DAY,
        channel=Channel.WALK_IN,
        officer_id=new_id(),
        co_interviewer_id=None,
        answer=Answer.DEVELOP,
        approach=Approach.SECOND_OCCUPATION,
        problems=(Dimension.D1, Dimension.D2),
        occupation="6111",
        income_now_baht=24_000,
        district=person.subdistrict[:4],
        subdistrict=person.subdistrict,
        wishes=(Dimension.D2,),
    )
    event = Event.of(data, subject=person.holder_id, time=noon(stages.WISH_DAY))
    return event.subject.encode(), event.to_bytes()
