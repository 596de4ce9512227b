"""Against which decisions a person may appeal, until when, and from which month what was stopped is paid again; the clock is appeals.yaml."""

from datetime import date, timedelta
from typing import Final

from services.interview.rules.dated import in_force
from shared.contracts.interview import DecisionKind

FILE: Final = "appeals.yaml"

APPEALABLE: Final = frozenset(
    {DecisionKind.NOT_INTERVIEWED, DecisionKind.CHOSE_NOTHING, DecisionKind.DID_NOT_DEVELOP, DecisionKind.DID_NOT_WORK}
)
"""Decisions that stop the allowance of who stated the wish."""

_DECEMBER: Final = 12


def last_day_to_appeal(known_on: date) -> date:
    """The last day on which an appeal against a decision that was told on the day comes in time."""
    return known_on + timedelta(days=in_force(FILE, known_on)["days_to_appeal"])


def due_on(received_on: date) -> date:
    """The last day in time for the decision on an appeal that came on the day."""
    return received_on + timedelta(days=in_force(FILE, received_on)["days_to_decide"])


def paid_again_from(decided_on: date, effective_month: str | None) -> str:
    """The first month (`YYYY-MM`) that a stop decided on the day took away: the month after it, or a later one that it names."""
    year, month = (decided_on.year + 1, 1) if decided_on.month == _DECEMBER else (decided_on.year, decided_on.month + 1)
    return max(f"{year}-{month:02}", effective_month or "")
