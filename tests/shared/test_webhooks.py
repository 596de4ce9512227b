"""Webhooks: signed, tried again, never led inside; a dead host holds up nobody else. Receivers are real, on this machine."""

import asyncio
import base64
import contextlib
import ipaddress
import ssl
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from shared.clock import system_now
from shared.crypto import FieldCipher
from shared.db.floor import WEBHOOKS, WEBHOOKS_SEALED
from shared.errors import NotFound, PreconditionFailed
from shared.ids import new_id
from shared.signatures import PublicKeys, SignatureBroken, SigningKeys
from shared.webhooks import (
    Addresses,
    DeliveryRunner,
    DeliveryStatus,
    EndpointClosed,
    EndpointStatus,
    deliveries,
    endpoints,
    received,
)
from shared.webhooks.runner import Pace

HERE = Addresses(frozenset({"127.0.0.1", "localhost"}), development=True)
SIGNING = SigningKeys.from_text(f"s1:{base64.b64encode(b's' * 32).decode()}")
KEYS = PublicKeys.of(SIGNING.jwks())
CIPHER = FieldCipher({"c1": b"c" * 32}, "c1")
NO = b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"
OK = b"HTTP/1.1 204 No Content\r\n\r\n"


@dataclass
class Receiver:
    """A server that answers each request with the next of its answers (the last for ever); None never answers."""

    answers: list
    seen: list = field(default_factory=list)
    url: str = ""

    async def __call__(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:] if line)
        body = await reader.readexactly(int(headers["Content-Length"]))
        self.seen.append((head.split(b"\r\n")[0].decode(), headers, body))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is None:
            await reader.read()
        with contextlib.suppress(ConnectionError):
            writer.write(answer or b"")
            await writer.drain()
        writer.close()

    def believed(self, number):
        _, headers, body = self.seen[number]
        return received(KEYS, headers, body, address=self.url, now=system_now(), age_max=timedelta(minutes=5))


@contextlib.asynccontextmanager
async def receiving(*answers, host="127.0.0.1"):
    receiver = Receiver(list(answers))
    server = await asyncio.start_server(receiver, "127.0.0.1", 0)
    receiver.url = f"http://{host}:{server.sockets[0].getsockname()[1]}/hooks"
    try:
        yield receiver
    finally:
        server.close()


@pytest.fixture
async def db(line):
    async with line.database.pool.acquire() as connection:
        await connection.execute(WEBHOOKS)
        await connection.execute(WEBHOOKS_SEALED)
    return line.database


async def registered(db, url, *, owner="ministry", ordered=False, addresses=HERE):
    async with db.transaction() as tx:
        return await endpoints.register(tx, addresses, owner=owner, purpose="changes", url=url, at=system_now(), ordered=ordered)


async def owed(db, endpoint, body=b'{"a":1}'):
    async with db.transaction() as tx:
        return await deliveries.enqueue(tx, CIPHER, endpoint.id, body, about="tests")


async def state(db, delivery_id):
    async with db.reading() as tx:
        return await deliveries.one(tx, delivery_id)


async def attempts(db, delivery_id):
    async with db.reading() as tx:
        return [one["outcome"] for one in await deliveries.attempts(tx, delivery_id)]


def runner(db, *, attempts_max=3, first_wait_ms=0, answer_ms_max=20_000, at_once=4, addresses=HERE, cipher=CIPHER):
    return DeliveryRunner("tests", db, addresses, SIGNING, cipher, Pace(attempts_max, first_wait_ms, 60_000, answer_ms_max, at_once))


@contextlib.asynccontextmanager
async def running(*runners):
    tasks = [asyncio.create_task(one.run()) for one in runners]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def until(db, delivery_id, status):
    async with asyncio.timeout(60):
        while (found := await state(db, delivery_id)).status is not status:
            await asyncio.sleep(0.02)
    return found


