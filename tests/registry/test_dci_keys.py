"""A sender that publishes its keys: fetched when needed, again for an unknown one, from allowed addresses only, and never too often."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from datetime import timedelta

import orjson
import pytest

from services.registry.http.dci import routes
from services.registry.jobs import dci as jobs
from services.registry.key_sets import BYTES_MAX
from shared.clock import system_now
from tests.registry.dci_world import Foreign, item, keys_of, uin
from tests.registry.people import citizen_id

SYNC, ASYNC = "/registry/sync/search", "/registry/search"


@dataclass
class Published:
    """The foreign system's own server of its key set: what it answers, and how often it was asked."""

    url: str = ""
    body: bytes = b""
    head: bytes = b"HTTP/1.1 200 OK"
    silent: bool = False
    asked: int = 0
    handlers: set = field(default_factory=set)

    def publish(self, *keys):
        self.body = orjson.dumps({"keys": [one for key in keys for one in key.jwks()["keys"]]})

    async def __call__(self, reader, writer):
        self.handlers.add(asyncio.current_task())
        try:
            await reader.readuntil(b"\r\n\r\n")
            self.asked += 1
            if self.silent:
                await asyncio.Event().wait()
            writer.write(self.head + b"\r\nConnection: close\r\n\r\n" + self.body)
            with contextlib.suppress(ConnectionError):
                await writer.drain()
        finally:
            writer.close()


@pytest.fixture
async def published():
    """Somewhere a key set can be published."""
    mine = Published()
    server = await asyncio.start_server(mine, "127.0.0.1", 0)
    mine.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/jwks.json"
    yield mine
    server.close()
    for task in mine.handlers:
        task.cancel()


@pytest.fixture
async def foreign(registry, people, published, later):
    """A foreign system that is registered with the address of its keys."""
    system = Foreign(registry)
    published.publish(system.keys)
    await system.register(jwks=None, jwks_url=published.url)
    return system


@pytest.fixture
def later(monkeypatch):
    """Let requests and timers believe that so much time has passed since the test began, and none by itself."""
    base = system_now()

    def at(**passed):
        now = base + timedelta(**passed)
        for module in (routes, jobs):
            monkeypatch.setattr(module, "system_now", lambda: now)
        return now

    at()
    return at


async def asks(foreign, at=None, path=SYNC):
    """Status and code of a search that the foreign system signs with its present key."""
    moment = {"message_ts": at.isoformat()} if at is not None else {}
    answer = await foreign.send(path, foreign.search(item(uin(citizen_id(1))), **moment))
    body = answer.json()
    if "errors" in body:
        return answer.status_code, body["errors"][0]["code"], body["errors"][0]["message"]
    error = body.get("message", {}).get("error", {})
    return answer.status_code, error.get("code"), error.get("message")


async def test_published_keys_are_fetched_once_and_changed_without_us(foreign, published, later):
    assert await asyncio.gather(*(asks(foreign) for _ in range(5))) == [(200, None, None)] * 5
    assert published.asked == 1
    old, foreign.keys = foreign.keys, keys_of("n")
    published.publish(foreign.keys, old)
    assert (await asks(foreign, later(seconds=61)))[0] == 200
    foreign.keys = old
    assert (await asks(foreign, later(seconds=62)))[0] == 200
    assert published.asked == 2
    # What has left the key set is worth nothing once the set was looked at again.
    published.publish(keys_of("n"))
    assert (await asks(foreign, later(minutes=13)))[1] == "err.signature.invalid"
    assert published.asked == 3


async def test_unknown_keys_make_us_look_once_a_minute_and_strangers_never(registry, foreign, published, later):
    assert (await asks(foreign))[0] == 200
    stranger = Foreign(registry, keys=keys_of("q"))
    for seconds in range(1, 180, 9):
        assert (await asks(stranger, later(seconds=seconds)))[1] == "err.signature.invalid"
    assert published.asked == 3
    other_client = Foreign(registry, client="someone-else", keys=keys_of("r"))
    unregistered = Foreign(registry, "nobody.example.org", keys=keys_of("r"))
    for one in (other_client, unregistered):
        assert (await asks(one, later(minutes=30)))[1] == "err.sender_id.invalid"
    assert published.asked == 3


