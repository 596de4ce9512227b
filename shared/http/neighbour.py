"""Asking another service while a caller reads, with the caller's own token: what they may see there, and its audit, are that service's."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Any, Final

import httpx
import orjson
import structlog

from shared.errors import Forbidden, Unauthenticated, Unavailable
from shared.http.call import Call
from shared.http.edge import CORRELATION_HEADER

ANSWER_BYTES_MAX: Final = 256 * 1024
CONNECTIONS_MAX: Final = 20

_log = structlog.get_logger(__name__)


class NeighbourAway(Unavailable):
    """A service that is needed to answer does not; `neighbour` says which."""

    slug = "neighbour-away"
    title_en, title_th = "Another service that is needed does not answer; try again later", "ระบบที่เกี่ยวข้องไม่ตอบสนอง โปรดลองใหม่ภายหลัง"


@dataclass(frozen=True)
class Neighbour:
    """Another service. Only for reads: what is written here never waits for a neighbour."""

    name: str
    url: str
    answer_ms_max: int = 3_000

    @cached_property
    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=self.url.rstrip("/"),
            timeout=self.answer_ms_max / 1000,
            limits=httpx.Limits(max_connections=CONNECTIONS_MAX),
            follow_redirects=False,
            trust_env=False,
        )

    async def get(self, call: Call[Any], path: str, **query: str) -> dict[str, Any] | None:
        """The JSON object at the path, as the caller may see it; None where there is none for them.

        Raises NeighbourAway, Forbidden with the scope that the neighbour asks for, and Unauthenticated when the token has just run out.
        """
        return await self._told(call, "GET", path, params=query)

    async def ask(self, call: Call[Any], path: str, body: Mapping[str, Any]) -> dict[str, Any] | None:
        """As `get`, of a path that is asked by a POST because what is asked belongs in no address; it too only reads."""
        return await self._told(call, "POST", path, json=body)

    async def _told(self, call: Call[Any], method: str, path: str, **asked: Any) -> dict[str, Any] | None:
        status, body = await self._answer(call, method, path, asked)
        match status:
            case HTTPStatus.OK:
                return body
            case HTTPStatus.NOT_FOUND:
                return None
            case HTTPStatus.FORBIDDEN:
                raise Forbidden(neighbour=self.name, needed_scope=body.get("needed_scope"))
            case HTTPStatus.UNAUTHORIZED:
                raise Unauthenticated(neighbour=self.name)
            case _:
                _log.warning("neighbour.trouble", neighbour=self.name, status=status)
                raise NeighbourAway(neighbour=self.name)

    async def close(self) -> None:
        """Give the connections back."""
        if "_client" in self.__dict__:
            await self._client.aclose()

    async def _answer(self, call: Call[Any], method: str, path: str, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if not self.url:
            raise NeighbourAway(neighbour=self.name)
        headers = {"Authorization": call.request.headers["authorization"], CORRELATION_HEADER: call.correlation_id}
        received = b""
        try:
            # httpx measures each piece: only together are they within the time.
            async with (
                asyncio.timeout(self.answer_ms_max / 1000),
                self._client.stream(method, path, headers=headers, **asked) as answer,
            ):
                async for part in answer.aiter_bytes():
                    received += part
                    if len(received) > ANSWER_BYTES_MAX:
                        raise NeighbourAway(neighbour=self.name)
            body = orjson.loads(received)
        except (httpx.HTTPError, TimeoutError, ValueError) as error:
            _log.warning("neighbour.away", neighbour=self.name, error=type(error).__name__)
            raise NeighbourAway(neighbour=self.name) from error
        return answer.status_code, body if isinstance(body, dict) else {}
