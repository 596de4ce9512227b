"""The call: what a route gets of its caller, and the one place where HTTP opens transactions."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Generic

import asyncpg
import orjson
import structlog
from fastapi import Request, Response
from pydantic import BaseModel, TypeAdapter
from typing_extensions import TypeVar

from shared.auth import Principal
from shared.db import ReadTx, Tx
from shared.errors import DomainError, FieldProblem, Invalid, NotFound, Unauthenticated
from shared.http.edge import operation_of, streams_body
from shared.http.idempotency import KEY_HEADER, Answer, Claim, checked_key, request_hash
from shared.http.language import Language, language_of
from shared.http.ndjson import NdjsonResponse
from shared.http.parameters import unknown_parameters
from shared.http.plain import plain, to_json
from shared.http.resources import Resources
from shared.http.texts import MAYBE_BAD, text_problem

NO_CONTENT: Final = 204

T = TypeVar("T")
R = TypeVar("R", bound=Resources, default=Resources)


@dataclass(frozen=True)
class Call(Generic[R]):
    """One authenticated call. Routes do their work through `command`, `query` or `stream`, which own the transaction."""

    principal: Principal
    resources: R
    language: Language
    correlation_id: str
    request: Request
    idempotency_key: str | None = None

    async def command(
        self,
        use_case: Callable[[Tx], Awaitable[T]],
        *,
        status: int | Callable[[T], int] | None = None,
        model: Any = None,
        location: Callable[[T], str] | None = None,
        refused: Callable[[Tx, DomainError], Awaitable[None]] | None = None,
    ) -> Response:
        """Run the use case in one transaction, commit, and answer with its result.

        `model` is the pydantic model (or type) that the result is given out as, by default the route's response model;
        `status` (or a function of the result) is by default the route's. The answer has an ETag when the result has a `version`, and a Location when
        `location` is given. With an Idempotency-Key the answer is stored in the same transaction and given again to the
        same request; a DomainError rolls all back and leaves the key free. `refused` then writes what is to be kept of the refusal, in
        a transaction of its own; the same request may come again. Raises IdempotencyKeyReused.
        """
        try:
            return await self._commanded(use_case, status, model, location)
        except DomainError as error:
            if refused is not None:
                async with self.resources.db.transaction() as tx:
                    await refused(tx, error)
            raise

    async def _commanded(
        self,
        use_case: Callable[[Tx], Awaitable[T]],
        status: int | Callable[[T], int] | None,
        model: Any,
        location: Callable[[T], str] | None,
    ) -> Response:
        claim = await self._claim()
        async with self.resources.db.transaction() as tx:
            if claim is not None:
                stored = await claim.take(tx)
                if stored is not None:
                    return stored.to_response(replay=True)
            result = await use_case(tx)
            answer = self._answer(result, status(result) if callable(status) else status, model)
            if location is not None:
                answer.headers["Location"] = location(result)
            if claim is not None:
                await claim.store(tx, answer)
        return answer.to_response()

    async def audited(self, use_case: Callable[[Tx], Awaitable[T | None]], model: Any = None) -> Response:
        """Read personal data and append to the audit in one transaction. None is NotFound, raised after the commit: asking counts too.

        An Idempotency-Key is ignored: a stored answer would let the same question pass without an audit.
        """
        async with self.resources.db.transaction() as tx:
            result = await use_case(tx)
        if result is None:
            raise NotFound
        return self._answer(result, None, model).to_response()

    async def query(self, read: Callable[[ReadTx], Awaitable[T]], model: Any = None, *, status: int | None = None) -> Response:
        """Read in one read-only transaction and answer with the result; None is NotFound, an If-None-Match that still holds 304."""
        async with self.resources.db.reading() as tx:
            result = await read(tx)
        if result is None:
            raise NotFound
        answer = self._answer(result, status, model)
        return self._unless_known(answer)

    async def tagged(self, use_case: Callable[[Tx], Awaitable[T]], etag: Callable[[T], str]) -> Response:
        """As `query` for a reading that notes in its transaction what was given out; the ETag is that of the result."""
        async with self.resources.db.transaction() as tx:
            result = await use_case(tx)
        answer = self._answer(result, None, None)
        answer.headers["ETag"] = f'"{etag(result)}"'
        return self._unless_known(answer)

    def _unless_known(self, answer: Answer) -> Response:
        etag = answer.headers.get("ETag")
        if etag is not None and self.knows(etag):
            return Response(status_code=304, headers={"ETag": etag, "Cache-Control": "no-store"})
        return answer.to_response()

    def knows(self, etag: str) -> bool:
        """Whether If-None-Match names the ETag."""
        return etag in _tags(self.request.headers.get("if-none-match", ""))

    async def stream(
        self,
        read: Callable[[ReadTx], AsyncIterator[Mapping[str, Any]]],
        answer: Callable[[AsyncIterator[Mapping[str, Any]]], NdjsonResponse] = NdjsonResponse,
    ) -> NdjsonResponse:
        """Answer with the rows as NDJSON (or as `answer` writes them), read in one read-only transaction that lives as long as the answer.

        The first row is read before the answer begins, so that a failure up to it is a problem document.
        """
        rows = self._rows(read)
        try:
            first = await anext(rows)
        except StopAsyncIteration:
            return answer(_nothing())
        return answer(_after(first, rows))

    def if_match(self) -> int | None:
        """The version that If-Match names; None without the header or for `*`. Raises Invalid naming the header."""
        value = self.request.headers.get("if-match")
        if value is None or value.strip() == "*":
            return None
        digits = value.strip().removeprefix("W/").strip('"')
        if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
            raise Invalid.field("If-Match", "if_match", "is not an ETag of this resource", "ไม่ใช่ ETag ของข้อมูลนี้", '"<version>"')
        return int(digits)

    def version_to_change(self) -> int:
        """As `if_match`, but required. Raises Invalid naming the header."""
        version = self.if_match()
        if version is None:
            raise Invalid.field("If-Match", "missing", "is required", "จำเป็นต้องระบุ", '"<version>"')
        return version

    async def _claim(self) -> Claim | None:
        if self.idempotency_key is None:
            return None
        # A streamed body cannot be hashed before it is used: there the key stands for the address alone.
        body = b"" if streams_body(self.request.scope) else await self.request.body()
        return Claim(self.principal.subject, operation_of(self.request.scope), self.idempotency_key, request_hash(self.request, body))

    def _answer(self, result: Any, status: int | None, model: Any) -> Answer:
        route = self.request.scope.get("route")
        code = status or getattr(route, "status_code", None) or 200
        if result is None or code == NO_CONTENT:
            return Answer(code, b"")
        version = _version(result)
        body = _dump(result, model or getattr(route, "response_model", None))
        return Answer(code, body, {} if version is None else {"ETag": f'"{version}"'})

    async def _rows(self, read: Callable[[ReadTx], AsyncIterator[Mapping[str, Any]]]) -> AsyncIterator[Mapping[str, Any]]:
        async with self.resources.db.reading() as tx:
            async for row in read(tx):
                yield row


async def _nothing() -> AsyncIterator[Mapping[str, Any]]:
    no_rows: tuple[Mapping[str, Any], ...] = ()
    for row in no_rows:
        yield row


async def _after(first: Mapping[str, Any], rows: AsyncIterator[Mapping[str, Any]]) -> AsyncIterator[Mapping[str, Any]]:
    try:
        yield first
        async for row in rows:
            yield row
    finally:
        await rows.aclose()  # type: ignore[attr-defined]  # an async generator of ours


class Calling:
    """The dependency that `calling` makes. Its scope and whether it needs a key are also read by the OpenAPI page."""

    def __init__(self, scope: str, *, idempotent: bool, needs_if_match: bool, foreign: bool) -> None:
        """Use `calling`."""
        self.scope = scope
        self.idempotent = idempotent
        self.needs_if_match = needs_if_match
        self._foreign = foreign

    async def __call__(self, request: Request) -> Call[Any]:
        """Authenticate, check the scope, the parameters' names and the text of the request. Raises Unauthenticated, Forbidden, Invalid."""
        resources: Resources = request.app.state.resources
        principal = await resources.verifier.verify(_bearer(request))
        structlog.contextvars.bind_contextvars(client=principal.subject)
        principal.require(self.scope)
        if not self._foreign:
            _refuse(unknown_parameters(request) or _bad_text(request))
        return Call(
            principal=principal,
            resources=resources,
            language=language_of(request.headers.get("accept-language")),
            correlation_id=request.scope["correlation_id"],
            request=request,
            idempotency_key=checked_key(request.headers.get(KEY_HEADER), required=self.idempotent),
        )


