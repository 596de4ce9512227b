"""The relay: each event once for a read_committed reader, in each person's order, whatever dies when."""

import asyncio
import contextlib
import sys
from collections import Counter, defaultdict

import orjson
import pytest

from deploy.restored import renew_epoch
from shared.bus import outbox
from shared.bus.kafka import partition_of
from shared.bus.ready import Packer, of_bytes, to_bytes
from shared.bus.relay import READY, Relay
from shared.db import Database
from shared.db.database import AT_HAND_MAX
from shared.ids import new_id
from tests.shared.conftest import PARTITIONS, withdrawal

KILLED_BEFORE_THE_MARK = """
import asyncio, os, signal, sys
from shared.bus.kafka import KafkaSettings
from shared.bus.relay import Relay
from shared.db import Database

class Dies(Relay):
    marked = False
    async def _mark_published(self, batch_no):
        if batch_no > 0:
            os.kill(os.getpid(), signal.SIGKILL)  # Kafka has committed, the database does not know

async def main(dsn, bootstrap):
    await Dies("bus", await Database.connect(dsn, name="dies"), KafkaSettings(bootstrap)).run()

asyncio.run(main(*sys.argv[1:]))
"""


@contextlib.asynccontextmanager
async def relaying(database, kafka, expanders=None):
    task = asyncio.create_task(Relay("bus", database, kafka, expanders or {}).run())
    try:
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until_empty(database, task):
    async with asyncio.timeout(60):
        while await database.pool.fetchval("SELECT count(*) FROM outbox"):
            if task.done():
                task.result()
            await asyncio.sleep(0.02)


def ids(records):
    return [orjson.loads(record.value)["id"] for record in records]


async def test_every_row_is_published_once_and_each_persons_rows_in_order(line):
    people = [new_id() for _ in range(50)]
    events = [withdrawal(person, topic=line.topic, reason=f"{n:03}") for n in range(40) for person in people]
    few, many = events[: outbox.COPIED_MIN - 1], events[outbox.COPIED_MIN - 1 :]
    assert len(many) >= outbox.COPIED_MIN
    await line.write(*few)
    await line.write(*many)
    async with relaying(line.database, line.kafka) as task:
        await until_empty(line.database, task)
    found = await line.read_all()
    assert Counter(ids(found)) == Counter(str(event.id) for event in events)
    of_person = defaultdict(list)
    for record in sorted(found, key=lambda one: (one.partition, one.offset)):
        of_person[record.key].append(orjson.loads(record.value)["data"]["reason"])
    assert all(reasons == [f"{n:03}" for n in range(40)] for reasons in of_person.values())


async def test_a_relay_killed_between_kafkas_commit_and_the_databases_mark_shows_no_event_twice(line):
    if not line.kafka.transactions:
        pytest.skip("this broker has no transactions: at-least-once by setting")
    events = [withdrawal(topic=line.topic) for _ in range(300)]
    await line.write(*events)
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", KILLED_BEFORE_THE_MARK, line.dsn, line.kafka.bootstrap_servers)
    assert await asyncio.wait_for(process.wait(), 60) == -9
    assert await line.database.pool.fetchval("SELECT count(*) FROM outbox") == 300  # the database never knew
    later = [withdrawal(topic=line.topic) for _ in range(20)]
    await line.write(*later)
    async with relaying(line.database, line.kafka) as task:
        await until_empty(line.database, task)
    assert Counter(ids(await line.read_all())) == Counter(str(event.id) for event in [*events, *later])


async def test_a_relay_cut_off_inside_a_kafka_transaction_leaves_nothing_that_a_reader_sees(line):
    events = [withdrawal(topic=line.topic) for _ in range(100)]
    await line.write(*events)

    cut = asyncio.Event()

    class Interrupted(Relay):
        async def _send(self, producer, messages):
            await super()._send(producer, messages)
            cut.set()
            raise OSError("cut in the middle of the transaction")

    task = asyncio.create_task(Interrupted("bus", line.database, line.kafka).run())
    # Only what was sent can be hidden from a reader: without this the test would pass before the relay began.
    await asyncio.wait_for(cut.wait(), 60)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert await line.read_all() == []
    async with relaying(line.database, line.kafka) as going_on:
        await until_empty(line.database, going_on)
    assert Counter(ids(await line.read_all())) == Counter(str(event.id) for event in events)


async def test_a_restored_older_database_takes_no_living_brokers_position_for_its_own(line):
    await line.write(*[withdrawal(topic=line.topic) for _ in range(10)])
    async with relaying(line.database, line.kafka) as task:
        await until_empty(line.database, task)
    # A restore brings older batch numbers. Without a new epoch the broker's position would swallow this row.
    await line.database.pool.execute("UPDATE database_epoch SET last_batch_no = 0")
    await renew_epoch(line.dsn)
    after = withdrawal(topic=line.topic)
    await line.write(after)
    async with relaying(line.database, line.kafka) as task:
        await until_empty(line.database, task)
    assert str(after.id) in ids(await line.read_all())


async def test_a_late_commit_is_not_lost(line):
    """A row with a lower sequence that commits after a higher one was published still goes out."""
    early, late = withdrawal(topic=line.topic), withdrawal(topic=line.topic)
    async with relaying(line.database, line.kafka) as task:
        async with line.database.transaction() as slow:
            await outbox.add_many(slow, [early])
            await line.write(late)
            async with asyncio.timeout(30):
                while len(await line.read_all()) < 1:
                    await asyncio.sleep(0.05)
        await until_empty(line.database, task)
    assert ids(sorted(await line.read_all(), key=lambda one: one.timestamp)) == [str(late.id), str(early.id)]


