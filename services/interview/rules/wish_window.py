"""When a wish may be stated and entered (docs/measure.md 4, rows on late forms and on June or later)."""

from datetime import date, timedelta
from enum import StrEnum

from services.interview.errors import LateWishRefused, WishOutsideWindow
from services.interview.rules.days import check_not_to_come
from services.interview.rules.policy import LateWish, Policy, Window
from shared.contracts.common import Channel


class Timing(StrEnum):
    """How a stated wish is to be taken."""

    IN_TIME = "IN_TIME"
    NEEDS_APPROVAL = "NEEDS_APPROVAL"
    NEEDS_DECISION = "NEEDS_DECISION"


def timing_of(policy: Policy, channel: Channel, stated_on: date, entered_on: date) -> Timing:
    """How a wish stated on one day and entered on another is taken.

    The date on the signed form counts. Raises Invalid for a date to come, WishOutsideWindow for a day on which the
    channel was closed, LateWishRefused after the last window where the policy refuses late wishes.
    """
    check_not_to_come("stated_on", stated_on, entered_on)
    window = _window(policy, channel)
    if stated_on > policy.visit_window.last:
        if policy.late_wish is LateWish.REFUSE:
            raise LateWishRefused(stated_on=stated_on, last_day=policy.visit_window.last)
        return Timing.NEEDS_DECISION
    if not window.holds(stated_on):
        raise WishOutsideWindow(channel=channel, stated_on=stated_on, first_day=window.first, last_day=window.last)
    late = entered_on > stated_on + timedelta(days=policy.late_entry_days_max) or entered_on > window.last
    return Timing.NEEDS_APPROVAL if late else Timing.IN_TIME


def _window(policy: Policy, channel: Channel) -> Window:
    return policy.walk_in_window if channel is Channel.WALK_IN else policy.visit_window