def calling(scope: str, *, idempotent: bool = False, needs_if_match: bool = False, foreign: bool = False) -> Calling:
    """The dependency of a route: `Annotated[Call, Depends(calling("interview.intents:write", idempotent=True))]`.

    `idempotent` is for POSTs that create: a missing Idempotency-Key is refused; elsewhere one that is sent is honoured.
    `needs_if_match` is for routes that ask for `Call.version_to_change`; the page then says so.
    `foreign` is for routes of another's standard, which tell of unknown parameters and bad text themselves, in its form.
    """
    return Calling(scope, idempotent=idempotent, needs_if_match=needs_if_match, foreign=foreign)


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated
    return token.strip()


def _refuse(problems: Sequence[FieldProblem]) -> None:
    if problems:
        raise Invalid.of(*problems)


def _bad_text(request: Request) -> Sequence[FieldProblem]:
    """PostgreSQL refuses NUL and halves of characters in text. Only a request that may have one is searched, to name the field."""
    problem = text_problem(dict(request.path_params)) or _bad_in_query(request) or _bad_in_body(request)
    return () if problem is None else (problem,)


def _bad_in_query(request: Request) -> FieldProblem | None:
    if "%00" not in request.url.query:
        return None
    return _bad_in_pairs(request.query_params.multi_items())


