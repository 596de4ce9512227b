"""RFC 9457: every failure as `application/problem+json`, in both languages, with a stable type."""

import http
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import asyncpg
import orjson
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from shared.errors import DomainError, FieldProblem, Forbidden, Invalid, Unauthenticated, Unavailable
from shared.http.language import Language, language_of
from shared.http.validation import field_problems

PROBLEM_JSON: Final = "application/problem+json"
TYPE_PREFIX: Final = "urn:sukjai:problem:"
RETRY_AFTER_SECONDS: Final = 5

_log = structlog.get_logger(__name__)

_HTTP_TITLES: Final[dict[int, tuple[str, str, str]]] = {
    400: ("bad-request", "The request cannot be read", "ไม่สามารถอ่านคำขอได้"),
    404: ("not-found", "Not found", "ไม่พบข้อมูล"),
    405: ("method-not-allowed", "This address does not take this method", "ที่อยู่นี้ไม่รับวิธีการเรียกนี้"),
    413: ("too-large", "The request is too large", "คำขอมีขนาดใหญ่เกินกำหนด"),
    415: ("unsupported-media-type", "This kind of content is not taken", "ไม่รองรับเนื้อหาชนิดนี้"),
    500: ("internal-error", "Internal error", "ข้อผิดพลาดภายในระบบ"),
}


class ProblemField(BaseModel):
    """One field of the request that is wrong."""

    field: str = Field(description="Where: names joined by dots. ตำแหน่งของข้อมูล", examples=["visit.date"])
    code: str = Field(description="The rule that is broken. กฎที่ไม่ผ่าน", examples=["missing"])
    message: str = Field(description="In the language of Accept-Language. ข้อความตามภาษาที่ขอ")
    message_en: str
    message_th: str
    allowed: str | None = Field(default=None, description="What is allowed. ค่าที่ยอมรับ", examples=["≤ 40"])


class Problem(BaseModel):
    """A problem document (RFC 9457). Facts of the problem are further members."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(
        description="Stable name of the kind of problem. ชื่อชนิดของปัญหา (ไม่เปลี่ยนแปลง)", examples=["urn:sukjai:problem:not-found"]
    )
    title: str
    status: int = Field(examples=[404])
    detail: str = Field(description="In the language of Accept-Language. ข้อความตามภาษาที่ขอ")
    detail_en: str
    detail_th: str
    instance: str = Field(description="The address that was called. ที่อยู่ที่ถูกเรียก")
    correlation_id: str = Field(description="Quote it to the operator. แจ้งรหัสนี้แก่ผู้ดูแลระบบ")
    errors: list[ProblemField] = Field(default_factory=list)


@dataclass(frozen=True)
class Trouble:
    """A failure on its way to becoming a problem document."""

    status: int
    slug: str
    title_en: str
    title_th: str
    detail_en: str
    detail_th: str
    problems: Sequence[FieldProblem] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, error: DomainError) -> "Trouble":
        """The trouble that a named failure stands for."""
        return cls(error.status, error.slug, error.title_en, error.title_th, error.detail_en, error.detail_th, error.problems, error.facts)

    @classmethod
    def of_status(cls, status: int, detail_en: str = "", detail_th: str = "") -> "Trouble":
        """The trouble of a bare HTTP status."""
        if status == http.HTTPStatus.BAD_REQUEST:
            return _UNREADABLE
        phrase = http.HTTPStatus(status).phrase
        slug, title_en, title_th = _HTTP_TITLES.get(status, (phrase.lower().replace(" ", "-"), phrase, phrase))
        return cls(status, slug, title_en, title_th, detail_en or title_en, detail_th or title_th)


# FastAPI says 400 of nothing but a body that it could not read: no UTF-8, nested too deep, a form without its boundary.
_UNREADABLE: Final = Trouble(
    400,
    *_HTTP_TITLES[400],
    "body: cannot be read",
    "body: ไม่สามารถอ่านได้",
    (FieldProblem("body", "unreadable", "cannot be read", "ไม่สามารถอ่านได้"),),
)


def problem_document(trouble: Trouble, *, language: Language, instance: str, correlation_id: str) -> dict[str, Any]:
    """The members of the problem document; facts never replace a member of the standard."""
    thai = language == "th"
    errors = [
        {
            "field": problem.field,
            "code": problem.code,
            "message": problem.message_th if thai else problem.message_en,
            "message_en": problem.message_en,
            "message_th": problem.message_th,
            "allowed": problem.allowed,
        }
        for problem in trouble.problems
    ]
    return {
        **trouble.facts,
        "type": TYPE_PREFIX + trouble.slug,
        "title": trouble.title_th if thai else trouble.title_en,
        "status": trouble.status,
        "detail": trouble.detail_th if thai else trouble.detail_en,
        "detail_en": trouble.detail_en,
        "detail_th": trouble.detail_th,
        "instance": instance,
        "correlation_id": correlation_id,
        "errors": errors,
    }


def problem_response(request: Request, trouble: Trouble, headers: Mapping[str, str] | None = None) -> Response:
    """The answer that tells the trouble to the caller of the request."""
    language = language_of(request.headers.get("accept-language"))
    document = problem_document(
        trouble,
        language=language,
        instance=request.url.path,
        correlation_id=request.scope.get("correlation_id", ""),
    )
    body = orjson.dumps(document, default=str)
    return Response(
        body,
        trouble.status,
        {"Content-Language": language, "Cache-Control": "no-store", **(headers or {})},
        media_type=PROBLEM_JSON,
    )


def add_problem_handlers(app: FastAPI) -> None:
    """Make every failure of the app a problem document; what is not named here is left to the edge, which says 500."""
    app.add_exception_handler(DomainError, _domain_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_exception)
    for kind in _DATABASE_BUSY:
        app.add_exception_handler(kind, _database_busy)


# The database is away, full, or asks to try again: not the caller's fault and not a bug. Whoever leaves a transaction whose
# connection has broken is told so by an InterfaceError, whatever broke it; who begins one on a connection that was just told
# of its end, by an InternalClientError.
_DATABASE_BUSY: Final = (
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.TransactionRollbackError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.LockNotAvailableError,
    ConnectionError,
)


async def _domain_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, DomainError):
        raise TypeError(type(error))
    if error.status >= 500:  # an operator must see these
        _log.error("http.domain_error", slug=error.slug, exc_info=error)
    return problem_response(request, Trouble.of(error), _headers_of(error))


def _headers_of(error: DomainError) -> dict[str, str]:
    match error:
        case Unauthenticated():
            return {"WWW-Authenticate": 'Bearer error="invalid_token"' if error.facts else "Bearer"}
        case Forbidden():
            scope = error.facts.get("needed_scope")
            return {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'} if scope else {}
        case Unavailable():
            return {"Retry-After": str(RETRY_AFTER_SECONDS)}
        case _:
            return {}


async def _invalid_request(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise TypeError(type(error))
    return problem_response(request, Trouble.of(Invalid.of(*field_problems(error.errors()))))


async def _http_exception(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise TypeError(type(error))
    return problem_response(request, Trouble.of_status(error.status_code), error.headers)


async def _database_busy(request: Request, error: Exception) -> Response:
    _log.warning("http.database_busy", exc_info=error)
    return await _domain_error(request, Unavailable())
