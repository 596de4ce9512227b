"""Consuming is a claim, and the position is ours."""

import asyncio
import contextlib
import random

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaTimeoutError

from shared.bus import dead_letters
from shared.bus.consumers import ConsumerRunner, Consumers, DeadLetterFlood, Delivery, Early, RejectedEvent, Work, in_rounds
from shared.contracts import interview
from shared.ids import new_id
from tests.shared.conftest import withdrawal


def recording(line, *, early=None, reject=None, busy=None, provides=None):
    """A service that writes each reason into its table."""
    consumers = Consumers("bus")

    @consumers.on(interview.IntentWithdrawn, topic=line.topic, provides=provides)
    async def on_withdrawn(work, events):
        if busy is not None and busy():
            raise asyncpg.InterfaceError("the database is away")
        for event in events:
            if reject and reject(event):
                raise RejectedEvent(event, "never")
        waiting = [Early(event, early(event)) for event in events if early and early(event)]
        held = {one.event.id for one in waiting}
        await work.tx.executemany(
            "INSERT INTO seen (holder, reason) VALUES ($1, $2)",
            [(event.subject, event.data.reason) for event in events if event.id not in held],
        )
        return waiting

    return consumers


async def produce(line, *values, key=b"k"):
    producer = AIOKafkaProducer(bootstrap_servers=line.kafka.bootstrap_servers)
    await producer.start()
    for value in values:
        message, name = value if isinstance(value, tuple) else (value, key)
        await producer.send_and_wait(line.topic, message, key=name)
    await producer.stop()


def as_message(event):
    return event.to_bytes(), event.subject.encode()


@contextlib.asynccontextmanager
async def consuming(line, consumers, group="bus"):
    runner = ConsumerRunner(consumers, line.database, line.kafka, None, group=f"{group}.{line.topic}")
    task = asyncio.create_task(runner.run())
    try:
        yield runner, task
    finally:
        task.cancel()
        with contextlib.suppress(BaseException):
            await task


async def seen(line, count, task=None):
    async with asyncio.timeout(60):
        while await line.database.pool.fetchval("SELECT count(*) FROM seen") < count:
            if task is not None and task.done():
                task.result()
            await asyncio.sleep(0.02)
    return [row["reason"] for row in await line.database.pool.fetch("SELECT reason FROM seen ORDER BY n")]


async def test_an_event_delivered_twice_is_taken_once(line):
    events = [withdrawal(topic=line.topic, reason=str(n)) for n in range(30)]
    await produce(line, *[as_message(event) for event in [*events, *events]])
    last = withdrawal(topic=line.topic, reason="last")
    async with consuming(line, recording(line)) as (runner, task):
        await seen(line, 30, task)
        await produce(line, as_message(last))
        reasons = await seen(line, 31, task)
        assert await runner.lag() == 0
        assert await runner.caught_up()
    assert sorted(reasons) == sorted([*(str(n) for n in range(30)), "last"])


async def test_a_consumer_killed_in_a_batch_leaves_nothing_half_done_and_goes_on_at_the_stored_position(line):
    events = [withdrawal(topic=line.topic, reason=str(n)) for n in range(200)]
    await produce(line, *[as_message(event) for event in events])
    consumers = Consumers("bus")

    @consumers.on(interview.IntentWithdrawn, topic=line.topic)
    async def on_withdrawn(work, batch):
        await work.tx.executemany("INSERT INTO seen (holder, reason) VALUES ($1, $2)", [(e.subject, e.data.reason) for e in batch])
        raise RuntimeError("a bug, after the writes")

    async with consuming(line, consumers) as (_, task):
        with pytest.raises(RuntimeError, match="a bug"):
            await asyncio.wait_for(task, 60)
    assert await line.database.pool.fetchval("SELECT count(*) FROM seen") == 0
    assert await line.database.pool.fetchval("SELECT count(*) FROM inbox") == 0
    async with consuming(line, recording(line)) as (_, task):
        assert sorted(await seen(line, 200, task)) == sorted(str(n) for n in range(200))


async def test_a_database_restored_to_an_earlier_day_reads_on_from_where_it_was(line):
    """The position is in the database: what came after the backup is read again, though Kafka's own offset is ahead."""
    await produce(line, *[as_message(withdrawal(topic=line.topic, reason=str(n))) for n in range(20)])
    async with consuming(line, recording(line)) as (_, task):
        await seen(line, 20, task)
    backup = await line.database.pool.fetch("SELECT topic, partition, position FROM consumer_position")
    await produce(line, *[as_message(withdrawal(topic=line.topic, reason=f"late {n}")) for n in range(10)])
    async with consuming(line, recording(line)) as (runner, task):
        await seen(line, 30, task)
        await runner._commit_for_lag_figures()
    async with line.database.pool.acquire() as connection, connection.transaction():
        await connection.execute("DELETE FROM seen WHERE reason LIKE 'late%'")
        await connection.execute("DELETE FROM inbox")
        await connection.executemany(
            "UPDATE consumer_position SET position = $3 WHERE topic = $1 AND partition = $2", [tuple(row.values()) for row in backup]
        )
    async with consuming(line, recording(line)) as (_, task):
        reasons = await seen(line, 30, task)
    assert sorted(reasons) == sorted([*(str(n) for n in range(20)), *(f"late {n}" for n in range(10))])


