"""Reckoning allowances anew from their facts, and telling what changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from services.payments.commands.reckoning import Told, basis_of, later_sets
from services.payments.domain import Refused, Standing, Status, Stop, month_text, months_between
from services.payments.repository import entitlements, holders, ledger, obligations, policies
from services.payments.repository.entitlements import FactRow, HistoryRow, StoredEntitlement
from services.payments.repository.holders import Ends, Known
from services.payments.repository.policies import Policy
from services.payments.rules.entitling import MERGED_RULE, UNMERGED_RULE, stand, taken_back, taken_over
from services.payments.rules.facts import Fact, PlanAgreed, Wish
from services.payments.rules.tiers import Tiers
from shared.bus import outbox
from shared.contracts import Event
from shared.contracts.payments import EntitlementConfirmed, EntitlementFact, EntitlementReinstated, EntitlementStarted, EntitlementStopped
from shared.db import Tx
from shared.ids import new_id, same_id

FOLLOW_JOB: Final = "follow_policy"
CONFIRMED_RULE: Final = "interviewed"


@dataclass(frozen=True, slots=True)
class Cause:
    """What made us reckon anew: who or which event, when, and the ids that travel on."""

    who: str
    at: datetime
    correlation_id: str = ""
    event_id: str = ""

    @classmethod
    def of(cls, event: Event) -> "Cause":
        """The cause that an event is."""
        return cls(who=event.type, at=event.time, correlation_id=event.correlation_id, event_id=str(event.id))

    @property
    def source(self) -> tuple[datetime, str, str]:
        """When it was known, and the type and id of the event that told it."""
        return self.at, self.who, self.event_id


@dataclass(frozen=True, slots=True)
class NewFact:
    """A fact about a holder; `fact_id` is the same however often it is told."""

    fact_id: UUID
    holder_id: UUID
    fact: Fact
    cause: Cause

    @property
    def row(self) -> FactRow:
        """As it is kept."""
        return FactRow(self.fact_id, self.holder_id, self.fact, *self.cause.source)


@dataclass
class _Change:
    """An allowance on its way from one standing to the next, with what is to be told of it."""

    after: StoredEntitlement
    cause: Cause
    merged_into: UUID | None = None
    history: list[HistoryRow] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def step(self, standing: Standing, why: str) -> None:
        """Go to the next version."""
        self.after = replace(self.after, version=self.after.version + 1, standing=standing)
        one = self.after
        self.history.append(
            HistoryRow(one.entitlement_id, one.version, standing.status, standing.payable, self.cause.who, self.cause.at, why)
        )

    def tell(self, data: EntitlementFact) -> None:
        """Tell the version that was gone to last."""
        one = self.after
        self.events.append(
            Event.of(
                data,
                subject=one.holder_id,
                time=self.cause.at,
                identity=(one.entitlement_id, one.version),
                correlation_id=self.cause.correlation_id,
                causation_id=self.cause.event_id,
            )
        )

    def state(self) -> dict[str, Any]:
        """The members that every event of an allowance carries."""
        one, standing = self.after, self.after.standing
        return {
            "holder_id": one.holder_id,
            "entitlement_id": one.entitlement_id,
            "version": one.version,
            "status": standing.status,
            "tier": standing.tier,
            "monthly_satang": standing.monthly_satang,
            "first_month": month_text(standing.first_month),
            "last_month": month_text(standing.last_month),
        }


async def take_facts(tx: Tx, facts: Sequence[NewFact]) -> None:
    """Keep the facts and reckon the allowances of their holders anew. The holders must be here."""
    if not facts:
        return
    await entitlements.take_facts(tx, [one.row for one in facts])
    await reassess(tx, {one.holder_id: one.cause for one in facts})


async def reassess(tx: Tx, causes: Mapping[UUID, Cause]) -> None:
    """Reckon the allowances of the holders anew: open, confirm, stop or reinstate them; note what was paid for months not due.

    The same facts always give the same allowance; where nothing changes nothing is written. The facts of who was merged into
    another are that one's too.
    """
    generation = await obligations.changing_allowances(tx)
    causes = {stays: causes[asked] for stays, asked in (await holders.who_stay(tx, causes)).items()} | dict(causes)
    known = await holders.lock(tx, causes)
    told = await _told(tx, known)
    current = await entitlements.of_holders(tx, told)
    sets = await policies.every(tx)
    found = [_change(holder_id, told[holder_id], current.get(holder_id), known[holder_id], sets, causes[holder_id]) for holder_id in told]
    changes = [one for one in found if one is not None]
    if not changes:
        return
    await entitlements.save(tx, [one.after for one in changes], generation)
    await entitlements.add_history(tx, [row for one in changes for row in one.history])
    await _follow_with_money(tx, [one for one in changes if one.after.holder_id in current])
    await outbox.add_many(tx, [event for one in changes for event in one.events])


async def _told(tx: Tx, holder_ids: Iterable[UUID]) -> dict[UUID, Told]:
    """What was told of the holders."""
    away = await holders.merged_away(tx, holder_ids)
    facts = await entitlements.facts_of(tx, {*holder_ids, *(one for merged in away.values() for one, _ in merged)})
    return {
        holder_id: Told(facts.get(holder_id, []), [(on, facts[one]) for one, on in away.get(holder_id, ()) if one in facts])
        for holder_id in holder_ids
    }


async def follow_policy(tx: Tx, version: int, after: UUID | None, limit: int, at: datetime) -> tuple[UUID | None, int]:
    """Reckon the next allowances (by holder id) anew by the policy set; returns the last holder, None after the last, and how many."""
    holder_ids = await entitlements.behind(tx, version, after, limit)
    await reassess(tx, dict.fromkeys(holder_ids, Cause(who=FOLLOW_JOB, at=at)))
    return (holder_ids[-1] if len(holder_ids) == limit else None), len(holder_ids)


async def _follow_with_money(tx: Tx, changes: Sequence[_Change]) -> None:
    """Let the obligations follow allowances that were open already; what is paid for a month not due any more is owed back."""
    changed = await obligations.follow_allowances(tx, [one.after.holder_id for one in changes])
    if changed:
        await ledger.adjust_recoveries(tx, changed, new_id(), max(one.cause.at for one in changes))


def _change(
    holder_id: UUID,
    told: Told,
    current: StoredEntitlement | None,
    known: Known,
    sets: Mapping[int, Policy],
    cause: Cause,
) -> _Change | None:
    basis = basis_of(told, current.standing.intent_id if current else None, sets)
    if basis is None:
        return None if current is None else _taken_back(current, known.ends, cause)
    wish, facts = basis.wish, basis.facts
    later = later_sets(wish, sets)
    ends = known.ends
    tiers = Tiers(known.tier or (current.standing.tier if current else wish.tier), known.corrections)
    standing = stand(sets[wish.policy_version].parameters, wish, facts, ends.deceased_on, later, merged_on=ends.merged_on, tiers=tiers)
    if basis.merged_on is not None and isinstance(standing, Standing):
        standing = taken_over(sets[wish.policy_version].parameters, standing, basis.merged_on)
    if isinstance(standing, Refused):
        if current is None:
            return None
        standing = taken_back(current.standing, standing)
    agreed = min((fact.agreed_on for fact in facts if isinstance(fact, PlanAgreed)), default=None)
    if current is None:
        return _opened(holder_id, wish, standing, known, agreed, sets, cause)
    after = replace(current, **ends._asdict(), stated_on=wish.stated_on, plan_agreed_on=agreed, policy_version=max(sets))
    ended = current.standing.status is Status.ENDED and current.standing.payable == standing.payable
    target = replace(standing, status=Status.ENDED) if ended else standing
    if target != current.standing:
        return _changed(_Change(after, cause, known.merged_into), current.standing, target, wish, sets)
    if after == current:
        return None
    change = _Change(after, cause, known.merged_into)
    # Another policy set of which nothing is about this allowance is noted, and makes no version.
    return change if replace(after, policy_version=current.policy_version) == current else _moved(change, target, target)


def _changed(change: _Change, before: Standing, after: Standing, wish: Wish, sets: Mapping[int, Policy]) -> _Change:
    if (after.first_month, after.intent_id) != (before.first_month, before.intent_id):
        # A committee named the first month, or the person's own wish came, after this was opened: told again, whole, as the next version.
        change.step(after, "first month named by a decision" if after.intent_id == before.intent_id else "another wish opens it")
        _tell_started(change, wish, sets[wish.policy_version])
        if after.stop is not None:
            change.step(after, after.stop.rule)
            _tell_stopped(change, after.stop)
        return change
    if (after.tier, after.monthly_satang, after.last_month) != (before.tier, before.monthly_satang, before.last_month):
        return _revised(change, before, after, wish, sets)
    return _moved(change, before, after)


def _taken_back(current: StoredEntitlement, ends: Ends, cause: Cause) -> _Change | None:
    """The wish was another person's after all."""
    before, after = current.standing, taken_back(current.standing, Refused(UNMERGED_RULE))
    if before == after:
        return None
    return _moved(_Change(replace(current, **ends._asdict()), cause), before, after)


