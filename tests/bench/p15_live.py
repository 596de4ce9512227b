"""P15: reporting's memory while many follow the year live by server-sent events, against few; and after many changes, against the first."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlsplit

import psutil

from tests.bench.lines import Line
from tests.bench.process import MEBIBYTE, ServiceProcess
from tests.bench.world import World

FEW: Final = 5
VIEWERS: Final = 500
CHANGES: Final = 20
FIRST_DAY: Final = date(2018, 1, 15)


async def measure(world: World) -> AsyncIterator[Line]:
    """Each day that is played is news to all. Viewers are connections that read what they are sent."""
    await world.service("payments")
    reporting = await world.service("reporting")
    await world.until_sql("reporting", "SELECT EXISTS (SELECT FROM policy)")
    days = (FIRST_DAY + timedelta(days=number) for number in range(2 * CHANGES))
    async with contextlib.AsyncExitStack() as stack:
        viewers = [await stack.enter_async_context(_following(world, reporting)) for _ in range(FEW)]
        for _ in range(CHANGES):
            await _told(world, viewers, next(days))
        few = _resident(reporting)
        viewers += [await stack.enter_async_context(_following(world, reporting)) for _ in range(VIEWERS - FEW)]
        await _told(world, viewers, next(days))
        first = _resident(reporting)
        for _ in range(CHANGES - 1):
            await _told(world, viewers, next(days))
        last = _resident(reporting)
    yield Line.of("P15", f"memory with {VIEWERS} who follow live, against {FEW}", world.scale, first, "MiB", few)
    yield Line.of("P15", f"memory after {CHANGES} changes told to {VIEWERS}, against the first change", world.scale, last, "MiB", first)


async def _told(world: World, viewers: list[asyncio.StreamReader], day: date) -> None:
    """A day begins, and everybody is told of it."""
    await world.play(day)
    await asyncio.gather(*(_until_told(viewer, day) for viewer in viewers))


async def _until_told(viewer: asyncio.StreamReader, day: date) -> None:
    wanted = f'"as_of":"{day.isoformat()}'.encode()
    while wanted not in (line := await viewer.readline()):
        if not line:
            raise ConnectionError("the stream ended")


@contextlib.asynccontextmanager
async def _following(world: World, reporting: ServiceProcess) -> AsyncIterator[asyncio.StreamReader]:
    """A bare connection, so that the viewers weigh little in this process."""
    where = urlsplit(reporting.address)
    reader, writer = await asyncio.open_connection(where.hostname, where.port, limit=1024 * 1024)
    head = f"GET /v1/live HTTP/1.1\r\nHost: {where.netloc}\r\nAccept: text/event-stream\r\nAuthorization: Bearer {world.token()}\r\n\r\n"
    writer.write(head.encode())
    await reader.readuntil(b"data: ")
    await reader.readline()
    try:
        yield reader
    finally:
        writer.close()


def _resident(service: ServiceProcess) -> float:
    return psutil.Process(service.popen.pid).memory_info().rss / MEBIBYTE
