"""The bulk lane on the real broker: an import comes out of the relay once, also when the broker was away for long."""

import asyncio
from collections import Counter, defaultdict
from contextlib import asynccontextmanager, suppress

import pytest
from aiokafka import TopicPartition

from deploy.local.broker import best_broker
from deploy.local.registry_file import write_registry_file
from deploy.topics import create_topics
from shared.bus.kafka import KafkaSettings
from shared.bus.relay import Relay
from shared.contracts import parse
from shared.contracts.registry import HISTORY, HOLDERS, IMPORTS, PAYEES
from tests.registry.people import file_of, line
from tests.support.servers import insists_on_real_kafka

ATTEMPTS = 5
"""So often the relay's client finds the broker away before that comes back."""


async def read_all(kafka, topic):
    """Every committed message of a topic with its partition."""
    consumer, looking = kafka.consumer(None), kafka.looking_at_ends()
    await consumer.start()
    await looking.start()
    try:
        partitions = [TopicPartition(topic, number) for number in range(1 if topic == IMPORTS else 6)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        ends = await looking.end_offsets(partitions)
        found = []
        while any([await consumer.position(tp) < ends[tp] for tp in partitions]):
            for tp, records in (await consumer.getmany(timeout_ms=200)).items():
                found += [(tp.partition, record) for record in records]
        return found
    finally:
        await consumer.stop()
        await looking.stop()


@asynccontextmanager
async def relaying(registry, kafka):
    """The registry's relay works; gives a way to wait until nothing is left to publish."""
    relay = asyncio.create_task(Relay("registry", registry.db, kafka, registry.service.expanders).run())

    async def all_out():
        while await registry.value("SELECT count(*) FROM outbox"):
            assert not relay.done(), relay.result()
            await asyncio.sleep(0.05)

    try:
        yield all_out
    finally:
        relay.cancel()
        with suppress(asyncio.CancelledError):
            await relay


async def test_an_import_comes_out_of_the_relay_once(registry, broker):
    await create_topics(broker.bootstrap)
    totals = write_registry_file(registry.folder / "r.csv", 2000, 5)
    import_id = (await registry.import_file("r.csv"))["import_id"]
    kafka = KafkaSettings(broker.bootstrap)
    async with relaying(registry, kafka) as all_out:
        await all_out()

    # Other tests may have used the topics before.
    ours = {str(row["holder_id"]) for row in await registry.fetch("SELECT holder_id FROM card_holder")}
    ids, on_partitions = defaultdict(list), Counter()
    for topic in (HOLDERS, HISTORY, PAYEES):
        for partition, record in await read_all(kafka, topic):
            event = parse(record.value, topic=topic)
            if event.subject in ours:
                assert record.key.decode() == event.subject
                ids[topic].append(event.id)
                on_partitions[partition] += topic == HOLDERS
    assert {topic: len(set(found)) for topic, found in ids.items()} == dict.fromkeys((HOLDERS, HISTORY, PAYEES), totals.persons)
    assert all(len(found) == totals.persons for found in ids.values())
    [completed] = [event for _, record in await read_all(kafka, IMPORTS) if (event := parse(record.value)).subject == import_id]
    assert completed.data.per_partition == tuple(on_partitions[partition] for partition in range(6))


@pytest.fixture
async def own_broker(tmp_path):
    broker = await best_broker(tmp_path / "broker", insist_real=insists_on_real_kafka())
    yield broker
    await broker.stop()


async def test_imports_are_done_while_the_broker_is_away_and_all_goes_out_once_and_in_order(registry, own_broker, caplog):
    await create_topics(own_broker.bootstrap)
    kafka, persons, versions = KafkaSettings(own_broker.bootstrap), 40, ("ก", "ข", "ค", "ง")
    async with relaying(registry, kafka) as all_out:
        for number, road in enumerate(versions):
            if number == 1:
                await all_out()
                own_broker.kill()
            file = registry.write(f"{number}.csv", file_of(*(line(person, road=road) for person in range(1, persons + 1))))
            view = await registry.import_file(file)
            assert (view["status"], view["lines"], view["rejected"]) == ("DONE", persons, 0)
        while caplog.text.count("Unable to update metadata") < ATTEMPTS:
            await asyncio.sleep(0.05)
        # What waits lies in the database; no more of it is in hand than the turn that could not go out and the next.
        assert await registry.value("SELECT count(*) FROM outbox WHERE expander IS NOT NULL") == len(versions) - 1
        assert await registry.value("SELECT count(DISTINCT batch_no) FROM outbox") <= 4
        await own_broker.restart()
        await all_out()
    told = defaultdict(list)
    for _, record in await read_all(kafka, HISTORY):
        event = parse(record.value, topic=HISTORY)
        told[event.subject].append(event.data.version)
    assert len(told) == persons
    assert all(found == list(range(1, len(versions) + 1)) for found in told.values())
    assert len(await read_all(kafka, IMPORTS)) == len(versions)
