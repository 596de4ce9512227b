"""The provider that brings messages to phones: plain JSON over HTTP, each message under our id, so that its fate can be asked for.

POST <url>/messages {"message_id", "to", "text"} takes a message (2xx; the same id again is the same message).
GET <url>/messages/<message_id> answers {"state": "ACCEPTED" | "DELIVERED" | "FAILED", "reason"}, or 404 for one that it has never seen.
"""

import re
import ssl
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from uuid import UUID

import httpx
import orjson

from services.registry.commands.notices import Outcome, Outgoing, Told
from services.registry.settings import Settings

ANSWER_BYTES_MAX: Final = 10_000
# It was not taken, whatever happens later: no time now, or too many.
_NOT_NOW: Final = frozenset({429, 503})
_STATES: Final = {"ACCEPTED": Outcome.TAKEN, "DELIVERED": Outcome.DELIVERED, "FAILED": Outcome.FAILED}
_REASON: Final = re.compile(r"[a-z0-9-]{1,64}")


@cache
def _trusted() -> ssl.SSLContext:
    """Whom a provider's certificate must come from: read once, as it takes longer than many calls."""
    return httpx.create_ssl_context(trust_env=False)


@dataclass(frozen=True)
class NoticeGateway:
    """One provider. An answer that cannot be understood is UNKNOWN, and asked about later."""

    client: httpx.AsyncClient

    @classmethod
    def of(cls, settings: Settings) -> "NoticeGateway":
        """By the settings; the caller closes `client`."""
        client = httpx.AsyncClient(
            base_url=settings.notice_gateway_url.rstrip("/"),
            headers={"Authorization": f"Bearer {settings.notice_gateway_token}"},
            timeout=settings.notice_answer_ms_max / 1000,
            follow_redirects=False,
            trust_env=False,
            verify=_trusted(),
        )
        return cls(client)

    async def send(self, message: Outgoing) -> Told:
        """Offer the message once."""
        body = {"message_id": str(message.notice_id), "to": message.phone, "text": message.text}
        try:
            status, _ = await self._ask("POST", "/messages", body)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            return Told(Outcome.NOT_TAKEN, "provider-away")
        except httpx.HTTPError:
            return Told(Outcome.UNKNOWN)
        if status // 100 == 2:
            return Told(Outcome.TAKEN)
        if status in _NOT_NOW:
            return Told(Outcome.NOT_TAKEN, f"provider-status-{status}")
        if status // 100 == 4:
            return Told(Outcome.FAILED, f"provider-status-{status}")
        return Told(Outcome.UNKNOWN)

    async def ask(self, notice_id: UUID) -> Told:
        """What became of a message."""
        try:
            status, answer = await self._ask("GET", f"/messages/{notice_id}")
        except httpx.HTTPError:
            return Told(Outcome.UNKNOWN)
        if status == 404:
            return Told(Outcome.NEVER_SEEN)
        outcome = _STATES.get(str(answer.get("state"))) if status == 200 else None
        if outcome is None:
            return Told(Outcome.UNKNOWN)
        reason = str(answer.get("reason") or "")
        return Told(outcome, reason if _REASON.fullmatch(reason) else None)

    async def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        """Status and the JSON object of the answer, {} for another body. Raises httpx.HTTPError."""
        content = None if body is None else orjson.dumps(body)
        headers = {"Content-Type": "application/json"}
        async with self.client.stream(method, path, content=content, headers=headers) as answer:
            received = b""
            async for part in answer.aiter_raw(ANSWER_BYTES_MAX):
                received += part
                if len(received) > ANSWER_BYTES_MAX:
                    return answer.status_code, {}
        try:
            found = orjson.loads(received)
        except orjson.JSONDecodeError:
            found = {}
        return answer.status_code, found if isinstance(found, dict) else {}
