"""A small HTTP/1.1 client for one server: kept connections, one call on each at a time. A call costs a fifth of what httpx asks."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast
from urllib.parse import urlencode, urlsplit

import httptools
import orjson

from shared.clock import monotonic

CALL_SECONDS_MAX: Final = 120
ERROR_STATUS_MIN: Final = 400


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: status, content type and body."""

    status_code: int
    content_type: str
    content: bytes

    @property
    def is_error(self) -> bool:
        """The call was refused or failed."""
        return self.status_code >= ERROR_STATUS_MIN

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode(errors="replace")

    def json(self) -> Any:
        """The body read as JSON. Raises ValueError."""
        return orjson.loads(self.content)


class _Connection(asyncio.Protocol):
    """One kept connection; its methods with `on_` are called by httptools."""

    def __init__(self) -> None:
        self.idle_since = 0.0
        self._transport: asyncio.WriteTransport | None = None
        self._answer: asyncio.Future[Reply] | None = None
        self._begin()

    def _begin(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._content_type = ""
        self._body = bytearray()

    @property
    def is_open(self) -> bool:
        """Another call may go out on it."""
        return self._transport is not None and not self._transport.is_closing()

    def ask(self, request: bytes) -> asyncio.Future[Reply]:
        """Send; the reply, or ConnectionError when the server hangs up before its end."""
        if self._transport is None:
            raise ConnectionError("the connection is closed")
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._answer

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports have the methods and not the base class.
        self._transport = cast("asyncio.WriteTransport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._fail(ConnectionError(f"the server hung up: {exc}"))

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(ConnectionError(f"the answer is not HTTP: {error}"))
            self.close()

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"content-type":
            self._content_type = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        reply = Reply(self._parser.get_status_code(), self._content_type, bytes(self._body))
        if not self._parser.should_keep_alive():
            self.close()
        answer, self._answer = self._answer, None
        self._begin()
        if answer is not None and not answer.done():
            answer.set_result(reply)

    def _fail(self, error: ConnectionError) -> None:
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            answer.set_exception(error)


@dataclass
class Wire:
    """The connections to one server at `address` (http only)."""

    address: str
    connections_max: int
    idle_seconds_max: float
    call_seconds_max: float = CALL_SECONDS_MAX
    _kept: list[_Connection] = field(default_factory=list, init=False)
    _places: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        """Read the address once."""
        parts = urlsplit(self.address)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._places = asyncio.Semaphore(self.connections_max)

    def close(self) -> None:
        """Hang up; connections in use are closed by their callers' cancelling."""
        while self._kept:
            self._kept.pop().close()

    async def get(self, path: str, **more: Any) -> Reply:
        """GET; see `request`."""
        return await self.request("GET", path, **more)

    async def post(self, path: str, **more: Any) -> Reply:
        """POST; see `request`."""
        return await self.request("POST", path, **more)

    async def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Call and wait for the whole answer. Raises ConnectionError, TimeoutError."""
        request = self._bytes_of(method, path, json, form, params, headers or {})
        async with self._places, asyncio.timeout(self.call_seconds_max):
            connection = self._idle() or await self._opened()
            try:
                reply = await connection.ask(request)
            except BaseException:
                connection.close()
                raise
            if connection.is_open:
                connection.idle_since = monotonic()
                self._kept.append(connection)
            return reply

    def _bytes_of(
        self,
        method: str,
        path: str,
        json: Any,
        form: Mapping[str, str] | None,
        params: Mapping[str, Any] | None,
        headers: Mapping[str, str],
    ) -> bytes:
        lines = [f"{method} {path}{'?' + urlencode(params) if params else ''} HTTP/1.1", f"Host: {self._host}:{self._port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        body = b""
        if json is not None:
            body = orjson.dumps(json)
            lines.append("Content-Type: application/json")
        elif form is not None:
            body = urlencode(form).encode()
            lines.append("Content-Type: application/x-www-form-urlencoded")
        if body or method != "GET":
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join((*lines, "", "")).encode() + body

    def _idle(self) -> _Connection | None:
        while self._kept:
            connection = self._kept.pop()
            if connection.is_open and monotonic() - connection.idle_since < self.idle_seconds_max:
                return connection
            connection.close()
        return None

    async def _opened(self) -> _Connection:
        _, connection = await asyncio.get_running_loop().create_connection(_Connection, self._host, self._port)
        return connection
