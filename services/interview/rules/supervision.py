"""By what the work of account officers is looked at: the numbers of supervision.yaml, and the pace of an officer against the window."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from services.interview.rules.dated import in_force
from services.interview.rules.policy import Window
from shared.contracts.interview import Answer

FILE: Final = "supervision.yaml"


class Verdict(StrEnum):
    """How an officer stands against the window of the visits."""

    AHEAD = "AHEAD"
    ON_PACE = "ON_PACE"
    BEHIND = "BEHIND"


class Suspicion(StrEnum):
    """Why an interview should be looked at."""

    TOO_SHORT = "TOO_SHORT"
    TOO_MANY = "TOO_MANY"
    ALIKE = "ALIKE"


class Part(StrEnum):
    """Which answers are the same: all that should differ, those about the person and the household, the free words."""

    WHOLE = "WHOLE"
    PERSON = "PERSON"
    WORDS = "WORDS"


@dataclass(frozen=True, slots=True)
class Supervision:
    """The numbers in force; `interview_minutes_min` by the person's answer, `alike_group_min` by the part."""

    since: str
    reference: str
    pace_days: int
    on_pace_from_percent: int
    ahead_from_percent: int
    interview_minutes_min: Mapping[Answer, int]
    interviews_a_day_max: int
    alike_group_min: Mapping[Part, int]
    words_characters_min: int


def supervision_on(day: date) -> Supervision:
    """The numbers that hold on the day."""
    return Supervision(**in_force(FILE, day))


@dataclass(frozen=True, slots=True)
class Pace:
    """What is needed a day, what was made a day over `counted_days`, and the verdict. Nothing is needed a day when no day is left."""

    days_left: int
    needed_a_day: float | None
    counted_days: int
    made_a_day: float
    verdict: Verdict


def days_left(window: Window, today: date) -> int:
    """The days of the window from today on; all of them before it begins."""
    return max(0, (window.last - max(today, window.first)).days + 1)


def counted_since(window: Window, today: date, numbers: Supervision) -> date:
    """The first day that the pace counts: within the window only its own days."""
    since = today - timedelta(days=numbers.pace_days - 1)
    return max(since, window.first) if window.holds(today) else since


def pace_of(window: Window, today: date, remaining: int, made: int, numbers: Supervision) -> Pace:
    """The pace of who has so many interviews to make and made so many since `counted_since`."""
    left = days_left(window, today)
    counted = (today - counted_since(window, today, numbers)).days + 1
    return Pace(
        days_left=left,
        needed_a_day=round(remaining / left, 2) if left else (None if remaining else 0.0),
        counted_days=counted,
        made_a_day=round(made / counted, 2),
        verdict=_verdict(window, today, remaining, made, numbers),
    )


def _verdict(window: Window, today: date, remaining: int, made: int, numbers: Supervision) -> Verdict:
    if not remaining:
        return Verdict.AHEAD
    left = days_left(window, today)
    if not left:
        return Verdict.BEHIND
    counted = (today - counted_since(window, today, numbers)).days + 1
    # Whole numbers: made a day is compared with percents of what is needed a day.
    reached, needed = 100 * made * left, remaining * counted
    if reached >= numbers.ahead_from_percent * needed:
        return Verdict.AHEAD
    # Before the window begins nobody is late.
    return Verdict.ON_PACE if reached >= numbers.on_pace_from_percent * needed or today < window.first else Verdict.BEHIND
