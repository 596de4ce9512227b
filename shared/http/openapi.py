"""OpenAPI as the product for operations staff: both languages, scopes, errors with examples, a working Authorize button."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi

from shared.http.call import Calling
from shared.http.docs_page import links_to_own_pages
from shared.http.edge import CORRELATION_HEADER, STREAMS_BODY
from shared.http.idempotency import KEY_HEADER
from shared.http.parameters import api_routes
from shared.http.problems import PROBLEM_JSON, Problem, Trouble, problem_document

FURTHER_SCOPES: Final = "x-further-scopes"

_EXAMPLE_CORRELATION: Final = "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d2561"

# status: (component name, slug, English, Thai)
_ERRORS: Final[dict[str, tuple[str, str, str, str]]] = {
    "401": ("Unauthenticated", "unauthenticated", "A valid access token is needed", "ต้องใช้โทเค็นที่ถูกต้อง"),
    "403": ("Forbidden", "forbidden", "The token does not have the scope of this operation", "โทเค็นไม่มีสิทธิ์สำหรับการทำงานนี้"),
    "404": ("NotFound", "not-found", "Not there, or out of your reach", "ไม่พบข้อมูล หรืออยู่นอกพื้นที่รับผิดชอบของท่าน"),
    "409": ("Conflict", "conflict", "The present state does not allow this", "สถานะปัจจุบันไม่อนุญาตให้ดำเนินการนี้"),
    "422": ("Invalid", "invalid", "The request is not valid", "คำขอไม่ถูกต้อง"),
}
_DEFAULT: Final = ("Trouble", "unavailable", "Any other failure, told in the same form", "ความล้มเหลวอื่น ๆ ในรูปแบบเดียวกัน")

_HEADERS: Final[dict[str, tuple[str, str, str]]] = {
    "AcceptLanguage": ("Accept-Language", "Language of messages: `en` (default) or `th`. ภาษาของข้อความ", "th"),
    "CorrelationId": (CORRELATION_HEADER, "Your own id of this call, given back and logged. รหัสติดตามการเรียก", _EXAMPLE_CORRELATION),
    "IdempotencyKey": (
        KEY_HEADER,
        "A new UUID for each new request; the same key and body get the same answer again. รหัสป้องกันการทำรายการซ้ำ",
        "019a5f3e-7c1a-7d34-9b1e-000000000001",
    ),
    "IfMatch": ("If-Match", "The ETag that you read; refused when it has changed since. ETag ที่อ่านไว้", '"3"'),
    "NeededIfMatch": ("If-Match", "The ETag that you read; refused when it has changed since. ETag ที่อ่านไว้ (จำเป็น)", '"3"'),
    "IfNoneMatch": ("If-None-Match", "The ETag that you have; 304 when it still holds. ETag ที่มีอยู่", '"3"'),
}

_REQUIRED: Final = frozenset({"IdempotencyKey", "NeededIfMatch"})

_OF_QUERIES: Final = (
    "A query parameter that the operation does not list is refused (422, `unknown_parameter`) with the names of those that it takes.\n\n"
    "พารามิเตอร์ใน query ที่ไม่อยู่ในรายการของคำสั่งนั้นจะถูกปฏิเสธ (422 `unknown_parameter`) พร้อมชื่อพารามิเตอร์ที่รับ"
)


def operation(
    summary: str, th: str, en: str, scope: str | None = None, *, further_scopes: Sequence[str] = (), streams_body: bool = False
) -> dict[str, Any]:
    """Keyword arguments of a route decorator: `@router.get("/v1/…", **operation("Summary", "ไทย", "English", "plan.plans:read"))`.

    `scope` must be the one of the route's `calling(…)`, which `make_app` checks; None only for open operations.
    `further_scopes` are those that the use case asks for in some cases only; the Authorize button offers them too.
    `streams_body` frees a route that reads `request.stream()` from the body limit.
    """
    extra: dict[str, Any] = {} if scope is None else {"x-scope": scope}
    if further_scopes:
        extra[FURTHER_SCOPES] = list(further_scopes)
    if streams_body:
        extra[STREAMS_BODY] = True
    needs = f"\n\nScope: `{scope}`" if scope else ""
    needs += "".join(f"; in some cases also `{further}`" for further in further_scopes)
    return {"summary": summary, "description": f"{en}\n\n{th}{needs}", "openapi_extra": extra}


def install_openapi(app: FastAPI, *, token_url: str | None) -> None:
    """Make the app's OpenAPI document the full one. Raises ValueError for an operation whose declared scope is not the real one."""
    callings = dict(_callings(app))

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(
                title=app.title,
                version=app.version,
                description=f"{app.description}\n\n{links_to_own_pages()}\n\n{_OF_QUERIES}",
                routes=app.routes,
                tags=app.openapi_tags,
            )
            _complete(document, callings, token_url)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # the way that FastAPI documents


