"""The rounds of follow-up: from when a contact counts for one, and when it is overdue."""

from datetime import date

from services.interview.errors import TooEarly
from services.interview.rules.days import check_not_to_come
from services.interview.rules.policy import Policy
from shared.contracts.interview import FollowUpRound
from shared.errors import Invalid
from shared.thai.dates import in_thai


def check_contact(policy: Policy, round_: FollowUpRound, contacted_on: date, today: date) -> None:
    """Raises Invalid for a contact to come, TooEarly for one before the round opened. A late contact still counts."""
    check_not_to_come("contacted_on", contacted_on, today)
    if round_ is not FollowUpRound.AD_HOC and contacted_on < policy.follow_up[round_].first:
        opens_on = policy.follow_up[round_].first
        raise TooEarly(
            f"Contacts count for {round_} from {opens_on}",
            f"การติดตามรอบ {round_} เริ่มนับตั้งแต่ {in_thai(opens_on)}",
            round=round_,
            opens_on=opens_on,
        )


def due_day_passed(policy: Policy, round_: FollowUpRound, today: date) -> date:
    """The due day of the round. Raises TooEarly until it has passed, Invalid for a round without one."""
    due = due_day(policy, round_)
    if today <= due:
        raise TooEarly(f"The round {round_} is due by {due}", f"รอบ {round_} ครบกำหนดวันที่ {due}", round=round_, due_by=due)
    return due


def due_day(policy: Policy, round_: FollowUpRound) -> date:
    """The last day of the round in time. Raises Invalid for a round without one."""
    if round_ not in policy.follow_up:
        raise Invalid.field("round", "enum", "has no due day", "ไม่มีวันครบกำหนด", " | ".join(policy.follow_up))
    return policy.follow_up[round_].due


def passed_rounds(policy: Policy, today: date) -> list[FollowUpRound]:
    """The rounds whose due day has passed."""
    return [FollowUpRound(name) for name, days in policy.follow_up.items() if today > days.due]
