"""What changes in people's lives and wishes does to their plans: wishes, withdrawals, deaths, merges, erasures, decisions."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from uuid import UUID

from services.plan.changes import Changes
from services.plan.commands import employments
from services.plan.commands.advise import Desk
from services.plan.commands.agree import publish_again, put_declined
from services.plan.commands.end import end_plan, go_on
from services.plan.commands.forget import forget
from services.plan.commands.merge import give_back, one_plan_goes_on
from services.plan.commands.recommend import reopen
from services.plan.commands.write import write
from services.plan.domain import OPEN, RUNNING, WAITING, Because, Noted, Plan, PlanStatus
from services.plan.repository import agreements, people, plans
from shared.card_holders import OnePerson, persons_among
from shared.contracts.interview import DecisionKind, DecisionRecorded, IntentDeclared, IntentWithdrawn
from shared.contracts.registry import CardholderErased, HolderState, HolderStatus
from shared.db import Tx

_ENDED_BY_DEATH = OPEN | {PlanStatus.DECLINED, PlanStatus.WITHDRAWN, PlanStatus.MERGED}
_ENDED_BY_WITHDRAWAL = OPEN | {PlanStatus.DECLINED, PlanStatus.MERGED}


async def keep_holders(tx: Tx, states: Sequence[Noted[HolderState]]) -> None:
    """Take over the states of card holders; the plans of those who died are closed and hold no place in a programme.

    Of one person one plan goes on. The plan of a person whose death was taken back goes on where it was. Of who was erased
    everything is forgotten. A state that is not news closes and opens nothing.
    """
    were_merged_into = await people.upsert_holders(tx, [one.data for one in states])
    await employments.keep_consents(tx, [one.data for one in states])
    newest = {one.data.holder_id: one for one in sorted(states, key=lambda one: one.data.version)}
    because_of = {holder_id: one.because for holder_id, one in newest.items()}
    persons = await persons_among(tx, were_merged_into)
    await people.spread_reach(tx, {*were_merged_into, *(member for person in persons for member in person.members)})
    await _follow_merges(tx, were_merged_into, {holder_id: one.data.merged_into for holder_id, one in newest.items()}, because_of)
    news = [newest[holder_id] for holder_id in were_merged_into]
    dead = {one.data.holder_id: one.because for one in news if one.data.status is HolderStatus.DECEASED}
    await _close_plans(tx, _with_all_their_ids(persons, dead), PlanStatus.CLOSED, _ENDED_BY_DEATH)
    alive = {one.data.holder_id: one.because for one in news if one.data.status is HolderStatus.ALIVE and one.data.alive_again_on}
    await _go_on_with_plans(tx, _with_all_their_ids(persons, alive))
    erased_on = {one.data.holder_id: one.data.erased_on for one in states if isinstance(one.data, CardholderErased)}
    if erased_on:
        await forget(tx, erased_on, because_of)


def _with_all_their_ids(persons: Iterable[OnePerson], because_of: Mapping[UUID, Because]) -> dict[UUID, Because]:
    """The holders, and who was merged into them."""
    away = {member: because_of[one.stays] for one in persons if one.stays in because_of for member in one.members}
    return away | dict(because_of)


async def _follow_merges(
    tx: Tx, were_merged_into: Mapping[UUID, UUID | None], merged_into: Mapping[UUID, UUID | None], because_of: Mapping[UUID, Because]
) -> None:
    """Plans follow who was merged, or was not after all."""
    left = {holder_id: into for holder_id, into in were_merged_into.items() if into != merged_into[holder_id]}
    if left:
        await one_plan_goes_on(tx, {holder_id: because_of[holder_id] for holder_id in left})
    parted = {one: because_of[holder_id] for holder_id, into in left.items() if into is not None for one in (holder_id, into)}
    if parted:
        await give_back(tx, parted)


async def declare_wishes(tx: Tx, declared: Sequence[Noted[IntentDeclared]], desk: Desk) -> None:
    """Keep the stated wishes; a plan that was withdrawn is opened again, and goes on as it was signed where it had been agreed."""
    await people.state_wishes(tx, {one.data.holder_id: one.data.stated_on for one in declared})
    await _lock_of_persons(tx, {one.data.holder_id for one in declared})
    await _take_withdrawals_back(tx, {one.data.holder_id: one.because for one in declared}, desk)


async def withdraw_wishes(tx: Tx, withdrawn: Sequence[Noted[IntentWithdrawn]]) -> None:
    """Keep the withdrawals; the plans end, and with them what is open at agencies."""
    await people.withdraw_wishes(tx, {one.data.holder_id: one.data.withdrawn_on for one in withdrawn})
    because_of = {one.data.holder_id: one.because for one in withdrawn}
    await _close_plans(tx, because_of, PlanStatus.WITHDRAWN, _ENDED_BY_WITHDRAWAL)


async def keep_decisions(tx: Tx, decided: Sequence[Noted[DecisionRecorded]], desk: Desk) -> None:
    """Keep the decisions. Who chose nothing has a declined plan; who is reinstated gets a recommendation again, or what was signed."""
    await people.add_decisions(tx, [one.data for one in decided])
    await _lock_of_persons(tx, {one.data.holder_id for one in decided})
    chose_nothing = {one.data.holder_id: one for one in decided if one.data.kind is DecisionKind.CHOSE_NOTHING}
    changes = Changes.of(await plans.lock_plans_of_holders(tx, chose_nothing))
    for plan in list(changes.was.values()):
        if plan.status in WAITING:
            one = chose_nothing[plan.holder_id]
            put_declined(
                changes,
                plan,
                declined_on=one.data.decided_on,
                sufficient=False,
                reason=f"CHOSE_NOTHING {one.data.reference}",
                because=one.because,
            )
    await write(tx, changes)
    reinstated = {one.data.holder_id: one.because for one in decided if one.data.kind is DecisionKind.REINSTATE}
    await reopen(tx, reinstated, PlanStatus.DECLINED, desk)
    await _take_withdrawals_back(tx, reinstated, desk)


async def _lock_of_persons(tx: Tx, holder_ids: AbstractSet[UUID]) -> tuple[list[Plan], Mapping[UUID, UUID]]:
    """Lock the plans of the holders and of who is one person with them, all in one order; with who stays, by each of those.

    Before any of them is locked alone: a merge locks them all too.
    """
    persons = await persons_among(tx, holder_ids)
    of_person = {one: person.stays for person in persons for one in (person.stays, *person.members)}
    return await plans.lock_plans_of_holders(tx, {*holder_ids, *of_person}), of_person


async def _take_withdrawals_back(tx: Tx, because_of: Mapping[UUID, Because], desk: Desk) -> None:
    """The plans that a withdrawal ended. What was signed is the only agreement that a person has: they go on by it, and may amend it."""
    if not because_of:
        return
    await reopen(tx, because_of, PlanStatus.WITHDRAWN, desk)
    locked, of_person = await _lock_of_persons(tx, because_of.keys())
    person_of = {plan.plan_id: of_person.get(plan.holder_id, plan.holder_id) for plan in locked}
    busy = {person_of[plan.plan_id] for plan in locked if plan.status in OPEN}
    ended = [
        plan
        for plan in locked
        if plan.status is PlanStatus.WITHDRAWN and plan.holder_id in because_of and person_of[plan.plan_id] not in busy
    ]
    if not ended:
        return
    before = await plans.statuses_before(tx, [plan.plan_id for plan in ended], PlanStatus.WITHDRAWN, RUNNING)
    changes = Changes.of([plan for plan in ended if plan.plan_id in before], await plans.referrals_of_plans(tx, before))
    changes.agreed.update(await agreements.in_force(tx, before))
    signed = await agreements.newest(tx, before)
    for plan in list(changes.was.values()):
        because = because_of[plan.holder_id]
        # The plan is told before its referrals, as when it was agreed: readers take each step from the one before.
        publish_again(changes, plan.go_on(before[plan.plan_id]), signed[plan.plan_id], because)
        go_on(changes, plan, before[plan.plan_id], because)
    await write(tx, changes)


async def _close_plans(tx: Tx, because_of: Mapping[UUID, Because], status: PlanStatus, from_states: frozenset[PlanStatus]) -> None:
    if not because_of:
        return
    locked = [plan for plan in await plans.lock_plans_of_holders(tx, because_of) if plan.status in from_states]
    changes = Changes.of(locked, await plans.referrals_of_plans(tx, [plan.plan_id for plan in locked]))
    for plan in locked:
        end_plan(changes, plan.plan_id, status, because_of[plan.holder_id])
    await write(tx, changes)


async def _go_on_with_plans(tx: Tx, because_of: Mapping[UUID, Because]) -> None:
    """The plans that a death closed of persons who are alive; those of the erased stay closed."""
    if not because_of:
        return
    erased = await people.known_holders(tx, because_of, held=False)
    closed = [plan for plan in await plans.lock_plans_of_holders(tx, because_of) if plan.status is PlanStatus.CLOSED]
    locked = [plan for plan in closed if not erased[plan.holder_id]]
    before = await plans.statuses_before(tx, [plan.plan_id for plan in locked], PlanStatus.CLOSED)
    changes = Changes.of(locked, await plans.referrals_of_plans(tx, before))
    changes.agreed.update(await agreements.in_force(tx, before))
    for plan in locked:
        go_on(changes, plan, before[plan.plan_id], because_of[plan.holder_id])
    await write(tx, changes)
