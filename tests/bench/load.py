"""A small HTTP client that costs little beside the server it measures."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from tests.bench.lines import Stopwatch

WARM_UP_SHARE: Final = 10


@dataclass(frozen=True)
class Request:
    """A request; with a body it is JSON."""

    method: str
    path: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        body = b"" if self.body is None else orjson.dumps(self.body)
        headers = {**self.headers, "Host": "127.0.0.1", "Content-Length": str(len(body)), "Content-Type": "application/json"}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{self.method} {self.path} HTTP/1.1\r\n{head}\r\n".encode() + body


class NotAnswered(RuntimeError):
    """An answer was an error."""


async def ms_a_request(address: str, requests: Sequence[Request], connections: int) -> float:
    """Send them all over so many connections, each waiting for its answer; returns milliseconds of the clock on the wall a request."""
    waiting = [request.to_bytes() for request in reversed(requests)]
    watch = Stopwatch()
    await asyncio.gather(*(_work(address, waiting) for _ in range(connections)))
    return watch.seconds * 1000 / len(requests)


async def ms_of_each(address: str, requests: Sequence[Request], connections: int) -> list[float]:
    """Send them all over so many connections, each waiting for its answer; returns how many milliseconds each took."""
    waiting = [request.to_bytes() for request in reversed(requests)]
    taken: list[float] = []
    await asyncio.gather(*(_work(address, waiting, taken) for _ in range(connections)))
    return taken


async def ms_when_warm(address: str, requests: Sequence[Request], connections: int) -> list[float]:
    """As `ms_of_each`, of those after the first tenth."""
    first = len(requests) // WARM_UP_SHARE
    await ms_of_each(address, requests[:first], connections)
    return await ms_of_each(address, requests[first:], connections)


async def _work(address: str, waiting: list[bytes], taken: list[float] | None = None) -> None:
    parts = urlsplit(address)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        while waiting:
            watch = Stopwatch()
            writer.write(waiting.pop())
            await _answer(reader)
            if taken is not None:
                taken.append(watch.seconds * 1000)
    finally:
        writer.close()
        await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = next(int(line.partition(":")[2]) for line in head.splitlines() if line.startswith("content-length:"))
    body = await reader.readexactly(length)
    status = int(head.split(" ", 2)[1])
    if status >= 400:
        raise NotAnswered(f"{status} {body.decode()}")
