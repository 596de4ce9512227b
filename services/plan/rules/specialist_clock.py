"""Until when a specialist answers, and from when on the province hears of it; the days with their source are in specialist_clock.yaml."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from shared.dated import in_force
from shared.thai.working_days import working_days_after

_FILE: Final = Path(__file__).with_name("specialist_clock.yaml")


@dataclass(frozen=True, slots=True)
class ReviewClock:
    """The last day in time, and the last day before the province hears of a review that is overdue."""

    due_on: date
    rises_on: date


def review_clock(asked_on: date) -> ReviewClock:
    """The clock of a question of the day."""
    days = in_force(_FILE, asked_on)
    due_on = working_days_after(asked_on, days["answer_working_days"])
    return ReviewClock(due_on, working_days_after(due_on, days["province_working_days"]))