def _callings(app: FastAPI) -> Iterator[tuple[str, Calling]]:
    """The calling dependency of each operation that has one, by operationId."""
    seen: set[str] = set()
    for route in api_routes(app):
        name = route.operation_id or route.name
        if name in seen:
            raise ValueError(f"two operations are called {name}")
        seen.add(name)
        found = _calling(route.dependant)
        declared = (route.openapi_extra or {}).get("x-scope")
        if declared != (found.scope if found else None):
            raise ValueError(f"{name} declares the scope {declared!r} but asks for {found.scope if found else None!r}")
        if found:
            yield name, found


def _calling(dependant: Dependant) -> Calling | None:
    if isinstance(dependant.call, Calling):
        return dependant.call
    return next((found for inner in dependant.dependencies if (found := _calling(inner)) is not None), None)


def _complete(document: dict[str, Any], callings: dict[str, Calling], token_url: str | None) -> None:
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas.update(_problem_schemas())
    components["responses"] = {
        name: _error_response(status, slug, en, th) for status, (name, slug, en, th) in [*_ERRORS.items(), ("503", _DEFAULT)]
    }
    components["parameters"] = {name: _header(*words, required=name in _REQUIRED) for name, words in _HEADERS.items()}
    entries = [entry for path in document["paths"].values() for entry in path.values()]
    scopes = {found.scope for found in callings.values()} | {scope for entry in entries for scope in entry.get(FURTHER_SCOPES, ())}
    components["securitySchemes"] = _security_schemes(token_url, sorted(scopes))
    for path in document["paths"].values():
        for method, entry in path.items():
            _complete_operation(method, entry, callings.get(entry["operationId"]), oauth=token_url is not None)


def _complete_operation(method: str, entry: dict[str, Any], found: Calling | None, *, oauth: bool) -> None:
    entry.pop(STREAMS_BODY, None)
    responses = entry["responses"]
    if "HTTPValidationError" in str(responses.get("422")):
        del responses["422"]
    responses.setdefault("default", _ref("responses", _DEFAULT[0]))
    if found is None:
        responses.setdefault("422", _ref("responses", "Invalid"))
        return
    for status, (name, *_) in _ERRORS.items():
        responses.setdefault(status, _ref("responses", name))
    entry["security"] = [{"bearer": []}, *([{"oauth2": [found.scope]}] if oauth else [])]
    entry.setdefault("parameters", []).extend(_ref("parameters", name) for name in _headers_of(method, found))


def _headers_of(method: str, found: Calling) -> Iterator[str]:
    yield "AcceptLanguage"
    yield "CorrelationId"
    if found.idempotent:
        yield "IdempotencyKey"
    if method == "get":
        yield "IfNoneMatch"
    if found.needs_if_match:
        yield "NeededIfMatch"
    elif method in {"put", "patch", "delete"}:
        yield "IfMatch"


def _ref(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}


def _problem_schemas() -> dict[str, Any]:
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    inner: dict[str, Any] = schema.pop("$defs")
    return {**inner, "Problem": schema}


def _error_response(status: str, slug: str, en: str, th: str) -> dict[str, Any]:
    trouble = Trouble(int(status), slug, en, th, en, th)
    example = {
        language: {"value": problem_document(trouble, language=language, instance="/v1/…", correlation_id=_EXAMPLE_CORRELATION)}
        for language in ("en", "th")
    }
    return {"description": f"{en}. {th}", "content": {PROBLEM_JSON: {"schema": _ref("schemas", "Problem"), "examples": example}}}


def _header(name: str, description: str, example: str, *, required: bool) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": description,
        "schema": {"type": "string"},
        "example": example,
    }


def _security_schemes(token_url: str | None, scopes: list[str]) -> dict[str, Any]:
    schemes: dict[str, Any] = {
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "An access token. วางโทเค็นที่นี่"}
    }
    if token_url is not None:
        flow = {"tokenUrl": token_url, "scopes": {scope: scope for scope in scopes}}
        schemes["oauth2"] = {"type": "oauth2", "flows": {"password": flow, "clientCredentials": flow}}
    return schemes
