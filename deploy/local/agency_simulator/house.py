"""All agencies under one roof, and the door at which they are told that it is another day."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from pydantic import BaseModel

from deploy.local.agency_simulator.characters import Connected
from deploy.local.agency_simulator.desk import Desk
from deploy.local.agency_simulator.ways import Hook
from shared.signatures import SignatureBroken

_log = structlog.get_logger(__name__)


class Day(BaseModel):
    """The day that it is in the played year."""

    day: date


@dataclass
class House:
    """The desks of all agencies. One day is worked at a time."""

    desks: Sequence[Desk]
    _working: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def work(self, today: date) -> dict[str, int]:
        """Let every agency do the day's work; returns how many reports each sent. Agencies that sent none are left out."""
        async with self._working:
            await asyncio.gather(*(desk.look() for desk in self.desks))
            firsts = {desk.books.agency: min(desk.books.referred) for desk in self.desks if desk.books.referred}
            sent = await asyncio.gather(*(desk.report(today, _of_others(firsts, desk.books.agency)) for desk in self.desks))
        return {desk.books.agency: count for desk, count in zip(self.desks, sent, strict=True) if count}

    def summary(self) -> dict[str, Any]:
        """What each agency did, and all together."""
        agencies = {desk.books.agency: desk.books.summary() for desk in self.desks}
        totals: Counter[str] = sum((desk.books.totals for desk in self.desks), Counter())
        refused: Counter[str] = sum((desk.books.refused for desk in self.desks), Counter())
        referred = sum(len(desk.books.referred) for desk in self.desks)
        return {"agencies": agencies, "all": {"referred": referred, **totals, "refused": dict(refused)}}

    async def close(self) -> None:
        """Every agency hangs up."""
        await asyncio.gather(*(desk.way.close() for desk in self.desks))

    def app(self) -> FastAPI:
        """The door, for who plays the year: on the loopback only, and without a lock."""
        app = FastAPI(title="Agencies of the played year", docs_url=None, redoc_url=None, openapi_url=None)

        @app.post("/days")
        async def work(body: Day) -> dict[str, int]:
            """It is this day: every agency works."""
            return await self.work(body.day)

        @app.get("/connections")
        async def connections() -> dict[str, Connected]:
            """How each agency is connected: what the suite's staff enters."""
            return {desk.books.agency: desk.books.character.way for desk in self.desks}

        @app.post("/hooks/{agency}")
        async def call(agency: str, request: Request) -> Response:
            """The suite calls an agency."""
            [way] = [desk.way for desk in self.desks if desk.books.agency == agency]
            if not isinstance(way, Hook):
                return Response(status_code=404)
            try:
                way.take(request.headers, await request.body())
            except SignatureBroken as error:
                _log.warning("not believed", agency=agency, reason=str(error))
                return Response(status_code=401)
            return Response(status_code=204)

        @app.get("/summary")
        async def summary() -> dict[str, Any]:
            """What the agencies did up to now."""
            return self.summary()

        return app


def _of_others(firsts: Mapping[str, str], own: str) -> list[str]:
    """One referral of each other agency that has any."""
    return [first for agency, first in firsts.items() if agency != own]
