"""To whom a home visit that was not made rises, and from which day on; the clock is visit_overdue.yaml."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from services.interview.rules.dated import in_force
from services.interview.rules.policy import Policy
from shared.contracts.interview import OverdueLevel

FILE: Final = "visit_overdue.yaml"


@dataclass(frozen=True, slots=True)
class Rising:
    """A level to which visits rise from a day on; some only while nobody has been at the door."""

    level: OverdueLevel
    since: date
    only_without_attempt: bool


def rising(policy: Policy, today: date) -> list[Rising]:
    """The levels to which visits rise today, the nearest first."""
    levels = in_force(FILE, today)["levels"]
    found = []
    for level in OverdueLevel:
        clock = levels[level]
        since = policy.visit_window.last - timedelta(days=clock["days_before_end"])
        if since <= today:
            found.append(Rising(level, since, clock["only_without_attempt"]))
    return found
