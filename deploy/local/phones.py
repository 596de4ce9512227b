"""The phones of a development country: takes the registry's messages as a provider would, shows them, and sends receipts. Nothing leaves the machine."""

import asyncio
import html
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

import structlog
from fastapi import FastAPI, Header, HTTPException
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel

MESSAGES_MAX: Final = 20_000
SHOWN_MAX: Final = 500
RECEIPTS_AT_ONCE: Final = 200
RECEIPTS_EVERY_SECONDS: Final = 1.0
_log = structlog.get_logger(__name__)

Receipts = Callable[[list[dict[str, Any]]], Awaitable[None]]
"""Brings receipts (`message_id`, `state`, `reason`) to the registry."""


class MessageIn(BaseModel):
    """A message as the registry gives it to a provider."""

    message_id: str
    to: str
    text: str


@dataclass
class Phones:
    """Every phone there is. `fails` says which of them do not exist; without `receipts` nobody is told how messages end."""

    token: str
    receipts: Receipts | None = None
    fails: Callable[[MessageIn], bool] = lambda message: message.to.endswith("99")
    receipts_every_seconds: float = RECEIPTS_EVERY_SECONDS
    messages: dict[str, MessageIn] = field(default_factory=dict)
    states: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    _ended: list[str] = field(default_factory=list)
    _telling: asyncio.Task[None] | None = None

    def take(self, message: MessageIn) -> None:
        """Take a message; the same id again is the same message."""
        if message.message_id in self.messages:
            return
        while len(self.messages) >= MESSAGES_MAX:
            oldest = next(iter(self.messages))
            del self.messages[oldest], self.states[oldest]
        failed = self.fails(message)
        self.messages[message.message_id] = message
        self.states[message.message_id] = ("FAILED", "number-not-in-use") if failed else ("DELIVERED", None)
        self._ended.append(message.message_id)
        if self.receipts is not None and (self._telling is None or self._telling.done()):
            self._telling = asyncio.create_task(self._tell(self.receipts))

    async def _tell(self, receipts: Receipts) -> None:
        """Tell how messages ended until nothing is left to tell, many at a time."""
        while self._ended:
            told, self._ended = self._ended[:RECEIPTS_AT_ONCE], self._ended[RECEIPTS_AT_ONCE:]
            states = [(one, *self.states[one]) for one in told if one in self.states]
            try:
                await receipts([{"message_id": one, "state": state, "reason": reason} for one, state, reason in states])
            except Exception:  # noqa: BLE001  # a provider of one's own loses receipts; the registry knows that it has sent
                _log.warning("receipts were lost", messages=len(told), exc_info=True)
            await asyncio.sleep(self.receipts_every_seconds)

    def app(self) -> FastAPI:
        """The provider's HTTP face, and a page of the last messages."""
        app = FastAPI(title="Phones", docs_url=None, redoc_url=None, openapi_url=None)

        @app.post("/messages", status_code=202)
        async def take(message: MessageIn, authorization: Annotated[str, Header()] = "") -> dict[str, str]:
            """Take a message."""
            self._require(authorization)
            self.take(message)
            return {"state": "ACCEPTED"}

        @app.get("/messages/{message_id}")
        async def show(message_id: str, authorization: Annotated[str, Header()] = "") -> JSONResponse:
            """What became of a message."""
            self._require(authorization)
            if message_id not in self.states:
                return JSONResponse({}, status_code=404)
            state, reason = self.states[message_id]
            return JSONResponse({"state": state, "reason": reason})

        @app.get("/", response_class=HTMLResponse)
        async def page() -> str:
            """The last messages, newest first."""
            return self._page()

        return app

    def _require(self, authorization: str) -> None:
        if authorization != f"Bearer {self.token}":
            raise HTTPException(401)

    def _page(self) -> str:
        last = list(self.messages.values())[-SHOWN_MAX:][::-1]
        rows = "".join(
            f"<tr><td>xxx-xxx-{html.escape(one.to[-4:])}<td>{html.escape(one.text)}<td>{self.states[one.message_id][0]}" for one in last
        )
        return (
            '<!doctype html><html lang="th"><meta charset="utf-8"><title>Phones</title>'
            f"<h1>ข้อความถึงประชาชน · messages</h1><p>{len(self.messages)}</p><table border=1>{rows}</table></html>"
        )
