"""Server-sent events (HTML Living Standard, 9.2): news of one thing for all who look at it.

One producer looks for all viewers of a thing. Each piece of news is the whole state, so a viewer needs no queue: one is sent the newest
when the own connection takes it. A slow viewer misses what came between and holds nothing; one whose connection takes nothing for
SEND_SECONDS_MAX is left.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import structlog
from fastapi import Response
from prometheus_client import Gauge
from starlette.types import Receive, Scope, Send

from shared.clock import monotonic
from shared.errors import Unavailable

EVENT_STREAM: Final = "text/event-stream"
LAST_EVENT_ID: Final = "Last-Event-ID"
LOOK_SECONDS_MIN: Final = 1.0
"""So long a producer rests between two looks at the least."""
REST_TIMES: Final = 3
"""And so many times as long as the look took: what is followed takes at most a quarter of a connection's time."""
HEARTBEAT_SECONDS: Final = 15.0
SEND_SECONDS_MAX: Final = 30.0
LIFE_SECONDS_MAX: Final = 900.0
"""Then the stream ends and is asked for again, with a token that is still good."""
VIEWERS_MAX: Final = 2_000

_VIEWERS: Final = Gauge("sukjai_live_viewers", "Connections that follow figures live")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class News:
    """A state: its id is the same as long as the state is. `data` is JSON on one line."""

    id: str
    data: bytes

    def frame(self) -> bytes:
        """As it is sent."""
        return b"id: %s\ndata: %s\n\n" % (self.id.encode(), self.data)


Look = Callable[[], Awaitable[News]]


@dataclass
class Channel:
    """One thing that is looked at: its newest state, and a bell for the next."""

    id: str = ""
    frame: bytes = b""
    ended: bool = False
    bell: asyncio.Event = field(default_factory=asyncio.Event)
    viewers: int = 0
    producer: asyncio.Task[None] | None = None

    def tell(self, news: News) -> None:
        """Take the news, where it is any."""
        if news.id != self.id:
            self.id, self.frame = news.id, news.frame()
            self._ring()

    def end(self) -> None:
        """Let all viewers go."""
        self.ended = True
        self._ring()

    def _ring(self) -> None:
        self.bell.set()
        self.bell = asyncio.Event()


class Broadcasts:
    """The channels of one process, each with one producer as long as anybody looks."""

    def __init__(self, *, viewers_max: int = VIEWERS_MAX) -> None:
        """`viewers_max` is for all channels together."""
        self._channels: dict[Hashable, Channel] = {}
        self._viewers_max = viewers_max
        # One look at a time: what is followed by many things must not take every connection to the database.
        self._turn = asyncio.Lock()
        self._closed = False

    @property
    def viewers(self) -> int:
        """How many look."""
        return sum(channel.viewers for channel in self._channels.values())

    @property
    def channels(self) -> int:
        """How many things are looked at, each by one producer."""
        return len(self._channels)

    @asynccontextmanager
    async def viewing(self, key: Hashable, look: Look) -> AsyncIterator[Channel]:
        """The channel of the key, as long as one looks; the first viewer's `look` is everybody's. Raises Unavailable where too many look."""
        if self._closed or self.viewers >= self._viewers_max:
            raise Unavailable("Too many follow live; look again without following", "มีผู้ติดตามสดเต็มแล้ว โปรดดูโดยไม่ติดตามสด")
        channel = self._channels.get(key)
        if channel is None:
            channel = self._channels[key] = Channel()
            channel.producer = asyncio.create_task(self._produce(key, channel, look))
        channel.viewers += 1
        _VIEWERS.inc()
        try:
            yield channel
        finally:
            channel.viewers -= 1
            _VIEWERS.dec()
            if channel.viewers == 0 and channel.producer is not None:
                self._forget(key, channel)
                channel.producer.cancel()

    def close(self) -> None:
        """Let all viewers go, and take no more: the process stops."""
        self._closed = True
        for channel in list(self._channels.values()):
            channel.end()

    async def _produce(self, key: Hashable, channel: Channel, look: Look) -> None:
        while True:
            began = monotonic()
            try:
                async with self._turn:
                    began = monotonic()
                    channel.tell(await look())
            except Exception:  # noqa: BLE001  # whatever it was, it is logged, and the viewers are told by the end of their streams
                # Viewers must not take what is old for new: they are let go, and ask again.
                _log.warning("live.ended", exc_info=True)
                self._forget(key, channel)
                channel.end()
                return
            await asyncio.sleep(max(LOOK_SECONDS_MIN, REST_TIMES * (monotonic() - began)))

    def _forget(self, key: Hashable, channel: Channel) -> None:
        if self._channels.get(key) is channel:
            del self._channels[key]


class EventStream(Response):
    """An answer that goes on with the news of a channel. `last_id` is the state that the viewer has."""

    media_type = EVENT_STREAM

    def __init__(self, viewing: AbstractAsyncContextManager[Channel], *, last_id: str = "") -> None:
        """`viewing` is entered when the answer begins."""
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._viewing = viewing
        self._last_id = last_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer until the viewer leaves, the channel ends, or it is time to ask again."""
        del scope
        async with self._viewing as channel:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            leaving = asyncio.create_task(_left(receive))
            telling = asyncio.create_task(self._tell(channel, send))
            try:
                await asyncio.wait({leaving, telling}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (leaving, telling):
                    task.cancel()
                    with contextlib.suppress(asyncio.CancelledError, TimeoutError):
                        await task

    async def _tell(self, channel: Channel, send: Send) -> None:
        last_id, until = self._last_id, monotonic() + LIFE_SECONDS_MAX
        await _write(send, b"retry: 1000\n\n")
        while not channel.ended and monotonic() < until:
            bell = channel.bell
            if channel.id not in {"", last_id}:
                last_id = channel.id
                await _write(send, channel.frame)
                continue
            try:
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    await bell.wait()
            except TimeoutError:
                await _write(send, b":\n\n")
        await _write(send, b"", more=False)


async def _write(send: Send, chunk: bytes, *, more: bool = True) -> None:
    """Raises TimeoutError when the connection does not take it."""
    async with asyncio.timeout(SEND_SECONDS_MAX):
        await send({"type": "http.response.body", "body": chunk, "more_body": more})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
