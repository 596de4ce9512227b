"""How people speak to payments: over HTTP, and a request of which the answer was lost is sent again with its key."""

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx

from shared.auth import Reach
from shared.clock import monotonic
from tests.chaos.history import STRANGER
from tests.chaos.house import House
from tests.payments.conftest import SCOPES

ANSWER_SECONDS_MAX = 300
POLL_SECONDS = 0.05
AWAY = 503


class Disagreement(AssertionError):
    """The service and the model are not of one mind, or the service does not answer as it should."""


@dataclass
class Office:
    """Everybody who asks payments for something."""

    house: House

    async def ask(
        self, method: str, path: str, by: str, *, key: str = "", body: Any = None, version: int | None = None, **query: Any
    ) -> tuple[int, Any]:
        """Status and JSON of the answer, however often it had to be asked for."""
        scopes = ("payments.runs:read",) if by == STRANGER else SCOPES
        headers = {"Authorization": f"Bearer {self.house.issuer.issue(by, scopes, Reach.country())}"}
        headers |= {"Idempotency-Key": key} if key else {}
        headers |= {} if version is None else {"If-Match": f'"{version}"'}
        began = monotonic()
        while True:
            try:
                answer = await self.house.http.request(method, self.house.address + path, headers=headers, json=body, params=query)
            except httpx.TransportError as error:
                said = repr(error)
            else:
                if answer.status_code < 500:
                    return answer.status_code, answer.json()
                said = answer.text
                if answer.status_code != AWAY:
                    raise Disagreement(f"{method} {path}: {answer.status_code} {said}")
            await self.house.check()
            if monotonic() - began > ANSWER_SECONDS_MAX:
                raise Disagreement(f"{method} {path} was not answered: {said}")
            await asyncio.sleep(POLL_SECONDS)

    async def get(self, path: str, **query: Any) -> Any:
        status, answer = await self.ask("GET", path, "reader", **query)
        if status >= 300:
            raise Disagreement(f"GET {path}: {status} {answer}")
        return answer

    async def pages(self, path: str, **query: Any) -> list[dict[str, Any]]:
        found, cursor = [], {}
        while True:
            page = await self.get(path, limit=200, **query, **cursor)
            found += page["items"]
            if not page["next_cursor"]:
                return found
            cursor = {"cursor": page["next_cursor"]}

    async def post(self, path: str, by: str, key: str, body: Any = None, version: int | None = None) -> tuple[bool, Any]:
        """Whether it was done, and the answer."""
        status, answer = await self.ask("POST", path, by, key=key, body=body, version=version)
        return status < 300, answer
