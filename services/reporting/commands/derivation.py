"""The projections derived a second time, apart: their tables in a schema of their own, filled from the topics by the same handlers.

Every statement of the service names its tables without a schema, so on connections whose search path is that schema alone handlers, reports
and invariants work on the second tables and cannot touch the first. The schema's own `consumer_position` moves with what is taken in, so a
derivation that was cut off goes on where it was.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from services.reporting.tables import PROJECTIONS
from shared.bus.consumers import Consumers, Delivery, Work
from shared.bus.kafka import KafkaSettings
from shared.contracts import Event, InvalidEvent
from shared.db import Database, Tx

RECORDS_AT_ONCE_MAX: Final = 5000
WAIT_MS_MAX: Final = 200
CONNECTIONS_MAX: Final = 2

COPIED: Final = (*PROJECTIONS, "consumer_position", "parked", "inbox", "dead_letter")
"""The projections, and what of the floor their handlers and readers ask for. No outbox: whatever a handler would tell has been told."""

Ends = Mapping[TopicPartition, int]
"""Up to which offset each partition is read; this one is not."""


class EventsGone(Exception):
    """Topics no longer hold what was read of them: for each the first offset that is there, and the end."""

    def __init__(self, gone: list[dict[str, object]]) -> None:
        """Name them."""
        super().__init__(str(gone))
        self.gone = gone


def schema_of(job_id: UUID) -> str:
    """The name of a job's schema."""
    return f"derived_{job_id.hex}"


@asynccontextmanager
async def second_tables(database: Database, dsn: str, schema: str) -> AsyncIterator[Database]:
    """A database whose tables are the second ones, made where they are not there yet. They stay until `drop`."""
    async with database.transaction() as tx:
        await tx.execute("SELECT derivation_open($1, $2::text[])", schema, list(COPIED))
    derived = await Database.connect(dsn, name=f"sukjai.{schema}", connections_max=CONNECTIONS_MAX, schema=schema)
    try:
        yield derived
    finally:
        await derived.close()


async def drop(database: Database, schema: str) -> None:
    """Take the second tables away; nothing happens where there are none."""
    async with database.transaction() as tx:
        await tx.execute("SELECT derivation_drop($1)", schema)


async def replay(
    derived: Database,
    kafka: KafkaSettings,
    consumers: Consumers,
    ends: Ends,
    *,
    left_out: Collection[tuple[str, int, int]] = (),
    told: Callable[[int], Awaitable[None]],
) -> None:
    """Read the topics up to the ends into the second tables, but for the messages that are left out. `told` hears how many offsets are behind it.

    Raises EventsGone.
    """
    consumer = kafka.consumer(None)
    await consumer.start()
    try:
        await _refuse_gone(consumer, ends)
        starts = await _starts(derived)
        waiting = {tp: starts.get(tp, 0) for tp, end in ends.items() if starts.get(tp, 0) < end}
        await told(_behind(ends, waiting))
        if waiting:
            consumer.assign(list(waiting))
            for tp, start in waiting.items():
                consumer.seek(tp, start)
        while waiting:
            fetched = await consumer.getmany(*waiting, timeout_ms=WAIT_MS_MAX, max_records=RECORDS_AT_ONCE_MAX)
            moved = {tp: min(records[-1].offset + 1, ends[tp]) for tp, records in fetched.items()}
            async with derived.transaction() as tx:
                await _move(tx, moved)
                taken = [one for tp, records in fetched.items() for one in records if one.offset < ends[tp]]
                await Delivery(consumers, Work(tx, None)).deliver(_events(consumers, taken, left_out))
            waiting |= moved
            for tp in [tp for tp, at in waiting.items() if at >= ends[tp]]:
                consumer.pause(tp)
                del waiting[tp]
            if fetched:
                await told(_behind(ends, waiting))
    finally:
        await consumer.stop()
    async with derived.transaction() as tx:
        await tx.execute("SELECT public.derivation_analyze(current_schema())")


def _behind(ends: Ends, waiting: Mapping[TopicPartition, int]) -> int:
    return sum(waiting.get(tp, end) for tp, end in ends.items())


def _events(consumers: Consumers, records: list[ConsumerRecord], left_out: Collection[tuple[str, int, int]]) -> list[Event]:
    """What the records tell. One that nobody could read then is among those left out; who finds another has topics that were changed."""
    events = []
    for record in records:
        if (record.topic, record.partition, record.offset) in left_out:
            continue
        try:
            event = consumers.read(record.topic, record.value)
        except InvalidEvent as error:
            raise EventsGone([_gone(record.topic, record.partition, reason=str(error), begins=record.offset)]) from error
        if event is not None:
            events.append(event)
    return events


async def _refuse_gone(consumer: AIOKafkaConsumer, ends: Ends) -> None:
    there = await consumer.topics()
    wanted = [tp for tp, end in ends.items() if end > 0]
    gone = [_gone(tp.topic, tp.partition, reason="there is no such topic") for tp in wanted if tp.topic not in there]
    kept = [tp for tp in wanted if tp.topic in there]
    first, last = await consumer.beginning_offsets(kept), await consumer.end_offsets(kept)
    gone += [
        _gone(tp.topic, tp.partition, reason="the topic does not hold all that was read of it", begins=first[tp], ends=last[tp])
        for tp in kept
        if first[tp] > 0 or last[tp] < ends[tp]
    ]
    if gone:
        raise EventsGone(gone)


def _gone(topic: str, partition: int, **more: object) -> dict[str, object]:
    return {"topic": topic, "partition": partition, **more}


async def _starts(derived: Database) -> dict[TopicPartition, int]:
    async with derived.reading() as tx:
        rows = await tx.fetch("SELECT topic, partition, position FROM consumer_position")
    return {TopicPartition(row["topic"], row["partition"]): row["position"] for row in rows}


async def _move(tx: Tx, positions: Mapping[TopicPartition, int]) -> None:
    await tx.executemany(
        """INSERT INTO consumer_position (topic, partition, position) VALUES ($1, $2, $3)
           ON CONFLICT (topic, partition) DO UPDATE SET position = excluded.position""",
        [(tp.topic, tp.partition, at) for tp, at in sorted(positions.items())],
    )