def _revised(change: _Change, before: Standing, after: Standing, wish: Wish, sets: Mapping[int, Policy]) -> _Change:
    """Another amount or last month: the start is told again, whole, as the next version; then its stop, or what else changed."""
    same_way = (before.status, before.stop, before.reinstated_by) == (after.status, after.stop, after.reinstated_by)
    terms = replace(before, tier=after.tier, monthly_satang=after.monthly_satang, last_month=after.last_month, rates=after.rates)
    revised = after if same_way else terms
    change.step(revised, f"policy_version={max(sets)}" if after.tier == before.tier else f"tier={after.tier}")
    _tell_started(change, wish, sets[wish.policy_version])
    if not same_way:
        return _moved(change, revised, after)
    if after.stop is not None:
        change.step(after, after.stop.rule)
        _tell_stopped(change, after.stop)
    return change


def _opened(  # what an allowance is opened from
    holder_id: UUID, wish: Wish, standing: Standing, known: Known, agreed: date | None, sets: Mapping[int, Policy], cause: Cause
) -> _Change:
    """An allowance is opened; what is known already of its further way is told as the next versions."""
    opened = replace(
        standing, status=Status.PENDING, payable=months_between(standing.first_month, standing.last_month), stop=None, reinstated_by=None
    )
    blank = StoredEntitlement(
        holder_id=holder_id,
        entitlement_id=same_id("entitlement", holder_id),
        version=0,
        policy_version=max(sets),
        stated_on=wish.stated_on,
        standing=opened,
        plan_agreed_on=agreed,
        **known.ends._asdict(),
    )
    change = _Change(blank, cause, known.merged_into)
    change.step(opened, opened.rule)
    _tell_started(change, wish, sets[wish.policy_version])
    return change if standing == opened else _moved(change, opened, standing)


