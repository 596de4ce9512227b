"""Server-sent events: one producer for all, the newest state alone for who is slow, an end for who takes nothing."""

import asyncio

import pytest

from shared.errors import Unavailable
from shared.http import event_stream
from shared.http.event_stream import Broadcasts, EventStream, News


class World:
    """What is looked at; counts the looks."""

    def __init__(self):
        self.state, self.looks, self.broken = 1, 0, False

    async def look(self):
        self.looks += 1
        if self.broken:
            raise ConnectionError
        return News(str(self.state), b'{"state":%d}' % self.state)


class Connection:
    """An ASGI connection that takes what it is sent, or not."""

    def __init__(self):
        self.sent, self.takes, self.left = [], asyncio.Event(), asyncio.Event()
        self.takes.set()

    async def receive(self):
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        await self.takes.wait()
        self.sent.append(message.get("body", b""))

    def states(self):
        return [chunk.split(b":")[-1].strip(b"}\n") for chunk in self.sent if b"data" in chunk]


@pytest.fixture
def fast(monkeypatch):
    monkeypatch.setattr(event_stream, "LOOK_SECONDS_MIN", 0.01)
    monkeypatch.setattr(event_stream, "REST_TIMES", 0)


async def until(good):
    async with asyncio.timeout(20):
        while not good():
            await asyncio.sleep(0.005)


def following(broadcasts, world, connection, **more):
    stream = EventStream(broadcasts.viewing("key", world.look), **more)
    return asyncio.create_task(stream({"type": "http"}, connection.receive, connection.send))


async def test_one_producer_for_all_and_none_when_nobody_looks(fast):
    broadcasts, world, one, two = Broadcasts(), World(), Connection(), Connection()
    tasks = [following(broadcasts, world, connection) for connection in (one, two)]
    await until(lambda: one.states() == two.states() == [b"1"])
    assert (broadcasts.viewers, broadcasts.channels) == (2, 1)
    world.state = 2
    await until(lambda: one.states() == two.states() == [b"1", b"2"])
    for connection in (one, two):
        connection.left.set()
    await asyncio.gather(*tasks)
    assert (broadcasts.viewers, broadcasts.channels) == (0, 0)
    looks = world.looks
    await asyncio.sleep(0.05)
    assert world.looks == looks


async def test_a_slow_viewer_is_sent_the_newest_and_nothing_between(fast):
    broadcasts, world, slow, quick = Broadcasts(), World(), Connection(), Connection()
    tasks = [following(broadcasts, world, connection) for connection in (slow, quick)]
    await until(lambda: slow.states() == quick.states() == [b"1"])
    slow.takes.clear()
    for state in range(2, 8):
        world.state = state
        await until(lambda state=state: quick.states()[-1] == str(state).encode())
    slow.takes.set()
    await until(lambda: slow.states()[-1] == b"7")
    assert len(slow.states()) < len(quick.states()) == 7
    broadcasts.close()
    await asyncio.gather(*tasks)


async def test_who_takes_nothing_is_left(fast, monkeypatch):
    monkeypatch.setattr(event_stream, "SEND_SECONDS_MAX", 0.05)
    broadcasts, world, stuck = Broadcasts(), World(), Connection()
    task = following(broadcasts, world, stuck)
    await until(lambda: stuck.states() == [b"1"])
    stuck.takes.clear()
    world.state = 2
    await task
    assert (broadcasts.viewers, broadcasts.channels) == (0, 0)


async def test_a_quiet_stream_has_a_heartbeat_and_ends_in_time(fast, monkeypatch):
    monkeypatch.setattr(event_stream, "HEARTBEAT_SECONDS", 0.01)
    broadcasts, world, one = Broadcasts(), World(), Connection()
    task = following(broadcasts, world, one, last_id="1")
    await until(lambda: one.sent.count(b":\n\n") > 2)
    assert one.states() == []
    broadcasts.close()
    await task
    monkeypatch.setattr(event_stream, "LIFE_SECONDS_MAX", 0.0)
    await following(Broadcasts(), world, Connection())


async def test_when_the_figures_cannot_be_read_viewers_are_let_go(fast):
    broadcasts, world, one = Broadcasts(), World(), Connection()
    task = following(broadcasts, world, one)
    await until(lambda: one.states() == [b"1"])
    world.broken = True
    await task
    assert broadcasts.channels == 0


async def test_too_many_are_refused_and_after_the_close_all(fast):
    broadcasts, world = Broadcasts(viewers_max=1), World()
    async with broadcasts.viewing("key", world.look):
        with pytest.raises(Unavailable):
            async with broadcasts.viewing("other", world.look):
                pass
    broadcasts.close()
    with pytest.raises(Unavailable):
        async with broadcasts.viewing("key", world.look):
            pass
