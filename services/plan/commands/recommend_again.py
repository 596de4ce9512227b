"""Recommending anew to everybody whose plan waits for an agreement, after the catalogue changed: a job in steps, each a transaction."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from services.plan.changes import Changes, stored
from services.plan.commands.advise import Desk
from services.plan.commands.write import write
from services.plan.domain import WAITING, Because
from services.plan.repository import market, people, plans, recommendations
from shared import jobs
from shared.clock import on_day
from shared.db import Tx

RECOMMEND_AGAIN_JOB: Final = "recommend_again"
PLANS_AT_ONCE_MAX: Final = 1000


@dataclass(frozen=True)
class AgainProgress(jobs.Progress):
    """How many plans waited at the beginning, the last that was looked at, how many were, and how many have another recommendation."""

    waiting: int | None = None
    after: str | None = None
    looked_at: int = 0
    changed: int = 0


async def ask_again(tx: Tx, *, by: str, why: str) -> UUID:
    """Queue the job; returns its id, or that of one that nobody has begun, which will see this transaction's catalogue."""
    waiting = await recommendations.hold_job_not_begun(tx, RECOMMEND_AGAIN_JOB)
    return waiting or await jobs.ask(tx, RECOMMEND_AGAIN_JOB, {"why": why}, asked_by=by)


async def ask_on_a_turn(tx: Tx, on: date) -> None:
    """Queue the job where a version of a programme begins on the day, or ended the day before; once for each day."""
    if await recommendations.catalogue_turns(tx, RECOMMEND_AGAIN_JOB, on):
        await jobs.ask(tx, RECOMMEND_AGAIN_JOB, {"why": "the catalogue of the day", "day": on.isoformat()}, asked_by="clock")


async def recommend_to_next(tx: Tx, progress: AgainProgress, desk: Desk, because: Because) -> AgainProgress:
    """Look at the next plans; at the very beginning count how programmes ended so far. Without a plan the progress is done.

    Whose answer is as before keeps it, without a lock: most plans of a country are only read.
    """
    if progress.waiting is None:
        await market.count_outcomes(tx, desk.rules.successes, on=on_day(because.at))
        return replace(progress, waiting=await recommendations.count_waiting(tx))
    some = await recommendations.waiting_after(tx, None if progress.after is None else UUID(progress.after), rows_max=PLANS_AT_ONCE_MAX)
    if not some:
        return replace(progress, done=True)
    others = await _others(tx, some, desk, because)
    changed = await _recommend_others(tx, others, desk, because) if others else 0
    return replace(progress, after=str(some[-1].plan_id), looked_at=progress.looked_at + len(some), changed=progress.changed + changed)


async def _others(tx: Tx, some: Iterable[recommendations.Told], desk: Desk, because: Because) -> list[UUID]:
    """The holders among these who would be recommended something else now."""
    told = {one.holder_id: one for one in some}
    adviser = await desk.adviser(tx, told)
    holders, interviews = await people.seen_holders(tx, told), await plans.interviews(tx, told)
    on = on_day(because.at)
    return [
        holder_id
        for holder_id, one in told.items()
        if holder_id in interviews and stored(adviser.answer(holders[holder_id], interviews[holder_id], on)) != one.programmes
    ]


async def _recommend_others(tx: Tx, holder_ids: Iterable[UUID], desk: Desk, because: Because) -> int:
    """Recommend to them under lock, unless something happened to their plans meanwhile; returns to how many."""
    holders = await people.hold_holders(tx, holder_ids)
    locked = [plan for plan in await plans.lock_plans_of_holders(tx, holders) if plan.status in WAITING]
    last = await recommendations.last_told(tx, [plan.plan_id for plan in locked])
    interviews = await plans.interviews(tx, holders)
    adviser = await desk.adviser(tx, holders)
    changes = Changes.of(locked)
    for plan in locked:
        interview = interviews[plan.holder_id]
        answer = adviser.answer(holders[plan.holder_id], interview, on_day(because.at))
        if stored(answer) != last[plan.plan_id]:
            adviser.put(changes, plan, interview, answer, because)
    await write(tx, changes)
    return len(changes.recommendations)
