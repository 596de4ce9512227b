"""NDJSON, one JSON object a line, both ways and with flat memory."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from fastapi import Request
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from shared.errors import FieldProblem, Invalid
from shared.http.plain import to_json
from shared.http.texts import MAYBE_BAD, text_problem

NDJSON: Final = "application/x-ndjson"
LINE_BYTES_MAX: Final = 64 * 1024
CHUNK_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a request: its number (from 1) and either its object or what is wrong with it."""

    number: int
    value: dict[str, Any] | None = None
    problem: FieldProblem | None = None


def kind_of_body(request: Request, *kinds: str) -> str:
    """Which of the media types the request's body is of, by its Content-Type. Raises Invalid naming the header for another."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in kinds:
        raise Invalid.field("Content-Type", "content_type", "is not one of those taken", "ไม่ใช่ชนิดที่รับ", " | ".join(kinds))
    return kind


async def read_lines(request: Request, *, line_bytes_max: int = LINE_BYTES_MAX) -> AsyncIterator[Line]:
    """The lines of the request's body as they arrive; empty lines are skipped, a bad line does not end the reading.

    The route must be marked `operation(…, streams_body=True)`, or the body limit applies.
    """
    number = 0
    async for raw in _split(request, line_bytes_max):
        number += 1
        if raw is None:
            yield Line(
                number, problem=_problem(number, "line_too_long", f"has more than {line_bytes_max} bytes", f"ยาวเกิน {line_bytes_max} ไบต์")
            )
        elif raw.strip():
            yield _line(number, raw)


async def _split(request: Request, line_bytes_max: int) -> AsyncIterator[bytes | None]:
    """The lines without their ends; None for one that is too long, whose bytes are dropped as they come."""
    rest = bytearray()
    dropping = False
    async for chunk in request.stream():
        *ends, tail = chunk.split(b"\n")
        for end in ends:
            rest += end
            yield None if dropping or len(rest) > line_bytes_max else bytes(rest)
            rest.clear()
            dropping = False
        if not dropping:
            rest += tail
            if len(rest) > line_bytes_max:
                rest.clear()
                dropping = True
    if dropping or rest:
        yield None if dropping else bytes(rest)


def _line(number: int, raw: bytes) -> Line:
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return Line(number, problem=_problem(number, "json_invalid", "is not JSON", "ไม่ใช่ JSON ที่ถูกต้อง"))
    if not isinstance(value, dict):
        return Line(number, problem=_problem(number, "dict_type", "must be a JSON object", "ต้องเป็นออบเจกต์ JSON"))
    # Of a million lines next to none is looked at text by text.
    problem = text_problem(value, str(number)) if MAYBE_BAD.search(raw) else None
    return Line(number, value) if problem is None else Line(number, problem=problem)


def _problem(number: int, code: str, en: str, th: str) -> FieldProblem:
    return FieldProblem(str(number), code, f"line {number} {en}", f"บรรทัดที่ {number} {th}")


class NdjsonResponse(StreamingResponse):
    """An answer of one JSON object a line. The rows' generator is closed with the answer, however it ends."""

    media_type = NDJSON

    def __init__(self, rows: AsyncIterator[Mapping[str, Any]], status_code: int = 200, *, while_reading: bool = False) -> None:
        """`rows` are mappings of what orjson takes (UUID, dates, numbers, text).

        `while_reading` is for rows that are made of the request's body as it comes: then they alone hear what the caller sends.
        """
        self._rows = rows
        self._while_reading = while_reading
        super().__init__(self.encoded(rows), status_code, headers={"Cache-Control": "no-store"})

    def encoded(self, rows: AsyncIterator[Mapping[str, Any]]) -> AsyncIterator[bytes]:
        """The rows as the bytes that are sent."""
        return _chunks(rows)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream the answer."""
        try:
            if self._while_reading:
                # Starlette would wait for the caller's going away, and so take the body from the reader.
                await self.stream_response(send)
            else:
                await super().__call__(scope, receive, send)
        finally:
            # A caller that goes away must not leave the rows' transaction open until the garbage collector comes.
            close = getattr(self._rows, "aclose", None)
            if close is not None:
                await close()


async def _chunks(rows: AsyncIterator[Mapping[str, Any]]) -> AsyncIterator[bytes]:
    chunk = bytearray()
    async for row in rows:
        chunk += orjson.dumps(dict(row), default=to_json, option=orjson.OPT_APPEND_NEWLINE)
        if len(chunk) >= CHUNK_BYTES:
            yield bytes(chunk)
            chunk.clear()
    if chunk:
        yield bytes(chunk)
