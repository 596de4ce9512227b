"""The clocks that run for referrals, and the alarms that were raised."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.plan.repository.rows import columns_of, insert
from services.plan.rules.referral_clocks import RunningClock
from shared.contracts.plan import OverdueLevel, ReferralClock
from shared.db import ReadTx, Tx

_CLOCK = ", ".join(columns_of(RunningClock))


@dataclass(frozen=True, slots=True)
class RaisedAlarm:
    """A row of `referral_alarm`; no level is the reminder of who must act."""

    referral_id: UUID
    clock: ReferralClock
    since: date
    number: int
    level: OverdueLevel | None
    due_on: date
    raised_on: date


async def set_clocks(tx: Tx, running: Mapping[UUID, RunningClock | None]) -> None:
    """Let these clocks run for the referrals, and none for those without; one that runs already goes on as it was."""
    if stopped := [referral_id for referral_id, clock in running.items() if clock is None]:
        await tx.execute("DELETE FROM referral_clock WHERE referral_id = ANY($1::uuid[])", stopped)
    await insert(
        tx,
        "referral_clock",
        [clock for clock in running.values() if clock is not None],
        then="""ON CONFLICT (referral_id) DO UPDATE
                SET clock = excluded.clock, since = excluded.since, due_on = excluded.due_on, raised = 0, next_on = excluded.next_on
                WHERE (referral_clock.clock, referral_clock.since, referral_clock.due_on) <> (excluded.clock, excluded.since, excluded.due_on)""",
    )


async def plans_with_alarms(tx: ReadTx, today: date, *, plans_max: int) -> list[UUID]:
    """Plans of which an alarm is due, the longest waiting first."""
    rows = await tx.fetch(
        """SELECT referral.plan_id FROM referral_clock clock JOIN referral USING (referral_id)
            WHERE clock.next_on <= $1 GROUP BY referral.plan_id ORDER BY min(clock.next_on), referral.plan_id LIMIT $2""",
        today,
        plans_max,
    )
    return [row["plan_id"] for row in rows]


async def clocks_of_plans(tx: ReadTx, plan_ids: Iterable[UUID]) -> list[RunningClock]:
    """The clocks of the plans' referrals; the lock of the plan guards them."""
    names = ", ".join(f"clock.{name}" for name in _CLOCK.split(", "))
    rows = await tx.fetch(
        f"""SELECT {names} FROM referral_clock clock JOIN referral USING (referral_id)
             WHERE referral.plan_id = ANY($1::uuid[]) ORDER BY referral.plan_id, referral.line_no""",
        list(plan_ids),
    )
    return [RunningClock(**{**row, "clock": ReferralClock(row["clock"])}) for row in rows]


async def raised_before(tx: ReadTx, clocks: Sequence[RunningClock]) -> set[tuple[UUID, str, date, int]]:
    """Which alarms of the clocks were raised, by referral, clock, first day and number: a clock that was stopped may run on."""
    rows = await tx.fetch(
        "SELECT referral_id, clock, since, number FROM referral_alarm WHERE referral_id = ANY($1::uuid[])",
        [one.referral_id for one in clocks],
    )
    return {tuple(row) for row in rows}


async def keep_raised(tx: Tx, clocks: Sequence[RunningClock], raised: Sequence[RaisedAlarm]) -> None:
    """Note how far the clocks have been raised, and each alarm for ever."""
    await tx.execute(
        """UPDATE referral_clock SET raised = new.raised, next_on = new.next_on
             FROM unnest($1::uuid[], $2::int[], $3::date[]) AS new (referral_id, raised, next_on)
            WHERE referral_clock.referral_id = new.referral_id""",
        [one.referral_id for one in clocks],
        [one.raised for one in clocks],
        [one.next_on for one in clocks],
    )
    await insert(tx, "referral_alarm", raised)
