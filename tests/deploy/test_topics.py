"""The declared topics: created once on either broker, refused when they differ, and the same as the contracts name."""

import asyncio
import importlib
import pkgutil
from uuid import UUID

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

import shared.contracts
from deploy.local.broker import KAFKA_KIND, Broker, EmbeddedBroker
from deploy.topics import Declaration, TopicNotCreatedError, TopicPartitionsDifferError, create_topics, declared
from shared.contracts.common import topics_of
from shared.contracts.envelope import EVENT_TYPES
from shared.ids import new_id


@pytest.fixture
def prefix() -> str:
    identifier: UUID = new_id()
    return f"{identifier.hex}."


async def _admin(bootstrap: str) -> AIOKafkaAdminClient:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    return admin


async def _counts(bootstrap: str, prefix: str) -> dict[str, int]:
    admin = await _admin(bootstrap)
    try:
        return {
            t["topic"].removeprefix(prefix): len(t["partitions"]) for t in await admin.describe_topics() if t["topic"].startswith(prefix)
        }
    finally:
        await admin.close()


async def test_topics_are_created_once(broker: Broker, prefix: str):
    created = await create_topics(broker.bootstrap, "local", prefix)
    again = await create_topics(broker.bootstrap, "local", prefix)

    assert ({name.removeprefix(prefix) for name in created}, again) == (set(declared().topics), [])
    counts = await _counts(broker.bootstrap, prefix)
    assert counts == {name: declared().partition_count(name, "local") for name in declared().topics}
    assert {counts["registry.card-holders.v1"], counts["payments.runs.v1"], counts["payments.policy.v1"]} == {6, 3, 1}


async def test_topics_are_created_on_the_embedded_broker(tmp_path, prefix: str):
    server = await EmbeddedBroker.start(tmp_path)
    await create_topics(server.bootstrap, "installation", prefix)
    assert await create_topics(server.bootstrap, "installation", prefix) == []
    counts = await _counts(server.bootstrap, prefix)
    await server.stop()
    assert counts == {name: declared().partition_count(name, "installation") for name in declared().topics}


async def test_a_topic_with_other_partitions_is_refused_before_anything_is_made(broker: Broker, prefix: str):
    admin = await _admin(broker.bootstrap)
    await admin.create_topics([NewTopic(f"{prefix}plan.plans.v1", num_partitions=2, replication_factor=1)])
    await admin.close()
    async with asyncio.timeout(20):
        while not await _counts(broker.bootstrap, prefix):  # what we wait for is in the broker
            await asyncio.sleep(0.05)

    with pytest.raises(TopicPartitionsDifferError, match=r"plan\.plans\.v1 has 2, declared 6"):
        await create_topics(broker.bootstrap, "local", prefix)
    assert await _counts(broker.bootstrap, prefix) == {"plan.plans.v1": 2}


async def test_two_set_ups_at_once_both_succeed(broker: Broker, prefix: str):
    first, second = await asyncio.gather(*(create_topics(broker.bootstrap, "local", prefix) for _ in range(2)))
    assert set(first) | set(second) == {prefix + name for name in declared().topics}


async def test_real_kafka_keeps_facts_for_ever_and_compacts_states(broker: Broker, prefix: str):
    if broker.kind != KAFKA_KIND:
        pytest.skip("the embedded broker does not tell its settings")
    await create_topics(broker.bootstrap, "local", prefix)
    admin = await _admin(broker.bootstrap)
    names = [f"{prefix}interview.cases.v1", f"{prefix}registry.card-holders.v1"]
    answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in names])
    await admin.close()

    settings = {
        resource[3].removeprefix(prefix): {entry[0]: entry[1] for entry in resource[4]}
        for answer in answers
        for resource in answer.resources
    }
    wanted = ("cleanup.policy", "retention.ms", "compression.type")
    assert {name: tuple(values[key] for key in wanted) for name, values in settings.items()} == {
        "interview.cases.v1": ("delete", "-1", "producer"),
        "registry.card-holders.v1": ("compact", "-1", "producer"),
    }


async def test_what_the_broker_refuses_is_told(broker: Broker, prefix: str):
    if broker.kind != KAFKA_KIND:
        pytest.skip("the embedded broker takes any number of copies")
    with pytest.raises(TopicNotCreatedError, match="the broker refused"):
        await create_topics(broker.bootstrap, "local", prefix, replication=5)


def test_the_declaration_names_every_topic_of_the_contracts_and_no_other():
    for module in pkgutil.iter_modules(shared.contracts.__path__):
        importlib.import_module(f"shared.contracts.{module.name}")
    named = {topic for model in EVENT_TYPES.values() for topic in (model.topic, *model.extra_topics)}
    expanded = {one for topic in named for one in topics_of(topic)}
    not_of_events = {name for name in declared().topics if name.startswith(("dead-letters.", "relay."))}
    assert expanded == set(declared().topics) - not_of_events


def test_a_declaration_with_unknown_partitions_is_refused():
    with pytest.raises(ValueError, match="not declared: \\['by_moon'\\]"):
        Declaration.model_validate(
            {"partitions": {"one": {"local": 1}}, "topics": {"a.v1": {"partitions": "by_moon", "cleanup": "delete"}}}
        )
