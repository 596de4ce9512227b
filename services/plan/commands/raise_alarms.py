"""Who must take the next step of a referral is reminded, and what is overdue rises to district, province and ministry, once to each."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Final

from services.plan.changes import Changes
from services.plan.commands.tell_agencies import tell_agencies
from services.plan.domain import Because, Plan, Referral
from services.plan.repository import clocks, plans
from services.plan.repository.clocks import RaisedAlarm
from services.plan.rules.referral_clocks import Alarm, RunningClock, alarms
from shared.bus import outbox
from shared.clock import on_day
from shared.contracts.plan import PlanFact, ReferralOverdue, ReferralReminded
from shared.db import Database, Tx

PLANS_AT_ONCE_MAX: Final = 1000


async def raise_all(db: Database, because: Callable[[], Because]) -> int:
    """Raise every alarm that is due, some plans a transaction: they are locked until it ends. Returns how many clocks had one."""
    raised = 0
    while some := await _in_transaction(db, because):
        raised += some
    return raised


async def _in_transaction(db: Database, because: Callable[[], Because]) -> int:
    async with db.transaction() as tx:
        return await raise_some(tx, because())


async def raise_some(tx: Tx, because: Because) -> int:
    """Raise what is due today of PLANS_AT_ONCE_MAX plans at most; returns how many clocks had an alarm. Asked again it finds none twice."""
    today = on_day(because.at)
    locked = await plans.lock_plans(tx, await clocks.plans_with_alarms(tx, today, plans_max=PLANS_AT_ONCE_MAX))
    changes = Changes.of(locked, await plans.referrals_of_plans(tx, [plan.plan_id for plan in locked]))
    running = await clocks.clocks_of_plans(tx, changes.was)
    before = await clocks.raised_before(tx, running)
    moved, raised = [], []
    for clock in running:
        schedule = alarms(clock.since, clock.due_on)
        due = [
            _alarm(clock, number, one, today) for number, one in enumerate(schedule, start=1) if number > clock.raised and one.on <= today
        ]
        if due:
            raised_to = clock.raised + len(due)
            moved.append(replace(clock, raised=raised_to, next_on=schedule[raised_to].on if raised_to < len(schedule) else None))
            new = [alarm for alarm in due if (alarm.referral_id, alarm.clock, alarm.since, alarm.number) not in before]
            raised += new
            _publish(changes, clock, new, because)
    await clocks.keep_raised(tx, moved, raised)
    await outbox.add_many(tx, changes.events)
    await tell_agencies(tx, changes)
    return len(moved)


def _alarm(clock: RunningClock, number: int, alarm: Alarm, today: date) -> RaisedAlarm:
    return RaisedAlarm(clock.referral_id, clock.clock, clock.since, number, alarm.level, clock.due_on, today)


def _publish(changes: Changes, clock: RunningClock, new: list[RaisedAlarm], because: Because) -> None:
    referral = changes.was_referrals[clock.referral_id]
    plan = changes.was[referral.plan_id]
    for alarm in new:
        identity = (referral.referral_id, alarm.clock, alarm.since.isoformat(), alarm.number)
        changes.publish(_fact(plan, referral, alarm), referral.holder_id, because, *identity)


def _fact(plan: Plan, referral: Referral, alarm: RaisedAlarm) -> PlanFact:
    said = {
        "holder_id": referral.holder_id,
        "plan_id": referral.plan_id,
        "referral_id": referral.referral_id,
        "line_no": referral.line_no,
        "agency": referral.agency,
        "clock": alarm.clock,
        "due_on": alarm.due_on,
    }
    if alarm.level is None:
        return ReferralReminded(**said, reminded_on=alarm.raised_on)
    return ReferralOverdue(**said, level=alarm.level, since=alarm.since, found_on=alarm.raised_on, district=plan.responsible_district)
