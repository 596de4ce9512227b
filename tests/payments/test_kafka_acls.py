"""Banks and services on a Kafka that asks who is there: each reads and writes what deploy/kafka-acls.yaml grants, and the authorizer refuses the rest."""

import asyncio
from collections import defaultdict
from contextlib import asynccontextmanager

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    KafkaError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
)

from deploy import acls, topics
from deploy.local.bank_simulator.bag import Bag
from deploy.local.bank_simulator.books import Books
from deploy.local.bank_simulator.fate import Misbehaviour
from deploy.local.bank_simulator.post import Post
from deploy.local.broker import LocalKafka, NoRealKafkaError, kafka_jars
from shared.bus.kafka import KafkaLogin, KafkaSettings
from shared.contracts import EVENT_TYPES, parse
from shared.contracts.common import Bank, topics_of
from shared.contracts.generate import producer_of
from shared.crypto import FieldCipher
from tests.payments import story
from tests.payments.conftest import BANK_KEYS, started
from tests.payments.test_bank_simulator import answered, released
from tests.support.servers import insists_on_real_kafka

SERVICES = ("registry", "interview", "plan", "payments", "reporting")
USERS = (*SERVICES, *(f"bank-{bank.lower()}" for bank in Bank), "agency-dsd", "stranger")
KTB_READS, KTB_WRITES = "payments.instructions.ktb.v1", ("payments.results.ktb.v1", "plan.wages.ktb.v1")


def by_contract(who):
    """What the contracts let a party read and write."""
    reads, writes = defaultdict(set), defaultdict(set)
    for model in EVENT_TYPES.values():
        writes[producer_of(model.type)] |= {model.topic, *model.extra_topics}
        for consumer in model.consumers:
            reads[consumer.removeprefix("external:")] |= set(model.read_from.get(consumer, (model.topic,)))
    return [{one for topic in side[who] for one in topics_of(topic)} for side in (reads, writes)]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_granted_what_the_contracts_say_its_relays_position_and_its_dead_letters(service):
    reads, writes = by_contract(service)
    account = acls.declared()[service]
    assert set(account.reads) == reads | {"relay.positions.v1"}
    assert set(account.writes) == writes | {f"dead-letters.{service}.v1"}


@pytest.mark.parametrize("party", ["bank", "agency"])
def test_a_party_is_granted_its_own_part_of_what_the_contracts_say(party):
    reads, writes = by_contract(party)
    accounts = {name.removeprefix(f"{party}-"): one for name, one in acls.declared().items() if name.startswith(f"{party}-")}
    assert {topic for one in accounts.values() for topic in one.reads} == reads
    assert {topic for one in accounts.values() for topic in one.writes} == writes
    for code, one in accounts.items():
        assert all(f".{code}." in name for name in (*one.reads, *one.writes, *one.groups, *one.transactions))


async def refuses_what_is_no_grant(node):
    nobody = acls.Grant("nobody", acls.Right.READ, acls.Kind.TOPIC, KTB_READS)
    with pytest.raises(acls.AclsNotGrantedError, match="nobody"):
        await acls.apply(node.bootstrap, [nobody])


@pytest.fixture(scope="module")
async def secured(tmp_path_factory):
    """A Kafka with accounts, topics and what is granted."""
    try:
        kafka_jars()
    except NoRealKafkaError as error:
        if insists_on_real_kafka():
            raise
        pytest.skip(str(error))
    node = await LocalKafka.start(tmp_path_factory.mktemp("secured"), {name: f"pass-{name}" for name in USERS})
    await topics.create_topics(node.bootstrap, size="local")
    wanted = [one for one in acls.grants(acls.declared()) if one.principal.removeprefix("User:") in USERS]
    assert await acls.apply(node.bootstrap, wanted) == len(wanted)
    assert await acls.apply(node.bootstrap, wanted[:2]) == 2  # again: nothing changes
    await refuses_what_is_no_grant(node)
    yield node
    await node.stop()


def login(name):
    return KafkaLogin("SASL_PLAINTEXT", name, f"pass-{name}")


def kafka(node, name):
    return KafkaSettings(node.secured_bootstrap, login=login(name))


@asynccontextmanager
async def open_(client):
    try:
        await client.start()
        yield client
    finally:
        await client.stop()


async def sees(node, name):
    """Every topic of which the account may know: one that it may read or write."""
    admin = AIOKafkaAdminClient(bootstrap_servers=node.secured_bootstrap, **login(name).arguments())
    await admin.start()
    try:
        return set(await admin.list_topics())
    finally:
        await admin.close()


async def write(node, name, topic):
    async with open_(kafka(node, name).producer()) as producer:
        await producer.send_and_wait(topic, b"{}")


