"""Working days of Thai government offices: neither Saturday nor Sunday nor a holiday of theirs.

The holidays are those of the library python-holidays, as far as holidays.yaml does not say otherwise.
"""

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import holidays
import yaml

_FILE: Final = Path(__file__).with_name("holidays.yaml")
_OF_OFFICES: Final = (holidays.PUBLIC, holidays.GOVERNMENT)
_SATURDAY: Final = 5
_ONE_DAY: Final = timedelta(days=1)


def is_working_day(day: date) -> bool:
    """Whether offices are open."""
    return day.weekday() < _SATURDAY and day not in holidays_of(day.year)


def working_days_after(day: date, count: int) -> date:
    """The day on which so many working days have passed; the day itself does not count."""
    while count > 0:
        day += _ONE_DAY
        count -= is_working_day(day)
    return day


def working_days_before(day: date, count: int) -> date:
    """The day so many working days before; the day itself does not count."""
    while count > 0:
        day -= _ONE_DAY
        count -= is_working_day(day)
    return day


@cache
def holidays_of(year: int) -> frozenset[date]:
    """The days of the year that offices keep, whichever day of the week they are on."""
    differences = _differences()
    listed = holidays.country_holidays("TH", years=year, categories=_OF_OFFICES, language="th")
    kept = {day for day in listed if not all(name.endswith(tuple(differences["open"])) for name in listed.get_list(day))}
    return frozenset(kept | {day for day in differences["closed"] if day.year == year})


@cache
def _differences() -> dict[str, Any]:
    differences: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return differences
