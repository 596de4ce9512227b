"""The bulk lane on the real broker: an import comes out of the relay once, each message on the partition that was counted."""

import asyncio
from collections import Counter, defaultdict
from contextlib import suppress

from aiokafka import TopicPartition

from deploy.local.registry_file import write_registry_file
from deploy.topics import create_topics
from shared.bus.kafka import KafkaSettings
from shared.bus.relay import Relay
from shared.contracts import parse
from shared.contracts.registry import HISTORY, HOLDERS, IMPORTS, PAYEES


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


async def test_an_import_comes_out_of_the_relay_once(registry, broker):
    await create_topics(broker.bootstrap)
    totals = write_registry_file(registry.folder / "r.csv", 2000, 5)
    import_id = (await registry.import_file("r.csv"))["import_id"]
    kafka = KafkaSettings(broker.bootstrap)
    relay = asyncio.create_task(Relay("registry", registry.db, kafka, registry.service.expanders).run())
    while await registry.value("SELECT count(*) FROM outbox"):
        assert not relay.done(), relay.result()
        await asyncio.sleep(0.05)
    relay.cancel()
    with suppress(asyncio.CancelledError):
        await relay

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