async def look_for(node, name, topic):
    """Read a topic of which the account may not even know."""
    consumer = kafka(node, name).consumer(None)
    consumer.subscribe([topic])
    async with open_(consumer):
        pass


async def read(node, name, topic, group=None):
    async with open_(kafka(node, name).consumer(group)) as consumer:
        consumer.assign([TopicPartition(topic, number) for number in range(6)])
        await consumer.seek_to_beginning()
        if group is not None:
            await consumer.commit({TopicPartition(topic, 0): 0})
        found = []
        while records := await consumer.getmany(timeout_ms=1500):
            found += [record.value for part in records.values() for record in part]
        return found


async def test_a_banks_account_reads_its_instructions_and_writes_its_results_and_nothing_else(secured):
    for bank in Bank:
        code = bank.lower()
        own = {f"payments.instructions.{code}.v1", f"payments.results.{code}.v1", f"plan.wages.{code}.v1"}
        assert await sees(secured, f"bank-{code}") == own
    for topic in KTB_WRITES:
        await write(secured, "bank-ktb", topic)
    assert await read(secured, "bank-ktb", KTB_READS, group="bank.ktb.adapter") == []
    for topic in (KTB_READS, "payments.results.gsb.v1", "payments.policy.v1"):
        with pytest.raises(TopicAuthorizationFailedError):
            await write(secured, "bank-ktb", topic)
    with pytest.raises(TopicAuthorizationFailedError):
        await read(secured, "bank-ktb", "payments.results.ktb.v1")
    for topic in ("payments.instructions.gsb.v1", "registry.payees.v1"):
        with pytest.raises(TopicAuthorizationFailedError):
            await look_for(secured, "bank-ktb", topic)
    with pytest.raises(GroupAuthorizationFailedError):
        await read(secured, "bank-ktb", KTB_READS, group="bank.gsb.adapter")
    with pytest.raises(TransactionalIdAuthorizationFailed):
        async with open_(kafka(secured, "bank-ktb").producer("relay.payments.x")):
            pass


async def test_services_and_agencies_see_their_own_who_has_no_line_sees_nothing_and_a_wrong_password_does_not_come_in(secured):
    for name in (*SERVICES, "agency-dsd"):
        account = acls.declared()[name]
        assert await sees(secured, name) == {*account.reads, *account.writes}
    assert await sees(secured, "stranger") == set()
    with pytest.raises(TopicAuthorizationFailedError):
        await look_for(secured, "payments", "interview.assessments.v1")
    with pytest.raises(TopicAuthorizationFailedError):
        await write(secured, "interview", KTB_READS)
    wrong = KafkaSettings(secured.secured_bootstrap, login=KafkaLogin("SASL_PLAINTEXT", "bank-ktb", "guessed"))
    with pytest.raises(KafkaError):
        async with open_(wrong.producer()):
            pass


async def test_a_month_is_paid_by_payments_and_a_bank_under_their_own_accounts(secured, payments_dsns):
    async for payments in started(payments_dsns):
        change = {
            "kafka_bootstrap_servers": secured.secured_bootstrap,
            "kafka_security_protocol": "SASL_PLAINTEXT",
            "kafka_username": "payments",
            "kafka_password": "pass-payments",
            "environment": "production",
        }
        payments.resources.settings = payments.resources.settings.model_copy(update=change)
        await payments.service.start()
        people = [story.person(bank=bank) for bank in (Bank.KTB, Bank.KTB, Bank.GSB)]
        await payments.bring(*[event for _, events in people for event in events])
        await payments.bring(*[story.wish(holder_id, "2018-02-10") for holder_id, _ in people])
        cipher = FieldCipher.by_party(BANK_KEYS)
        posts = [
            Post(Books(bank, 1, Misbehaviour(), cipher[bank]), kafka(secured, f"bank-{bank.lower()}"), Bag(0.1))
            for bank in (Bank.KTB, Bank.GSB)
        ]
        working = [asyncio.create_task(post.run()) for post in posts]
        try:
            run = await released(payments, "2018-03")
            await answered(payments, run["run_id"])
        finally:
            for task in working:
                task.cancel()
            await asyncio.gather(*working, return_exceptions=True)
        assert [(post.books.summary()["paid"], post.books.summary()["refused"]) for post in posts] == [(2, 0), (1, 0)]
        told = [parse(value) for value in await read(secured, "bank-ktb", KTB_READS)]
        assert {event.data.bank for event in told} == {Bank.KTB}
        payments.service.raise_if_broken()
        # What a bank wrote that is no result is a dead letter of payments' own.
        assert (await payments.service.readiness())["dead_letters"] == 1
        await payments.service.stop()
        break
