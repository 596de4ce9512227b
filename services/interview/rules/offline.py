"""What was done without a network: which day counts when the device's clock was wrong, and what others did meanwhile that matters."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from services.interview.domain import Step
from shared.clock import on_day


class Kind(StrEnum):
    """What a device may bring."""

    WISH = "WISH"
    VISIT_ATTEMPT = "VISIT_ATTEMPT"
    INTERVIEW = "INTERVIEW"
    FOLLOW_UP = "FOLLOW_UP"
    WITHDRAWAL = "WITHDRAWAL"


class Choice(StrEnum):
    """What an officer answers to a conflict."""

    APPLY = "APPLY"
    CORRECT_DATE = "CORRECT_DATE"
    KEEP_DATE = "KEEP_DATE"
    DISCARD = "DISCARD"


AHEAD_MAX: Final = timedelta(minutes=5)
"""So far may a corrected moment lie in the future: the way of the message, and clocks that drift."""

_MET: Final = frozenset({Step.MET_AT_HOME, Step.INTERVIEWED, Step.REFUSED, Step.CONTENT, Step.NOT_FOUND})
CONFLICTS_WITH: Final[Mapping[Kind, frozenset[Step]]] = {
    # Of a second wish the first slip is returned: nothing to choose.
    Kind.WISH: frozenset(),
    Kind.VISIT_ATTEMPT: _MET | {Step.WISH_STATED, Step.NOT_MET, Step.WITHDRAWN},
    Kind.INTERVIEW: _MET | {Step.WISH_STATED, Step.WITHDRAWN},
    Kind.FOLLOW_UP: frozenset({Step.FOLLOWED_UP, Step.WITHDRAWN}),
    Kind.WITHDRAWAL: frozenset({Step.WITHDRAWN, Step.INTERVIEWED}),
}
"""What others may have done to the case since the device saw it that the officer must know of before this is applied."""


def corrected_day(day: date, made_at: datetime, offsets: Iterable[timedelta]) -> date | None:
    """The day that a form's day should have been when it was taken from a wrong clock; None when there is no doubt.

    `offsets` is what was to be added to the device's clock, as measured when its pack was taken and when it brought the form; the
    last one counts. A form that names another day than the clock showed was dated by hand: its day is believed.
    """
    days = [on_day(made_at + offset) for offset in offsets]
    if day in days or day != on_day(made_at):
        return None
    return days[-1]
