"""The outermost layer of every app: correlation id, limit on bodies, the last catch, log line and metrics. Plain ASGI, for speed."""

import re
from typing import Any, Final

import structlog
from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.clock import monotonic
from shared.http.metrics import observe
from shared.http.problems import Trouble, problem_response
from shared.ids import new_id

CORRELATION_HEADER: Final = "X-Correlation-Id"
BODY_BYTES_MAX: Final = 2 * 1024 * 1024
STREAMS_BODY: Final = "x-streams-body"
_SANE_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
# A correlation id goes into every log line and event, so it may not be, or hold, a citizen id.
_LONG_DIGITS: Final = re.compile(r"[0-9]{13}|[0-9]-[0-9]{4}-[0-9]{5}-[0-9]{2}-[0-9]")
_QUIET: Final = frozenset({"healthz", "readyz", "metrics"})

_log = structlog.get_logger(__name__)


def operation_of(scope: Scope) -> str:
    """The operationId of the route that the request reached; `unmatched` when it reached none."""
    route = scope.get("route")
    return str(getattr(route, "operation_id", None) or getattr(route, "name", None) or "unmatched")


def streams_body(scope: Scope) -> bool:
    """Whether the route that the request reached reads its body as a stream, without the limit."""
    extra: dict[str, Any] | None = getattr(scope.get("route"), "openapi_extra", None)
    return bool(extra and extra.get(STREAMS_BODY))


class Edge:
    """ASGI middleware; see the module. Puts `correlation_id` into the scope and the log context."""

    def __init__(self, app: ASGIApp, *, service: str, body_bytes_max: int = BODY_BYTES_MAX) -> None:
        """`body_bytes_max` holds for all routes but those marked `operation(…, streams_body=True)`."""
        self._app = app
        self._service = service
        self._body_bytes_max = body_bytes_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        correlation_id = _correlation_id(scope)
        scope["correlation_id"] = correlation_id
        exchange = _Exchange(scope, receive, send, correlation_id, self._body_bytes_max)
        started = monotonic()
        with structlog.contextvars.bound_contextvars(service=self._service, correlation_id=correlation_id):
            try:
                await self._serve(exchange)
            finally:
                self._account(scope, exchange.status, monotonic() - started)

    async def _serve(self, exchange: "_Exchange") -> None:
        try:
            await self._app(exchange.scope, exchange.receive, exchange.send)
        except ClientDisconnect:
            # Nobody is there to be told, and nothing is wrong with us.
            _log.info("http.left", operation=operation_of(exchange.scope))
        except Exception as error:
            _log.exception("http.failed", operation=operation_of(exchange.scope), exc_info=error)
            if exchange.status:
                # The answer has begun: only breaking the connection tells the caller that it is not whole.
                raise
            response = problem_response(Request(exchange.scope), Trouble.of_status(500))
            await response(exchange.scope, exchange.receive, exchange.send)

    def _account(self, scope: Scope, status: int, seconds: float) -> None:
        operation = operation_of(scope)
        observe(self._service, operation, status or 499, seconds)
        if operation not in _QUIET:
            _log.info("http.answered", operation=operation, method=scope["method"], status=status or 499, ms=round(seconds * 1000, 1))


class _Exchange:
    """One request and its answer: counts what comes in, marks what goes out."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, correlation_id: str, body_bytes_max: int) -> None:
        self.scope = scope
        self.status = 0
        self._receive = receive
        self._send = send
        self._correlation_id = correlation_id
        self._body_bytes_max = body_bytes_max
        self._body_bytes = 0

    async def receive(self) -> Message:
        """The next message; raises HTTPException 413 on the way past the limit. Routing is done when a body is read."""
        message = await self._receive()
        self._body_bytes += len(message.get("body", b""))
        if self._body_bytes > self._body_bytes_max and not streams_body(self.scope):
            raise HTTPException(413)
        return message

    async def send(self, message: Message) -> None:
        """Send a message of the answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            MutableHeaders(scope=message)[CORRELATION_HEADER] = self._correlation_id
        await self._send(message)


def _correlation_id(scope: Scope) -> str:
    given = Headers(scope=scope).get(CORRELATION_HEADER, "")
    sane = _SANE_ID.fullmatch(given) and not _LONG_DIGITS.search(given)
    return given if sane else str(new_id())
