"""The calendar of reports: dated data, and which reports are open on a day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from services.reporting.domain.report_duties import Duty, DutyLevel, ReportKind
from shared.thai.working_days import working_days_after

_FILE: Final = Path(__file__).with_name("report_calendar.yaml")
_MONTHS_A_YEAR: Final = 12
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Words:
    """Something in both languages."""

    th: str
    en: str


@dataclass(frozen=True)
class Kind:
    """What is frozen for a report of the kind: the name of the report and its parameters."""

    title: Words
    mark: str
    source: str
    report: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Chain:
    """Who owes the report of a level, and who takes it in."""

    holder: Words
    receiver: Words


@dataclass(frozen=True)
class Calendar:
    """The file as values; the duties by the day on which they open."""

    duties: Sequence[Duty]
    kinds: Mapping[ReportKind, Kind]
    levels: Mapping[DutyLevel, Chain]
    reminder_days: tuple[int, ...]
    opened_days_max: int

    def open_on(self, today: date) -> list[Duty]:
        """What is to be opened by the day, if it was not before."""
        oldest = today - timedelta(days=self.opened_days_max)
        return [duty for duty in self.duties if duty.opens_on <= today and duty.due_on > oldest]


@cache
def report_calendar() -> Calendar:
    """The calendar, read once."""
    file: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    kinds = {
        ReportKind(name): Kind(Words(**one["title"]), one["mark"], file["sources"][one["mark"]], one["report"], one["parameters"])
        for name, one in file["kinds"].items()
    }
    levels = {DutyLevel(name): Chain(Words(**one["holder"]), Words(**one["receiver"])) for name, one in file["levels"].items()}
    duties = [duty for name, one in file["kinds"].items() for duty in _duties(ReportKind(name), one)]
    duties.sort(key=lambda duty: (duty.opens_on, duty.due_on))
    return Calendar(duties, kinds, levels, tuple(sorted(file["reminders"]["days"])), file["opened_days_max"])


def last_day(month: str) -> date:
    """The last day of a month (`2018-12`)."""
    year, number = map(int, month.split("-"))
    return date(year + number // _MONTHS_A_YEAR, number % _MONTHS_A_YEAR + 1, 1) - _ONE_DAY


def _duties(kind: ReportKind, told: Mapping[str, Any]) -> Iterator[Duty]:
    for month in _months(told["months"]["from"], told["months"]["to"]):
        end = last_day(month)
        for level, working_days in told["due"].items():
            yield Duty(kind, month, DutyLevel(level), told.get("opens", end + _ONE_DAY), working_days_after(end, working_days))


def _months(first: str, last: str) -> Iterator[str]:
    month = first
    while month <= last:
        yield month
        month = f"{last_day(month) + _ONE_DAY:%Y-%m}"
