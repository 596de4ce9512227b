"""The year from January to December, one act after the other, each on its played date."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from deploy.local.suite import Secrets
from deploy.local.year import (
    allocation,
    catalogue,
    duties,
    follow_ups,
    interviews,
    january,
    life,
    pay,
    specialists,
    supervision,
    wishes,
)
from deploy.local.year.agencies import Agencies
from deploy.local.year.country import Country
from deploy.local.year.employers import Employers
from deploy.local.year.failures import Failures
from deploy.local.year.office import Office
from deploy.local.year.people import read_people
from deploy.local.year.progress import Progress
from shared.crypto import FieldCipher

ALLOWANCE_SATANG_MAX: Final = 200_00
"""A month's envelope has enough for everybody."""
APPEALS_ON: Final = date(2018, 9, 8)
"""Within 15 days of what committees decided on 28 August."""


@dataclass
class Year:
    """One year of one country."""

    office: Office
    scale: int
    seed: int
    folder: Path
    progress: Progress
    agencies: Agencies
    failures: Failures = field(default_factory=Failures)
    employers: Employers = field(init=False)

    def __post_init__(self) -> None:
        """The banks' keys are those of the installation."""
        self.employers = Employers(FieldCipher.by_party(Secrets.in_folder(self.folder / "suite").bank_keys))

    async def play(self) -> Country:
        """Play it."""
        file = january.write_file(self.folder / "suite" / "imports", self.scale, self.seed)
        country = Country(self.office, self.progress, read_people(file, self.seed), self.folder / "devices")
        await self._january(country)
        await self._february(country)
        await self._spring(country)
        await self._rest(country)
        await self.office.drained()
        return country

    async def _at(self, day: date) -> date:
        self.progress.month(day.month)
        await self.office.set_date(day)
        return day

    async def _january(self, country: Country) -> None:
        await self._at(date(2018, 1, 15))
        await january.import_file(self.office, country)
        await self.office.drained()
        await january.know_people(self.office, country)
        await january.appoint(self.office, country)
        await duties.guide(self.office, country)
        await catalogue.add_the_rest(self.office, country)
        await self.agencies.connect(self.office)
        await pay.open_envelopes(self.office, len(country.everybody()) * ALLOWANCE_SATANG_MAX)
        country.programmes.extend(await country.pages("committee", "/plan/v1/programmes"))

    async def _february(self, country: Country) -> None:
        before = date(2018, 1, 31)
        for day in wishes.PLAY_DAYS:
            await self._at(day)
            await wishes.come(self.office, country, before, day)
            before = day
        await life.happen(self.office, country, before)

    async def _spring(self, country: Country) -> None:
        await self._at(date(2018, 3, 1))
        await interviews.list_and_assign(self.office, country)
        await duties.complain(self.office, country)
        await self.employers.begin(self.office, country)
        for number, day in enumerate(interviews.PLAY_DAYS):
            last_of_month = number + 1 == len(interviews.PLAY_DAYS) or interviews.PLAY_DAYS[number + 1].month != day.month
            await self._at(day)
            await interviews.interview(self.office, country, number)
            await self.office.drained()
            await specialists.answer(self.office, country)
            await specialists.go_on_without(self.office, country)
            await interviews.agree(self.office, country, day)
            if day == supervision.DAY:
                await supervision.spot_check(self.office, country, day)
            await self.office.drained()
            if last_of_month:
                await allocation.give_seats(self.office, country, day)
            await self.agencies.work(self.office, country, day)
            if last_of_month:
                await self._month_end(country, day)

    async def _month_end(self, country: Country, day: date) -> None:
        await self.office.drained()
        await life.happen(self.office, country, day)
        await wishes.withdraw(self.office, country, day, share_of_year=5)
        await self.office.drained()
        await interviews.assign(self.office, country)
        await self.office.drained()
        await pay.month(self.office, country, f"2018-{day.month:02}")
        await self.employers.pay(self.office, day)

    async def _rest(self, country: Country) -> None:
        await self._at(date(2018, 6, 4))
        await interviews.raise_overdue(self.office, country)
        await follow_ups.decide_not_interviewed(self.office, country, date(2018, 6, 4))
        await follow_ups.decide_not_found(self.office, country, date(2018, 6, 4))
        for month in range(6, 13):
            if month in {6, 9}:
                await self._round(country, month)
            if month in {7, 8}:
                await self._agencies_on(country, date(2018, month, 13))
            day = await self._agencies_on(country, date(2018, month, 28))
            await self._month_end(country, day)
            if month == 6:
                await self.employers.withdraw(self.office, country, day)
            if month in {8, 10}:
                await self.failures.decide(self.office, country, day)
            if month in {6, 9}:
                day = await self._agencies_on(country, date(2018, month + 1, 2))
                await follow_ups.sweep(self.office, country, "JUNE" if month == 6 else "SEPTEMBER")
            if month == 9:
                await self.failures.rule(self.office, country, day)
                await self.employers.certify(self.office, country)
        await self._agencies_on(country, date(2018, 12, 31))
        await duties.report(self.office, country, "2018-09", "2018-12")
        # E-money ends with the year; when it is over the banks are asked for the last month, since no instruction follows.
        await self.office.set_date(date(2019, 1, 2))
        await pay.ask_for_use(self.office, "2018-12")

    async def _round(self, country: Country, month: int) -> None:
        which = "JUNE" if month == 6 else "SEPTEMBER"
        for part, day_of_month in enumerate((8, 15, 22)):
            day = await self._at(date(2018, month, day_of_month))
            if part == 0:
                await self.agencies.work(self.office, country, day)
            await follow_ups.follow_up(self.office, country, which, day, part, 3)
            if day == APPEALS_ON:
                await self.failures.appeal(self.office, country, day)

    async def _agencies_on(self, country: Country, day: date) -> date:
        await self._at(day)
        await self.agencies.work(self.office, country, day)
        return day
