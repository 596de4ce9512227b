"""The frequency of a subscription: a cron expression, as the DCI document has it. Pure.

Its example is in the style of Quartz: second, minute, hour, day of month, month, day of week (1 is Sunday), and a year or none; of the two days
one may be `?`. Five fields are the crontab of Unix (0 and 7 are Sunday). Moments are those of Thailand.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Self

from cronsim import CronSim, CronSimError

from shared.clock import BANGKOK

CHARACTERS_MAX: Final = 100
_DAYS: Final = (3, 5)
_YEARS: Final = range(1970, 2100)
_DAY: Final = re.compile(r"(?<![#/0-9])[0-9]+")
_YEAR: Final = re.compile(r"([0-9]{4}|\*)(?:-([0-9]{4}))?(?:/([0-9]{1,3}))?")


class NoFrequency(ValueError):
    """The text is no cron expression that is understood."""


@dataclass(frozen=True, slots=True)
class Frequency:
    """Moments at which a subscription is told. `years` is None for all."""

    text: str
    _six: str = field(repr=False)
    _years: tuple[int, ...] | None = field(repr=False)

    @classmethod
    def of(cls, text: str) -> Self:
        """From a cron expression. Raises NoFrequency."""
        parts = text.upper().split()
        if len(text) > CHARACTERS_MAX or len(parts) not in {5, 6, 7}:
            raise NoFrequency(text)
        years = _years(parts.pop()) if len(parts) == 7 else None
        if len(parts) == 6:
            parts[5] = _DAY.sub(_of_unix, parts[5])
        else:
            parts.insert(0, "0")
        if all(parts[place] == "?" for place in _DAYS):
            raise NoFrequency(text)
        six = " ".join("*" if place in _DAYS and part == "?" else part for place, part in enumerate(parts))
        try:
            CronSim(six, datetime(2018, 1, 1, tzinfo=UTC))
        except (CronSimError, ValueError, AssertionError) as error:
            raise NoFrequency(text) from error
        return cls(text, six, years)

    def next_after(self, moment: datetime) -> datetime | None:
        """The first of its moments after this one, in UTC; None when there is none any more."""
        local = moment.astimezone(BANGKOK)
        for begin in [local] if self._years is None else _begins(self._years, local):
            found = next(CronSim(self._six, begin), None)
            if found is not None and (self._years is None or found.year in self._years):
                return found.astimezone(UTC)
        return None


def _begins(years: tuple[int, ...], local: datetime) -> Iterator[datetime]:
    """Just before each of the years that is not over."""
    for year in years:
        if year >= local.year:
            yield max(local, datetime(year, 1, 1, tzinfo=BANGKOK) - timedelta(seconds=1))


def _of_unix(found: re.Match[str]) -> str:
    """Quartz counts the days of the week from 1, a Sunday; Unix from 0."""
    number = int(found[0])
    if not 1 <= number <= 7:
        raise NoFrequency(found[0])
    return str(number - 1)


def _years(text: str) -> tuple[int, ...] | None:
    if text == "*":
        return None
    years: set[int] = set()
    for part in text.split(","):
        found = _YEAR.fullmatch(part)
        if found is None or found[3] == "0" or (found[1] == "*" and found[2]):
            raise NoFrequency(text)
        first = _YEARS.start if found[1] == "*" else int(found[1])
        last = int(found[2]) if found[2] else (first if found[3] is None else _YEARS.stop - 1)
        years.update(range(first, last + 1, int(found[3] or 1)))
    if not years or not years <= set(_YEARS):
        raise NoFrequency(text)
    return tuple(sorted(years))