def _bad_in_body(request: Request) -> FieldProblem | None:
    """Looks at what FastAPI has read for the route; a body that it has not read is a stream, which its own reader checks."""
    form = getattr(request, "_form", None)
    if form is not None:
        return _bad_in_pairs([(name, value) for name, value in form.multi_items() if isinstance(value, str)])
    body: bytes = getattr(request, "_body", b"")
    if not MAYBE_BAD.search(body):
        return None
    try:
        return text_problem(json.loads(body))
    except ValueError:
        return None


def _bad_in_pairs(pairs: Iterable[tuple[str, str]]) -> FieldProblem | None:
    return next((problem for name, value in pairs if (problem := text_problem({name: value}))), None)


def _version(result: Any) -> int | None:
    version = result.get("version") if isinstance(result, dict | asyncpg.Record) else getattr(result, "version", None)
    return version if isinstance(version, int) and not isinstance(version, bool) else None


def _tags(header: str) -> set[str]:
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}


@cache
def _adapter(model: Any) -> TypeAdapter[Any]:
    return TypeAdapter(model)


def _dump(result: Any, model: Any) -> bytes:
    """The JSON of the result, checked against the model; rows of the database are read as mappings, others by attribute."""
    if isinstance(result, BaseModel) and (model is None or type(result) is model):
        return result.model_dump_json(by_alias=True).encode()
    if model is None:
        return orjson.dumps(plain(result), default=to_json)
    adapter = _adapter(model)
    return adapter.dump_json(adapter.validate_python(plain(result), from_attributes=True), by_alias=True)