def made_up_certificate(folder):
    """What a server speaks TLS with that signed its own certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = system_now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "both.pem").write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "both.pem")
    return context


async def test_a_delivery_arrives_signed_once_and_its_body_is_forgotten(db):
    async with receiving(OK) as receiver:
        delivery_id = await owed(db, await registered(db, receiver.url))
        async with running(runner(db), runner(db)):
            found = await until(db, delivery_id, DeliveryStatus.DELIVERED)
    assert found.attempts == 1
    assert [seen[2] for seen in receiver.seen] == [b'{"a":1}']
    assert receiver.seen[0][1]["X-Sukjai-Delivery"] == str(delivery_id)
    assert receiver.believed(0).delivery_id == delivery_id
    assert await db.pool.fetchval("SELECT body FROM webhook_delivery") is None


async def test_what_waits_and_what_is_dead_lies_sealed_and_goes_out_as_it_was_given(db):
    secret = '{"name":"สมชาย"}'.encode()
    async with receiving(NO, OK) as receiver:
        delivery_id = await owed(db, await registered(db, receiver.url), secret)
        async with running(runner(db, attempts_max=1)):
            await until(db, delivery_id, DeliveryStatus.DEAD)
            lying = await db.pool.fetchval("SELECT body FROM webhook_delivery")
            assert "สมชาย".encode() not in lying
            assert CIPHER.open_bytes(lying, delivery_id.bytes) == secret
            async with db.transaction() as tx:
                await deliveries.replay(tx, delivery_id)
            await until(db, delivery_id, DeliveryStatus.DELIVERED)
    assert [seen[2] for seen in receiver.seen] == [secret, secret]


async def test_what_was_owed_before_bodies_were_sealed_goes_out_too(db):
    async with receiving(OK) as receiver:
        delivery_id = await owed(db, await registered(db, receiver.url))
        await db.pool.execute("UPDATE webhook_delivery SET body = $1, sealed = DEFAULT", b'{"old":1}')
        async with running(runner(db)):
            await until(db, delivery_id, DeliveryStatus.DELIVERED)
    assert [seen[2] for seen in receiver.seen] == [b'{"old":1}']


async def test_a_delivery_whose_key_is_gone_is_dead_and_goes_out_when_the_key_is_back(db):
    other = FieldCipher({"c2": b"d" * 32}, "c2")
    async with receiving(OK) as receiver:
        delivery_id = await owed(db, await registered(db, receiver.url))
        async with running(runner(db, attempts_max=1, cipher=other)):
            dead = await until(db, delivery_id, DeliveryStatus.DEAD)
        assert (dead.last_outcome, receiver.seen) == ("seal-broken", [])
        async with db.transaction() as tx:
            await deliveries.replay(tx, delivery_id)
        async with running(runner(db, cipher=FieldCipher({**other.keys, **CIPHER.keys}, "c2"))):
            await until(db, delivery_id, DeliveryStatus.DELIVERED)
    assert [seen[2] for seen in receiver.seen] == [b'{"a":1}']


async def test_a_receiver_sees_changed_bodies_other_addresses_and_old_signatures(db):
    async with receiving(OK) as receiver:
        delivery_id = await owed(db, await registered(db, receiver.url))
        async with running(runner(db)):
            await until(db, delivery_id, DeliveryStatus.DELIVERED)
    _, headers, body = receiver.seen[0]
    now, day = system_now(), timedelta(minutes=5)
    for changed in (
        {"body": body + b" "},
        {"address": "https://elsewhere.example.go.th/"},
        {"now": now + timedelta(hours=1)},
        {"headers": {}},
    ):
        with pytest.raises(SignatureBroken):
            received(KEYS, **{"headers": headers, "body": body, "address": receiver.url, "now": now, "age_max": day, **changed})


async def test_one_that_fails_is_tried_again_under_its_id_until_it_is_taken(db):
    async with receiving(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", b"no http at all", OK) as receiver:
        delivery_id = await owed(db, await registered(db, receiver.url))
        async with running(runner(db)):
            await until(db, delivery_id, DeliveryStatus.DELIVERED)
    assert await attempts(db, delivery_id) == ["status-503", "bad-answer", "delivered"]
    assert {receiver.believed(number).delivery_id for number in range(3)} == {delivery_id}


async def test_after_the_last_attempt_it_is_dead_and_an_operator_lets_it_out_again(db):
    async with receiving(NO, NO, NO, OK) as receiver:
        delivery_id = await owed(db, await registered(db, receiver.url))
        async with running(runner(db)):
            dead = await until(db, delivery_id, DeliveryStatus.DEAD)
            assert (dead.attempts, dead.last_outcome) == (3, "status-500")
            async with db.transaction() as tx:
                await deliveries.replay(tx, delivery_id)
            await until(db, delivery_id, DeliveryStatus.DELIVERED)
        with pytest.raises(deliveries.DeliveryNotDead):
            async with db.transaction() as tx:
                await deliveries.replay(tx, delivery_id)
    assert len(await attempts(db, delivery_id)) == 4


async def test_a_redirect_is_not_followed(db):
    async with (
        receiving(OK) as target,
        receiving(f"HTTP/1.1 307 Go\r\nLocation: {target.url}\r\nContent-Length: 0\r\n\r\n".encode()) as liar,
    ):
        delivery_id = await owed(db, await registered(db, liar.url))
        async with running(runner(db, attempts_max=1)):
            found = await until(db, delivery_id, DeliveryStatus.DEAD)
    assert found.last_outcome == "status-307"
    assert target.seen == []


async def test_one_that_hangs_holds_up_no_other_even_with_many_endpoints_on_its_host(db):
    async with receiving(None, host="localhost") as dead, receiving(OK) as alive:
        hung = [await owed(db, await registered(db, dead.url + str(number))) for number in range(6)]
        delivery_id = await owed(db, await registered(db, alive.url))
        async with running(runner(db, answer_ms_max=600_000)):
            await until(db, delivery_id, DeliveryStatus.DELIVERED)
            assert len(dead.seen) <= deliveries.A_HOST_AT_ONCE
        # A clean stop gives the leases back.
        assert await db.pool.fetchval("SELECT count(*) FROM webhook_endpoint WHERE lease_owner IS NOT NULL") == 0
    assert {(await state(db, one)).status for one in hung} == {DeliveryStatus.WAITING}


async def test_one_that_never_answers_is_timed_out(db):
    async with receiving(None) as receiver:
        delivery_id = await owed(db, await registered(db, receiver.url))
        async with running(runner(db, answer_ms_max=50, attempts_max=1)):
            found = await until(db, delivery_id, DeliveryStatus.DEAD)
    assert found.last_outcome == "timeout"


async def test_an_endless_body_behind_a_good_head_is_not_read(db):
    endless = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + b"x" * 1_000_000
    async with receiving(endless) as receiver:
        delivery_id = await owed(db, await registered(db, receiver.url))
        async with running(runner(db)):
            await until(db, delivery_id, DeliveryStatus.DELIVERED)


async def test_an_ordered_endpoint_gets_the_next_only_after_the_one_before(db):
    async with receiving(NO, OK) as receiver:
        endpoint = await registered(db, receiver.url, ordered=True)
        owing = [await owed(db, endpoint, str(number).encode()) for number in range(3)]
        async with running(runner(db), runner(db)):
            await until(db, owing[-1], DeliveryStatus.DELIVERED)
    assert [seen[2] for seen in receiver.seen] == [b"0", b"0", b"1", b"2"]


async def test_an_unordered_endpoint_gets_the_others_while_one_waits(db):
    async with receiving(NO, OK) as receiver:
        endpoint = await registered(db, receiver.url)
        first, second = [await owed(db, endpoint, str(number).encode()) for number in range(2)]
        async with running(runner(db, first_wait_ms=60_000)):
            await until(db, second, DeliveryStatus.DELIVERED)
        waiting = await state(db, first)
    assert (waiting.status, waiting.attempts, waiting.last_outcome) == (DeliveryStatus.WAITING, 1, "status-500")


async def test_what_a_killed_process_had_in_hand_goes_out_again_under_its_id(db):
    async with receiving(OK) as receiver:
        delivery_id = await owed(db, await registered(db, receiver.url))
        now = system_now()
        async with db.transaction() as tx:
            assert (await deliveries.claim(tx, now=now, lease_until=now)).id == delivery_id
        async with running(runner(db)):
            found = await until(db, delivery_id, DeliveryStatus.DELIVERED)
    assert found.attempts == 2


async def test_a_paused_endpoint_keeps_what_it_is_owed_and_a_closed_one_is_owed_nothing(db):
    async with receiving(OK) as receiver:
        endpoint = await registered(db, receiver.url)
        async with db.transaction() as tx:
            endpoint = await endpoints.change(tx, endpoint.id, EndpointStatus.PAUSED, owner="ministry", version=1, at=system_now())
        delivery_id, other = await owed(db, endpoint), await owed(db, await registered(db, receiver.url + "2"))
        async with running(runner(db)):
            await until(db, other, DeliveryStatus.DELIVERED)
        assert (await state(db, delivery_id)).status is DeliveryStatus.WAITING
        for version, owner, error in ((1, "ministry", PreconditionFailed), (2, "another", NotFound)):
            with pytest.raises(error):
                async with db.transaction() as tx:
                    await endpoints.change(tx, endpoint.id, EndpointStatus.CLOSED, owner=owner, version=version, at=system_now())
        async with db.transaction() as tx:
            await endpoints.change(tx, endpoint.id, EndpointStatus.CLOSED, owner="ministry", version=2, at=system_now())
        assert (await state(db, delivery_id)).status is DeliveryStatus.DEAD
        with pytest.raises(EndpointClosed):
            await owed(db, endpoint)
        assert (await registered(db, receiver.url)).id != endpoint.id


async def test_the_same_address_for_the_same_purpose_is_one_endpoint_also_at_once(db):
    made = await asyncio.gather(*(registered(db, "https://127.0.0.1/x") for _ in range(4)))
    assert len({one.id for one in made}) == 1


async def test_nothing_is_owed_where_the_change_is_undone(db):
    endpoint = await registered(db, "https://127.0.0.1/x")
    with contextlib.suppress(RuntimeError):
        async with db.transaction() as tx:
            await deliveries.enqueue(tx, CIPHER, endpoint.id, b"{}", about="tests")
            raise RuntimeError
    assert await db.pool.fetchval("SELECT count(*) FROM webhook_delivery") == 0


async def test_a_host_that_left_the_list_is_not_called_any_more(db):
    async with receiving(OK) as receiver:
        delivery_id = await owed(db, await registered(db, receiver.url))
        async with running(runner(db, attempts_max=1, addresses=Addresses(frozenset({"hooks.example.go.th"})))):
            found = await until(db, delivery_id, DeliveryStatus.DEAD)
    assert found.last_outcome == "address-not-allowed"
    assert receiver.seen == []


async def test_nobody_listens(db):
    async with receiving(OK) as receiver:
        pass
    delivery_id = await owed(db, await registered(db, receiver.url))
    async with running(runner(db, attempts_max=2)):
        await until(db, delivery_id, DeliveryStatus.DEAD)
    assert await attempts(db, delivery_id) == ["no-connection", "no-connection"]


def test_waits_double_up_to_the_longest_and_spread():
    pace, some = Pace(12, 1000, 60_000, 1, 1), new_id()
    waits = [pace.wait(some, attempt).total_seconds() for attempt in range(1, 60)]
    assert all(min(2**n, 60) / 2 <= wait <= min(2**n, 60) for n, wait in enumerate(waits))
    assert len({pace.wait(new_id(), 5) for _ in range(20)}) > 1


async def test_a_receiver_whose_certificate_nobody_vouches_for_gets_nothing(db, tmp_path):
    receiver = Receiver([OK])
    server = await asyncio.start_server(receiver, "127.0.0.1", 0, ssl=made_up_certificate(tmp_path))
    async with server:
        url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        delivery_id = await owed(db, await registered(db, url))
        async with running(runner(db, attempts_max=1)):
            found = await until(db, delivery_id, DeliveryStatus.DEAD)
    assert found.last_outcome == "no-connection"
    assert receiver.seen == []