async def test_keys_that_cannot_be_had_are_told_with_the_reason(registry, people, published, later, monkeypatch):
    whole, moment = Published(), later()
    for number, (trouble, reason) in enumerate(
        (
            ({"head": b"HTTP/1.1 503 Later"}, "status-503"),
            ({"head": b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/"}, "status-302"),
            ({"body": b"{"}, "no-key-set"),
            ({"body": b'{"keys": []}'}, "no-key-set"),
            ({"body": b'{"keys": [{"kty": ["EC"], "kid": 5}, 7, null]}'}, "no-key-set"),
            ({"body": b" " * (BYTES_MAX + 1)}, "too-large"),
            ({"head": b"nonsense"}, "bad-answer"),
            ({"silent": True}, "timeout"),
        )
    ):
        system = Foreign(registry, f"s{number}.example.org")
        await system.register(jwks=None, jwks_url=f"{published.url}?{number}")
        published.head, published.body, published.silent, published.asked = whole.head, whole.body, whole.silent, 0
        for name, value in trouble.items():
            setattr(published, name, value)
        if published.silent:
            monkeypatch.setattr("shared.webhooks.fetching.FETCH_SECONDS_MAX", 0.5)
        for path, status in ((SYNC, 401), (ASYNC, 400)):
            told = await asks(system, moment, path)
            assert told[:2] == (status, "err.service.unavailable")
            assert reason in told[2]
        # The second message came within the moment: the address was left alone.
        assert published.asked <= 1


async def test_an_address_that_is_away_keeps_its_keys_for_a_day_and_comes_back_alone(registry, foreign, published, later):
    assert (await asks(foreign))[0] == 200
    published.head = b"HTTP/1.1 500 Broken"
    for hours in (1, 23):
        assert (await asks(foreign, later(hours=hours)))[0] == 200
    status, code, words = await asks(foreign, later(hours=25))
    assert (status, code, "status-500" in words) == (401, "err.service.unavailable", True)
    published.head = b"HTTP/1.1 200 OK"
    assert (await asks(foreign, later(hours=25, minutes=2)))[0] == 200
    asked = published.asked
    later(hours=27)
    await jobs.look_for_keys(registry.service.resources)
    assert published.asked == asked + 1
    assert await registry.value("SELECT trouble FROM dci_key_set") is None


async def test_the_address_is_one_that_may_be_called_and_stands_instead_of_keys(registry, foreign, published):
    whole = {"client": "m", "organisation": "o", "reach": {"level": "COUNTRY"}, "purposes": ["P"], "sender_id": "new.example.org"}
    for keys, names in (
        ({"jwks_url": "https://evil.example.com/jwks.json"}, "jwks_url"),
        ({"jwks_url": "http://hooks.example.go.th/jwks.json"}, "jwks_url"),
        ({"jwks_url": "https://hooks.example.go.th/jwks.json", "jwks": foreign.keys.jwks()}, "jwks"),
        ({}, "jwks"),
        ({"jwks_url": "https://hooks.example.go.th/jwks.json"}, None),
    ):
        answer = await registry.post("/v1/dci-senders", {**whole, **keys})
        assert answer.status_code == (201 if names is None else 422), answer.text
        assert names is None or names in [error["field"] for error in answer.json()["errors"]]
    entry = (await registry.get(f"/v1/dci-senders/{foreign.sender_id}")).json()
    assert (entry["jwks"], entry["jwks_url"]) == (None, published.url)
    # Back to registered keys: what is published is worth nothing any more.
    change = {name: value for name, value in entry.items() if name not in {"sender_id", "version", "changed_by", "changed_at"}}
    change |= {"jwks": keys_of("z").jwks(), "jwks_url": None}
    headers = {**registry.token(), "If-Match": '"1"'}
    assert (await registry.client.put(f"/v1/dci-senders/{foreign.sender_id}", json=change, headers=headers)).status_code == 200
    assert (await asks(foreign))[1] == "err.signature.invalid"
    foreign.keys = keys_of("z")
    assert (await asks(foreign))[0] == 200
    await jobs.forget(registry.service.resources)
    assert await registry.value("SELECT count(*) FROM dci_key_set WHERE url = $1", published.url) == 0
