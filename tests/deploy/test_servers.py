"""Both local brokers and PostgreSQL: they start again where they were, and do what the bus needs of a broker."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.local.broker import Broker, EmbeddedBroker, LocalKafka, NoRealKafkaError, best_kind, kafka_jars
from deploy.local.postgres import LocalPostgres
from deploy.local.process import FolderInUseError, LocalServerError
from tests.support.servers import insists_on_real_kafka


def _real_kafka_or_skip() -> None:
    try:
        kafka_jars()
    except NoRealKafkaError as error:
        if insists_on_real_kafka():
            raise
        pytest.skip(str(error))


@pytest.fixture(params=[EmbeddedBroker, LocalKafka], scope="module")
async def own_broker(request, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Broker]:
    if request.param is LocalKafka:
        _real_kafka_or_skip()
    server = await request.param.start(tmp_path_factory.mktemp("own-broker"))
    yield server
    await server.stop()


async def _create(bootstrap: str, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])
    finally:
        await admin.close()


def _producer(bootstrap: str) -> AIOKafkaProducer:
    return AIOKafkaProducer(bootstrap_servers=bootstrap, transactional_id="relay-1", enable_idempotence=True, acks="all")


async def _read_committed(bootstrap: str, topic: str, count: int) -> list[bytes]:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, isolation_level="read_committed", auto_offset_reset="earliest")
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, 0)])
        values: list[bytes] = []
        async with asyncio.timeout(20):
            while len(values) < count:
                values += [record.value for records in (await consumer.getmany(timeout_ms=1_000)).values() for record in records]
        # Whatever else a reader could see would come now.
        return values + [record.value for records in (await consumer.getmany(timeout_ms=500)).values() for record in records]
    finally:
        await consumer.stop()


async def _stored_position(bootstrap: str, group: str, topic: str) -> int | None:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=group, enable_auto_commit=False)
    await consumer.start()
    try:
        return await consumer.committed(TopicPartition(topic, 0))
    finally:
        await consumer.stop()


async def test_a_transaction_carries_messages_and_the_position_together(own_broker: Broker):
    topic, group = "carried.v1", "relay"
    await _create(own_broker.bootstrap, topic)
    producer = _producer(own_broker.bootstrap)
    await producer.start()
    async with producer.transaction():
        await producer.send_and_wait(topic, b"one")
        await producer.send_offsets_to_transaction({TopicPartition(topic, 0): 41}, group)
    await producer.begin_transaction()
    await producer.send_and_wait(topic, b"never")
    await producer.send_offsets_to_transaction({TopicPartition(topic, 0): 42}, group)
    await producer.abort_transaction()
    async with producer.transaction():
        await producer.send_and_wait(topic, b"two")
    await producer.stop()

    assert await _read_committed(own_broker.bootstrap, topic, 2) == [b"one", b"two"]
    assert await _stored_position(own_broker.bootstrap, group, topic) == 41


async def test_an_unfinished_transaction_is_fenced_by_the_next_holder_of_its_id(own_broker: Broker):
    topic = "fenced.v1"
    await _create(own_broker.bootstrap, topic)
    first, second = _producer(own_broker.bootstrap), _producer(own_broker.bootstrap)
    await first.start()
    await first.begin_transaction()
    await first.send_and_wait(topic, b"half")

    await second.start()
    async with second.transaction():
        await second.send_and_wait(topic, b"whole")
    await second.stop()

    with pytest.raises(Exception, match=r"(?i)fenced|epoch"):
        await first.commit_transaction()
    await first.stop()
    assert await _read_committed(own_broker.bootstrap, topic, 1) == [b"whole"]


async def _write(bootstrap: str, topic: str, value: bytes) -> None:
    producer = _producer(bootstrap)
    await producer.start()
    async with producer.transaction():
        await producer.send_and_wait(topic, value)
    await producer.stop()


async def test_a_stopped_broker_goes_on_at_its_address_with_what_was_written(own_broker: Broker):
    topic = "stopped.v1"
    await _create(own_broker.bootstrap, topic)
    await _write(own_broker.bootstrap, topic, b"kept")
    before, address = own_broker.pid, own_broker.bootstrap

    await own_broker.restart()

    assert (own_broker.bootstrap, own_broker.pid != before) == (address, True)
    await _write(own_broker.bootstrap, topic, b"more")
    assert await _read_committed(own_broker.bootstrap, topic, 2) == [b"kept", b"more"]


async def test_a_killed_kafka_lost_nothing_that_it_acknowledged(tmp_path: Path):
    """Not promised of the embedded one: it writes to its file once a second."""
    _real_kafka_or_skip()
    kafka, topic = await LocalKafka.start(tmp_path), "facts.v1"
    await _create(kafka.bootstrap, topic)
    await _write(kafka.bootstrap, topic, b"kept")

    kafka.kill()
    await kafka.restart()

    assert await _read_committed(kafka.bootstrap, topic, 1) == [b"kept"]
    await kafka.stop()


async def test_a_folder_has_one_runner_and_goes_on_under_the_next(tmp_path: Path):
    first = await EmbeddedBroker.start(tmp_path)
    await _create(first.bootstrap, "facts.v1")
    with pytest.raises(FolderInUseError):
        await EmbeddedBroker.start(tmp_path)
    await first.stop()

    second = await EmbeddedBroker.start(tmp_path)
    await _write(second.bootstrap, "facts.v1", b"here")
    await second.stop()
    assert second.bootstrap == first.bootstrap


async def test_a_broker_left_behind_by_a_killed_runner_is_ended_by_the_next(tmp_path: Path):
    runner = f"import asyncio, os, pathlib; from deploy.local.broker import EmbeddedBroker; asyncio.run(EmbeddedBroker.start(pathlib.Path({str(tmp_path)!r}))); os._exit(9)"
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", runner)
    assert await killed.wait() == 9
    left_behind = int((tmp_path / "pid").read_text().split()[0])
    assert psutil.pid_exists(left_behind)

    server = await EmbeddedBroker.start(tmp_path)

    assert not psutil.pid_exists(left_behind)
    await server.stop()


async def test_a_broker_ends_with_a_runner_that_fails(tmp_path: Path):
    runner = f"import asyncio, pathlib; from deploy.local.broker import EmbeddedBroker; asyncio.run(EmbeddedBroker.start(pathlib.Path({str(tmp_path)!r}))); 1/0"
    failed = await asyncio.create_subprocess_exec(sys.executable, "-c", runner, stderr=subprocess.DEVNULL)
    assert await failed.wait() == 1
    assert not psutil.pid_exists(int((tmp_path / "pid").read_text().split()[0]))


async def test_a_server_that_does_not_start_tells_its_log(tmp_path: Path):
    (tmp_path / "data").write_text("a file where the broker wants its folder")
    with pytest.raises(LocalServerError, match=r"(?s)ended with code .* while starting:\n.*File exists"):
        await EmbeddedBroker.start(tmp_path)


def test_the_kind_of_broker_is_the_best_to_be_had(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    assert best_kind(environment={"KAFKA_BOOTSTRAP_SERVERS": "kafka:9092"}) == "external broker"
    monkeypatch.setenv("PATH", str(tmp_path))  # neither Java nor Maven
    assert best_kind(environment={}) == "embedded broker"
    with pytest.raises(NoRealKafkaError, match="no Java"):
        best_kind(insist_real=True, environment={})


async def _value(dsn: str, query: str):
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_a_killed_postgres_goes_on_with_what_was_committed(tmp_path: Path):
    server = LocalPostgres.start(tmp_path / "postgres", durable=False)
    await _value(server.superuser_dsn, "CREATE TABLE fact AS SELECT 7 AS n")
    before, address = server.pid, server.superuser_dsn

    server.kill()
    server.restart()

    assert (server.superuser_dsn, server.pid != before) == (address, True)
    assert await _value(server.superuser_dsn, "SELECT n FROM fact") == 7
    server.stop()


async def test_postgres_compares_thai_and_wants_the_password(postgres: LocalPostgres):
    assert (
        await _value(postgres.superuser_dsn, "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = 'postgres'")
        == "bC.UTF-8"
    )
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(postgres.dsn("postgres", "postgres", "wrong"))


def test_the_superuser_password_is_for_its_user_only(postgres: LocalPostgres):
    assert oct((postgres.folder.path / "superuser-password").stat().st_mode)[-3:] == "600"
