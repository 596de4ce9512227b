"""Working days of Thai government offices: neither Saturday nor Sunday nor a holiday of holidays.yaml."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final

import yaml

_FILE: Final = Path(__file__).with_name("holidays.yaml")
_SATURDAY: Final = 5
_ONE_DAY: Final = timedelta(days=1)


def is_working_day(day: date) -> bool:
    """Whether offices are open. Of a year whose holidays are not known every day from Monday to Friday is."""
    return day.weekday() < _SATURDAY and day not in _holidays().get(day.year, {})


def working_days_after(day: date, count: int) -> date:
    """The day on which so many working days have passed; the day itself does not count."""
    while count > 0:
        day += _ONE_DAY
        count -= is_working_day(day)
    return day


@cache
def _holidays() -> Mapping[int, Mapping[date, str]]:
    holidays: dict[int, dict[date, str]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return holidays
