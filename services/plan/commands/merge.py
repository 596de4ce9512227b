"""Plans of one person under several ids: the furthest goes on, the others end, and all is given back when they are several after all."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from services.plan.changes import Changes
from services.plan.commands.end import end_plan, go_on
from services.plan.commands.write import write
from services.plan.domain import OPEN, RUNNING, WAITING, Because, Plan, PlanStatus
from services.plan.repository import agreements, plans
from shared.card_holders import OnePerson, persons_among, persons_of
from shared.db import Tx

_HOW_FAR: Final = dict.fromkeys(RUNNING, 2) | dict.fromkeys(WAITING, 1)


async def one_plan_goes_on(tx: Tx, because_of: Mapping[UUID, Because]) -> None:
    """Of the open plans of each person of whom the holders are a part one goes on, and the others end."""
    several = await persons_among(tx, because_of)
    if several:
        changes = await _begin(tx, several)
        for person in several:
            _end_others(changes, person, _because(person, because_of))
        await write(tx, changes)


async def give_back(tx: Tx, because_of: Mapping[UUID, Because]) -> None:
    """Who is a person of their own after all, and who is left behind, has the plan back that had ended for the other's."""
    parted = await persons_of(tx, because_of)
    changes = await _begin(tx, parted)
    before = await plans.statuses_before(tx, changes.was, PlanStatus.MERGED)
    changes.agreed.update(await agreements.in_force(tx, before))
    for person in parted:
        own = _plans_of(changes, person)
        ended = [plan for plan in own if plan.status is PlanStatus.MERGED and plan.plan_id in before]
        if ended and not any(plan.status in OPEN for plan in own):
            plan = max(ended, key=lambda one: (_HOW_FAR[before[one.plan_id]], one.holder_id))
            because = _because(person, because_of)
            go_on(changes, plan, before[plan.plan_id], because)
    await write(tx, changes)


async def _begin(tx: Tx, persons: Sequence[OnePerson]) -> Changes:
    locked = await plans.lock_plans_of_holders(tx, [holder_id for person in persons for holder_id in person.members])
    return Changes.of(locked, await plans.referrals_of_plans(tx, [plan.plan_id for plan in locked]))


def _end_others(changes: Changes, person: OnePerson, because: Because) -> None:
    open_plans = [plan for plan in _plans_of(changes, person) if plan.status in OPEN]
    goes_on = max(open_plans, key=lambda one: (_HOW_FAR[one.status], one.holder_id == person.stays, one.holder_id), default=None)
    for plan in open_plans:
        if plan is not goes_on:
            end_plan(changes, plan.plan_id, PlanStatus.MERGED, because)


def _plans_of(changes: Changes, person: OnePerson) -> list[Plan]:
    return [plan for plan in changes.was.values() if plan.holder_id in person.members]


def _because(person: OnePerson, because_of: Mapping[UUID, Because]) -> Because:
    return next(because_of[holder_id] for holder_id in (person.stays, *person.members) if holder_id in because_of)
