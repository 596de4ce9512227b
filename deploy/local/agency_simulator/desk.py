"""One agency's working day: look what came, read packets, report what is due."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol

from deploy.local.agency_simulator.books import Books
from deploy.local.agency_simulator.fate import Referral, Report

REPORTS_MAX: Final = 1000
"""In one message to the suite."""


@dataclass(frozen=True, slots=True)
class News:
    """A referral that the agency was told of, with what the suite knows of it where it said so; `over`: that it is over."""

    referral: Referral
    known: dict[str, Any] | None = None
    over: bool = False


class Way(Protocol):
    """How an agency is connected: what it is told, and how it reports."""

    async def begin(self) -> None:
        """Open the day: sign in."""

    async def news(self) -> list[News]:
        """What came since the last look; at the first look also what is already under way."""

    async def report(self, reports: Sequence[Report]) -> list[tuple[Report, str | None]]:
        """Report; the answers that are known by now, each with the slug of its refusal, or None."""

    async def packet(self, referral_id: str) -> dict[str, Any] | None:
        """The packet of a referral; None when it is not shown."""

    async def close(self) -> None:
        """Hang up."""


@dataclass
class Desk:
    """An agency with its books and its way. A day is done twice without harm: what was reported is not reported again."""

    books: Books
    way: Way

    async def look(self) -> None:
        """Begin the day: enter what came, and read the packets that the agency looks at."""
        await self.way.begin()
        for news in await self.way.news():
            if news.over:
                self.books.over(news.referral.referral_id)
            elif self.books.take(news.referral, news.known) and self.books.reads_packet(news.referral.referral_id):
                await self._read_packet(news.referral.referral_id)

    async def report(self, today: date, of_others: Iterable[str]) -> int:
        """Report what is due; returns how many reports went out. `of_others`: referrals of other agencies."""
        due = self.books.due(today, of_others)
        for start in range(0, len(due), REPORTS_MAX):
            for report, refusal in await self.way.report(due[start : start + REPORTS_MAX]):
                self.books.hear(report, refusal)
        return len(due)

    async def _read_packet(self, referral_id: str) -> None:
        packet = await self.way.packet(referral_id)
        self.books.totals["packets"] += packet is not None
        self.books.totals["packets_withheld"] += packet is None or packet["withheld"] is not None