async def test_a_second_consumer_that_took_the_partitions_fences_the_first(line):
    await produce(line, *[as_message(withdrawal(topic=line.topic, reason=str(n))) for n in range(10)])
    async with consuming(line, recording(line), group="one") as (_, first), consuming(line, recording(line), group="two") as (_, second):
        # Two groups both get every record, as two consumers do that both believe they own the partitions.
        await seen(line, 10, first)
        await produce(line, *[as_message(withdrawal(topic=line.topic, reason=f"more {n}")) for n in range(10)])
        reasons = await seen(line, 20, first)
        await asyncio.sleep(0.5)
        assert not first.done()
        assert not second.done()
    assert len(reasons) == len(set(reasons)) == 20


async def test_an_early_event_and_all_later_ones_of_its_key_wait_until_the_neighbour_is_here(line):
    here = set()
    consumers = recording(
        line,
        early=lambda event: None if event.data.reason == "neighbour" or "holder:1" in here else "holder:1",
        provides=lambda event: ["holder:1"] if event.data.reason == "neighbour" else [],
    )
    person = new_id()
    early = [withdrawal(person, topic=line.topic, reason=str(n)) for n in range(3)]
    async with line.database.transaction() as tx:
        await Delivery(consumers, Work(tx, None)).deliver(early[:2])
    async with line.database.transaction() as tx:
        await Delivery(consumers, Work(tx, None)).deliver(early[2:])
    assert await line.database.pool.fetchval("SELECT count(*) FROM parked") == 3
    assert await line.database.pool.fetchval("SELECT count(*) FROM seen") == 0
    here.add("holder:1")
    async with line.database.transaction() as tx:
        await Delivery(consumers, Work(tx, None)).deliver([withdrawal(topic=line.topic, reason="neighbour")])
    assert await seen(line, 4) == ["neighbour", "0", "1", "2"]
    assert await line.database.pool.fetchval("SELECT count(*) FROM parked") == 0


async def test_bad_bytes_and_refused_events_are_dead_letters_and_the_good_ones_go_on(line):
    good, refused = withdrawal(topic=line.topic, reason="good"), withdrawal(topic=line.topic, reason="refused")
    await produce(line, b"\xff\x00not json", as_message(good), b'{"specversion": "1.0"}', as_message(refused))
    async with consuming(line, recording(line, reject=lambda event: event.data.reason == "refused")) as (_, task):
        assert await seen(line, 1, task) == ["good"]
        async with asyncio.timeout(30):
            while await line.database.pool.fetchval("SELECT count(*) FROM dead_letter") < 3:
                await asyncio.sleep(0.02)
    async with line.database.reading() as tx:
        letters = await dead_letters.listed(tx)
    reasons = [letter.reason for letter in letters]
    assert any("not JSON" in reason for reason in reasons)
    assert any("envelope lacks id" in reason for reason in reasons)
    assert "never" in reasons
    assert await line.database.pool.fetchval("SELECT count(*) FROM outbox WHERE topic = 'dead-letters.bus.v1'") == 3

    refused_letter = next(letter for letter in letters if letter.reason == "never")
    async with line.database.transaction() as tx:
        await dead_letters.replay(tx, refused_letter.id, recording(line), None)
    assert await seen(line, 2) == ["good", "refused"]
    async with line.database.transaction() as tx:
        with pytest.raises(dead_letters.NotFound):
            await dead_letters.replay(tx, refused_letter.id, recording(line), None)  # once only


async def test_a_flood_of_bad_messages_stops_the_consumer(line):
    await produce(line, *[b"bad"] * 150)
    async with consuming(line, recording(line)) as (_, task):
        with pytest.raises(DeadLetterFlood):
            await asyncio.wait_for(task, 60)
    assert await line.database.pool.fetchval("SELECT count(*) FROM dead_letter") == 0


async def test_a_busy_neighbour_is_waited_for(line):
    tries = iter([True, True, False])
    await produce(line, as_message(withdrawal(topic=line.topic, reason="patient")))
    async with consuming(line, recording(line, busy=lambda: next(tries, False))) as (_, task):
        assert await seen(line, 1, task) == ["patient"]
    assert next(tries, "used up") == "used up"


@pytest.mark.parametrize("away", [asyncpg.InterfaceError("the database is away"), KafkaTimeoutError("the broker is away")])
async def test_who_is_away_while_partitions_are_assigned_is_waited_for(line, monkeypatch, away):
    """aiokafka swallows what a listener raises: the partitions would stay without a position, and nothing would ever come."""
    await produce(line, as_message(withdrawal(topic=line.topic, reason="one")))
    beginnings, times = AIOKafkaConsumer.beginning_offsets, iter(range(9))

    async def at_first_away(self, partitions):
        if next(times) < 2:
            raise away
        return await beginnings(self, partitions)

    monkeypatch.setattr(AIOKafkaConsumer, "beginning_offsets", at_first_away)
    async with consuming(line, recording(line)) as (_, task):
        assert await seen(line, 1, task) == ["one"]


def test_rounds_keep_each_keys_order_with_few_calls():
    class Fake:
        def __init__(self, type_, subject, n):
            self.type, self.subject, self.n = type_, subject, n

    chance = random.Random(1)
    events = [Fake(chance.choice("abc"), str(chance.randrange(40)), n) for n in range(400)]
    rounds = in_rounds(events)
    flat = [event for one in rounds for event in one]
    assert sorted(event.n for event in flat) == list(range(400))
    assert all(len({event.type for event in one}) == 1 for one in rounds)
    for key in {event.subject for event in events}:
        order = [event.n for event in flat if event.subject == key]
        assert order == sorted(order)
    assert len(rounds) < 100
