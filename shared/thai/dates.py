"""Dates as people in Thailand write them: Buddhist-era years, the day or month of birth perhaps unknown.

Years of the Buddhist era (B.E.) are C.E. + 543. Before B.E. 2484 the year began on 1 April, so January-March belong to the
year before (C.E. + 542), and B.E. 2483 had nine months only (Calendar Year Act, B.E. 2483). For a person whose day or month
of birth is unknown the first of the month or of the calendar year counts (Civil and Commercial Code, section 16).
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from shared.clock import BANGKOK
from shared.thai.digits import arabic_digits
from shared.thai.unreadable import Unreadable

MONTHS: Final = (
    "มกราคม",
    "กุมภาพันธ์",
    "มีนาคม",
    "เมษายน",
    "พฤษภาคม",
    "มิถุนายน",
    "กรกฎาคม",
    "สิงหาคม",
    "กันยายน",
    "ตุลาคม",
    "พฤศจิกายน",
    "ธันวาคม",
)
FIRST_JANUARY_YEAR_BE: Final = 2484
"""The first B.E. year that began on 1 January (1941)."""

YEAR_CE_MIN: Final = 1880
YEAR_CE_MAX: Final = 2199
_ERA: Final = 543
_YEAR_BE_MIN: Final = YEAR_CE_MIN + _ERA
_FAST_FROM: Final = f"{YEAR_CE_MIN}"
_FAST_TO: Final = f"{YEAR_CE_MAX + 1}"

_YEAR_FIRST: Final = re.compile(r"([0-9]{4})(?:([-/])([0-9]{1,2})(?:\2([0-9]{1,2}))?)?")
_YEAR_LAST: Final = re.compile(r"(?:([0-9]{1,2})([-/])(?=[0-9]{1,2}\2))?([0-9]{1,2})[-/]([0-9]{4})")


class BadDate(Unreadable):
    """Not a birth date. Codes: `format`, `year`, `month`, `day`, `precision`."""


class Precision(StrEnum):
    """How much of a birth date is known."""

    DAY = "DAY"
    MONTH = "MONTH"
    YEAR = "YEAR"


_KNOWN_PARTS: Final = {Precision.YEAR: 1, Precision.MONTH: 2, Precision.DAY: 3}


@dataclass(frozen=True, slots=True)
class BirthDate:
    """The day that counts as the birth date, and how much of it is really known."""

    value: date
    precision: Precision


def parse_birth_date(text: str, precision: Precision | None = None) -> BirthDate:
    """Read `1958-03-01`, `2501-03-01`, `01/03/2501`, `2501-03`, `03/2501`, `2501`; Thai digits too, `00` for what is unknown.

    A year from 2423 is of the Buddhist era, one up to 2199 of the common era. An unknown day counts as the first of the month,
    an unknown month as the first day of the calendar year: 1 January, or 1 April for B.E. 2483 and before (also when the year
    is written C.E.: the calendar year that began in it). With `precision` the text must show at least that much; what it shows
    beyond is a filler and not looked at.

    Raises:
        BadDate: another form, no such day, a year outside C.E. 1880-2199, or less known than `precision` says. A date in the
            future is not found here: that needs to know today.
    """
    known_by_day = precision is None or precision is Precision.DAY
    if known_by_day and len(text) == 10 and text[4] == text[7] == "-" and _FAST_FROM <= text < _FAST_TO:
        with suppress(ValueError):  # an unknown part, or an error that the way below names
            return BirthDate(date.fromisoformat(text), Precision.DAY)
    year, month, day = _parts(arabic_digits(text).strip())
    shown = Precision.YEAR if not month else Precision.MONTH if not day else Precision.DAY
    known = precision or shown
    if _KNOWN_PARTS[shown] < _KNOWN_PARTS[known]:
        raise BadDate("precision", f"the date is known only to its {shown.lower()}", "วันเกิดระบุไว้ไม่ละเอียดเท่าที่แจ้ง")
    if shown is Precision.YEAR and day:
        raise BadDate("month", "a day without its month", "ระบุวันที่โดยไม่ระบุเดือน")
    return BirthDate(_counted_day(year, month, day, known), known)


def be_year(day: date) -> int:
    """The Buddhist-era year of a day: C.E. + 543, before April 1940 in January-March C.E. + 542."""
    year = day.year + _ERA
    return year - 1 if year < FIRST_JANUARY_YEAR_BE and day.month <= 3 else year


def in_thai(day: date) -> str:
    """The day as people read it: `1 กุมภาพันธ์ 2561`."""
    return f"{day.day} {MONTHS[day.month - 1]} {be_year(day)}"


def month_in_thai(month: date) -> str:
    """The month of a day as people read it: `กุมภาพันธ์ 2561`."""
    return f"{MONTHS[month.month - 1]} {be_year(month)}"


def month_in_thai_of(month: str) -> str:
    """A month written `2018-03`: `มีนาคม 2561`."""
    return month_in_thai(date.fromisoformat(f"{month}-01"))


def moment_in_thai(moment: datetime) -> str:
    """A moment as it is in Thailand: `20 มีนาคม 2561 เวลา 09.30 น.`."""
    here = moment.astimezone(BANGKOK)
    return f"{in_thai(here.date())} เวลา {here:%H.%M} น."


def age_on(birth: date, on: date) -> int:
    """Completed years of age on a day. Who is born on 29 February completes a common year on 1 March."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def _parts(text: str) -> tuple[int, int, int]:
    """Year as written, month and day, 0 where unknown."""
    if found := _YEAR_FIRST.fullmatch(text):
        return int(found[1]), int(found[3] or 0), int(found[4] or 0)
    if found := _YEAR_LAST.fullmatch(text):
        return int(found[4]), int(found[3]), int(found[1] or 0)
    raise BadDate("format", "write the date as 2501-03-01 or 01/03/2501", "โปรดระบุวันที่ในรูปแบบ 01/03/2501 หรือ 2501-03-01")


def _counted_day(year: int, month: int, day: int, known: Precision) -> date:
    """The day that counts as the birth date, from the parts that are known."""
    buddhist = year >= _YEAR_BE_MIN
    year_ce = year - _ERA if buddhist else year
    if not YEAR_CE_MIN <= year_ce <= YEAR_CE_MAX:
        raise BadDate("year", "the year is out of range", "ปีเกิดอยู่นอกช่วงที่รับได้")
    if known is Precision.YEAR:
        return date(year_ce, 4 if year_ce + _ERA < FIRST_JANUARY_YEAR_BE else 1, 1)
    if month > 12:
        raise BadDate("month", f"there is no month {month}", f"ไม่มีเดือนที่ {month}")
    if buddhist and month <= 3 and year < FIRST_JANUARY_YEAR_BE:
        if year == FIRST_JANUARY_YEAR_BE - 1:
            raise BadDate("month", "B.E. 2483 had only April-December", "พ.ศ. 2483 มีเฉพาะเดือนเมษายนถึงธันวาคม")
        year_ce += 1
    return _day_of(year_ce, month, day if known is Precision.DAY else 1)


def _day_of(year_ce: int, month: int, day: int) -> date:
    try:
        return date(year_ce, month, day)
    except ValueError as error:
        raise BadDate("day", "there is no such day", "ไม่มีวันที่นี้ในปฏิทิน") from error