async def test_ordinary_rows_go_out_between_the_chunks_of_a_bulk_lane(line):
    chunks = [{"n": n} for n in range(6)]

    async def expand(tx, chunk):
        return [(line.topic, f"bulk-{chunk['n']}-{m}", orjson.dumps({"id": f"bulk-{chunk['n']}"})) for m in range(50)]

    async with line.database.transaction() as tx:
        await outbox.add_chunks(tx, "numbers", chunks)
    person = withdrawal(topic=line.topic)
    await line.write(person)
    batches = Relay("bus", line.database, line.kafka, {"numbers": expand})
    first = await batches._number_waiting()
    numbered = await line.database.pool.fetch("SELECT batch_no, event_id FROM outbox WHERE batch_no IS NOT NULL ORDER BY batch_no")
    assert first == [1, 2]
    assert numbered[0]["event_id"] == person.id  # the ordinary row does not wait behind six chunks
    async with relaying(line.database, line.kafka, {"numbers": expand}) as task:
        await until_empty(line.database, task)
    assert Counter(ids(await line.read_all())) == Counter([f"bulk-{n}" for n in range(6) for _ in range(50)] + [str(person.id)])


def packed(topic, chunk, partitions):
    packer = Packer((topic,), partitions, 1_500_000_000_000)
    keys = [f"{chunk}-{n}" for n in range(300)]
    values = [orjson.dumps({"id": key, "filler": "x" * 20_000}) for key in keys]
    packer.add([partition_of(key, partitions) for key in keys], [key.encode() for key in keys], values)
    return packer.batches()


@pytest.mark.parametrize("partitions", [PARTITIONS, PARTITIONS + 1])
async def test_ready_messages_go_out_once_and_in_order_also_where_made_for_other_partitions(line, partitions):
    async def expand(tx, chunk):
        return of_bytes(chunk[READY])

    chunks = 6
    async with line.database.transaction() as tx:
        for n in range(chunks):
            batches = packed(line.topic, n, partitions)
            assert len(batches) > partitions  # more than one batch holds
            await outbox.add_chunk(tx, "ready", {"n": n}, to_bytes(batches))
    async with relaying(line.database, line.kafka, {"ready": expand}) as task:
        await until_empty(line.database, task)
    records = await line.read_all()
    assert Counter(ids(records)) == Counter(f"{chunk}-{n}" for chunk in range(chunks) for n in range(300))
    for partition in range(PARTITIONS):
        found = [record.key.decode() for record in records if record.partition == partition]
        expected = [key for chunk in range(chunks) for n in range(300) if partition_of(key := f"{chunk}-{n}", PARTITIONS) == partition]
        assert sorted(found) == sorted(expected)
        assert [int(key.split("-")[0]) for key in found] == sorted(int(key.split("-")[0]) for key in found)


async def test_a_few_ready_chunks_go_together_and_none_overtakes_one_that_is_not(line):
    async with line.database.transaction() as tx:
        for ready in (True, True, False, True, True, True, True, True):
            await outbox.add_chunk(tx, "x", {}, b"made" if ready else None)
    relay = Relay("bus", line.database, line.kafka)
    while await line.database.pool.fetchval("SELECT EXISTS (SELECT FROM outbox WHERE batch_no IS NULL)"):
        await relay._number_waiting()
    numbers = await line.database.pool.fetch("SELECT batch_no FROM outbox ORDER BY seq")
    assert [row["batch_no"] for row in numbers] == [1, 1, 2, 3, 3, 3, 3, 4]


async def test_ready_messages_stay_at_hand_where_they_are_published_and_are_made_again_where_they_are_lost(line):
    at_hand = line.database.at_hand

    async def expand(tx, chunk):
        return of_bytes(chunk[READY]) if READY in chunk else [(line.topic, "again", orjson.dumps({"id": f"{chunk['n']}-again"}))]

    async def write(numbers):
        async with line.database.transaction() as tx:
            for n in numbers:
                await outbox.add_chunk(tx, "ready", {"n": n}, to_bytes(packed(line.topic, n, PARTITIONS)))
            return await tx.fetchval("SELECT count(*) FROM outbox WHERE payload IS NOT NULL")

    async def undone():
        async with line.database.transaction() as tx:
            await outbox.add_chunk(tx, "ready", {"n": 1}, b"undone")
            raise ZeroDivisionError

    assert await write([0]) == 1  # nobody publishes here yet
    with at_hand.publishing():
        assert await write([1]) == 1
        with pytest.raises(ZeroDivisionError):
            await undone()
        assert len(at_hand.messages) == 1
    many = range(2, 2 + AT_HAND_MAX + 2)
    async with relaying(line.database, line.kafka, {"ready": expand}) as task:
        await until_empty(line.database, task)
        assert await write(many) == 2  # no more are kept than that
        await until_empty(line.database, task)
        assert not at_hand.messages
    expected = Counter(f"{n}-{place}" for n in (0, *many) for place in range(300)) + Counter(["1-again"])
    assert Counter(ids(await line.read_all())) == expected


async def test_two_relays_of_one_service_publish_no_row_twice(line):
    second = await Database.connect(line.dsn, name="second")
    events = [withdrawal(topic=line.topic) for _ in range(500)]
    async with relaying(line.database, line.kafka) as one, relaying(second, line.kafka):
        for start in range(0, 500, 50):
            await line.write(*events[start : start + 50])
        await until_empty(line.database, one)
    await second.close()
    assert Counter(ids(await line.read_all())) == Counter(str(event.id) for event in events)
