"""Until when each step of a referral is due, and to whom it rises when it is not done; the days with their source are in referral_clocks.yaml."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import yaml

from services.plan.domain import Referral, ReferralStatus
from shared.contracts.plan import OverdueLevel, ReferralClock
from shared.dated import holding
from shared.thai.working_days import working_days_after, working_days_before

_FILE: Final = Path(__file__).with_name("referral_clocks.yaml")

_RUNS_IN: Final = {
    ReferralStatus.CREATED: ReferralClock.RECEIPT,
    ReferralStatus.RECEIVED: ReferralClock.ANSWER,
    ReferralStatus.WAIT_LISTED: ReferralClock.PLACE,
    ReferralStatus.ACCEPTED: ReferralClock.START,
    ReferralStatus.STARTED: ReferralClock.OUTCOME,
    ReferralStatus.DECLINED: ReferralClock.NEXT_ATTEMPT,
}


@dataclass(frozen=True, slots=True)
class RunningClock:
    """What a referral waits for, from which day it is counted and the last day in time. A row of `referral_clock`.

    `raised` is how many of its alarms were raised; the next is on `next_on`, None after the last.
    """

    referral_id: UUID
    clock: ReferralClock
    since: date
    due_on: date
    raised: int
    next_on: date | None


@dataclass(frozen=True, slots=True)
class Alarm:
    """On which day who must act is reminded (no level), or the matter rises to the level."""

    level: OverdueLevel | None
    on: date


def clock_of(referral: Referral) -> RunningClock | None:
    """The clock that runs for the referral, new; None for one that is closed or gave way to another attempt."""
    clock = _RUNS_IN.get(referral.status) if referral.current else None
    if clock is None:
        return None
    since = _since(referral, clock)
    due_on = working_days_after(since, _days(referral, clock, since))
    return RunningClock(referral.referral_id, clock, since, due_on, raised=0, next_on=_reminded_on(since, due_on))


def alarms(since: date, due_on: date) -> list[Alarm]:
    """The alarms of a clock, each later than the one before it. No reminder is before the day from which it counts."""
    escalation = _rules()["escalation"]
    rises = [Alarm(level, working_days_after(due_on, _holding(escalation[level], since))) for level in OverdueLevel]
    return [Alarm(None, _reminded_on(since, due_on)), *rises]


def _reminded_on(since: date, due_on: date) -> date:
    return max(since, working_days_before(due_on, _holding(_rules()["reminder"], since)))


def _since(referral: Referral, clock: ReferralClock) -> date:
    days: dict[ReferralClock, date | None] = {
        ReferralClock.ANSWER: referral.received_on,
        ReferralClock.PLACE: referral.wait_listed_on,
        ReferralClock.START: max(filter(None, (referral.accepted_on, referral.starts_on)), default=None),
        ReferralClock.OUTCOME: referral.outcome_on or referral.started_on,
        ReferralClock.NEXT_ATTEMPT: referral.declined_on,
    }
    return days.get(clock) or referral.referred_on


def _days(referral: Referral, clock: ReferralClock, since: date) -> int:
    rules = _rules()
    for values in (rules["programmes"].get(referral.programme_code, {}), rules["agencies"].get(referral.agency, {}), rules["steps"]):
        if clock in values:
            return _holding(values[clock], since)
    raise KeyError(clock)


def _holding(values: Sequence[Mapping[str, Any]], day: date) -> int:
    """The working days that hold on the day; the values stand in the order of their first days."""
    held: int = holding(values, lambda one: one["from"], day)["working_days"]
    return held


@cache
def _rules() -> dict[str, Any]:
    rules: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return rules
