"""Failures of the DCI paths in the standard's own form, not as problem documents."""

from collections.abc import Callable, Coroutine
from typing import Any, Final

import orjson
import structlog
from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from services.registry.rules.dci.words import Err, both
from shared.errors import DomainError, Forbidden, Unauthenticated

_CODES: Final = {Unauthenticated.status: Err.UNAUTHORIZED, Forbidden.status: Err.FORBIDDEN}
_log = structlog.get_logger(__name__)


class DciRoute(APIRoute):
    """A route whose every failure is the document's HttpErrorResponse."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, which raises nothing but that the caller has gone."""
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await inner(request)
            except ClientDisconnect:
                raise
            except DomainError as error:
                headers = {"WWW-Authenticate": "Bearer"} if error.status == Unauthenticated.status else {}
                return http_error(error.status, _CODES.get(error.status, Err.BAD), both(error.detail_en, error.detail_th), headers)
            except HTTPException as error:
                return http_error(error.status_code, Err.BAD, str(error.detail))
            except Exception:  # noqa: BLE001  # the last catch of these paths: what is logged here is told in their form
                _log.exception("dci.failed")
                return http_error(500, Err.UNAVAILABLE, both("something failed here; try again later", "ระบบขัดข้อง โปรดลองใหม่ภายหลัง"))

        return handler


def http_error(status: int, code: Err, words: str, headers: dict[str, str] | None = None) -> Response:
    """The document's HttpErrorResponse."""
    return json_answer({"errors": [{"code": code.value, "message": words}]}, status, headers)


def json_answer(body: dict[str, Any] | bytes, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer that nobody may keep."""
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    return Response(content, status, {"Cache-Control": "no-store", **(headers or {})}, media_type="application/json")
