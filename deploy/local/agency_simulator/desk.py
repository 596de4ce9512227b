"""One agency's working day: look what came, read packets, report what is due."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol, Self

from deploy.local.agency_simulator.books import Books
from deploy.local.agency_simulator.fate import Referral, Report
from shared.contracts.plan import OFFERING_NAMED, AgencyNotice

REPORTS_MAX: Final = 1000
"""In one message to the suite."""


@dataclass(frozen=True, slots=True)
class News:
    """A referral that the agency was told of, and why (an AgencyNotice or OFFERING_NAMED); with what the suite knows of it where it said so."""

    referral: Referral
    known: dict[str, Any] | None = None
    notice: str = AgencyNotice.REFERRED

    @classmethod
    def of(cls, row: Mapping[str, Any], notice: str = AgencyNotice.REFERRED) -> Self:
        """From a row of the list, of a file, or what a notice says. Raises ValueError for a notice that is not in the contract."""
        starts_on = row["starts_on"] and date.fromisoformat(row["starts_on"])
        referral = Referral(row["referral_id"], row["programme_code"], row["dimension"], date.fromisoformat(row["referred_on"]), starts_on)
        return cls(referral, dict(row), notice if notice == OFFERING_NAMED else AgencyNotice(notice))


class Way(Protocol):
    """How an agency is connected: what it is told, and how it reports."""

    async def begin(self) -> None:
        """Open the day: sign in."""

    async def news(self) -> list[News]:
        """What came since the last look; at the first look also what is already under way."""

    async def report(self, reports: Sequence[Report]) -> list[tuple[Report, str | None]]:
        """Report; the answers that are known by now, each with the slug of its refusal, or None."""

    def refusals(self) -> list[tuple[Report, str]]:
        """What was refused after `report` gave it as taken, as far as `news` has heard of it; each once."""

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
            await self._hear(news)
        for report, refusal in self.way.refusals():
            self.books.hear_late(report, refusal)

    async def report(self, today: date, of_others: Iterable[str]) -> int:
        """Report what is due; returns how many reports went out. `of_others`: referrals of other agencies."""
        due = self.books.due(today, of_others)
        for start in range(0, len(due), REPORTS_MAX):
            for report, refusal in await self.way.report(due[start : start + REPORTS_MAX]):
                self.books.hear(report, refusal)
        return len(due)

    async def _hear(self, news: News) -> None:
        referral_id = news.referral.referral_id
        match news.notice:
            case AgencyNotice.REFERRED:
                if self.books.take(news.referral, news.known) and self.books.reads_packet(referral_id):
                    await self._read_packet(referral_id)
                return
            case AgencyNotice.WITHDRAWN:
                self.books.over(referral_id)
            case AgencyNotice.REOPENED | "OFFERING_NAMED":
                self.books.take_again(news.referral)
            case AgencyNotice.REMINDED | AgencyNotice.OVERDUE:
                pass
        self.books.totals[news.notice.lower()] += 1

    async def _read_packet(self, referral_id: str) -> None:
        packet = await self.way.packet(referral_id)
        self.books.totals["packets"] += packet is not None
        self.books.totals["packets_withheld"] += packet is None or packet["withheld"] is not None