def _tell_started(change: _Change, wish: Wish, policy: Policy) -> None:
    change.tell(
        EntitlementStarted(
            **change.state(),
            intent_id=wish.intent_id,
            stated_on=wish.stated_on,
            policy_profile=policy.profile,
            policy_version=policy.version,
            rule=change.after.standing.rule,
        )
    )


def _tell_stopped(change: _Change, stop: Stop) -> None:
    merged_into = change.merged_into if stop.rule == MERGED_RULE else None
    change.tell(
        EntitlementStopped(**change.state(), reason=stop.reason, stop_month=month_text(stop.month), rule=stop.rule, merged_into=merged_into)
    )


def _moved(change: _Change, before: Standing, after: Standing) -> _Change:
    """Go from one standing to the next; months that are won back and a new stop are each told."""
    won_back = [month for month in after.payable if month not in before.payable]
    stops_anew = after.stop is not None and after.stop != before.stop
    if won_back and before.stop is not None:
        rule = after.reinstated_by or "facts_corrected"
        change.step(replace(after, status=Status.REINSTATED, stop=None) if stops_anew else after, rule)
        change.tell(EntitlementReinstated(**change.state(), from_month=month_text(won_back[0]), rule=rule))
        if not stops_anew:
            return change
    if after.stop is not None and stops_anew:
        stop = after.stop
        change.step(after, stop.rule)
        _tell_stopped(change, stop)
        return change
    confirmed = before.status is Status.PENDING and after.status is Status.ACTIVE
    change.step(after, CONFIRMED_RULE if confirmed else "facts")
    if confirmed:
        change.tell(EntitlementConfirmed(**change.state(), rule=CONFIRMED_RULE))
    return change
