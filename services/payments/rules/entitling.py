"""The whole standing of an allowance from its facts and one policy set: pure, and blind to the order of arrival."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from services.payments.domain import (
    Difference,
    DifferenceCause,
    Month,
    Rate,
    Refused,
    Standing,
    Status,
    Stop,
    month_after,
    month_from,
    months_between,
    next_month,
)
from services.payments.rules.amount import monthly_amount
from services.payments.rules.facts import Content, DeathTakenBack, Decided, Fact, Interviewed, MissedGranted, PlanAgreed, Wish, Withdrawal
from services.payments.rules.first_month import benefit_months, first_month
from services.payments.rules.parameters import LateWish, Parameters
from services.payments.rules.stopping import rule_name, stop_month
from services.payments.rules.tiers import Tiers
from shared.contracts.interview import Answer, DecisionKind
from shared.contracts.payments import StopReason

_BY_ANSWER: Final = {Answer.REFUSE: StopReason.REFUSED, Answer.SUFFICIENT: StopReason.SUFFICIENT}
_BY_DECISION: Final = {
    DecisionKind.NOT_FOUND: StopReason.NOT_INTERVIEWED,
    DecisionKind.NOT_INTERVIEWED: StopReason.NOT_INTERVIEWED,
    DecisionKind.CHOSE_NOTHING: StopReason.CHOSE_NOTHING,
    DecisionKind.DID_NOT_DEVELOP: StopReason.DID_NOT_DEVELOP,
    DecisionKind.DID_NOT_WORK: StopReason.DID_NOT_WORK,
    DecisionKind.LATE_WISH_REFUSED: StopReason.DECISION,
}

MERGED_RULE: Final = "merged_into_another_holder"
"""The rule of a stop that is no other's: the reason DECISION, as old readers know it."""


TAKEN_OVER_RULE: Final = "taken_over_from_merged_holder"
"""The rule of an allowance that goes on under the id that stays."""

UNMERGED_RULE: Final = "merge_was_undone"
"""The rule by which such an allowance is taken back."""

DEATH_TAKEN_BACK_RULE: Final = "death_taken_back"
"""The rule by which an allowance goes on after a death that was recorded wrongly, without the months that were missed."""


WISH_AGAIN_RULE: Final = "wish_stated_again"
"""The rule by which an allowance goes on that had stopped: the person came back and stated the wish anew."""

_OWN_WORD, _STOPS, _COMMITTEE = range(3)
_DAY_BEGINS: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that stops or reinstates; sorted by day.

    On one day wishes and withdrawals come first, in their order, then other stops, then what a committee reinstates; a withdrawal of which the moment
    is not known is a stop as others are. `fact` is what is known that says so; none for a death or a merge, which the registry tells as the holder's state.
    """

    on: date
    reinstates: bool
    key: str
    month: Month
    reason: StopReason | None
    rule: str
    rank: int = _STOPS
    fact: Fact | None = None
    moment: datetime = _DAY_BEGINS


@dataclass(frozen=True, slots=True)
class Ends:
    """What ends an allowance whatever its facts."""

    deceased_on: date | None
    merged_on: date | None


@dataclass(frozen=True, slots=True)
class LaterSet:
    """A policy set that was published after the one of the wish, and the first month that it governs."""

    version: int
    parameters: Parameters
    first: Month


def stand(
    parameters: Parameters,
    wish: Wish,
    facts: Iterable[Fact],
    deceased_on: date | None,
    later: Iterable[LaterSet] = (),
    *,
    merged_on: date | None = None,
    tiers: Tiers | None = None,
) -> Standing | Refused:
    """The standing of the allowance that the wish opens, or why it opens none.

    `facts` are all of the person's facts in any order. A death ends every reinstatement, and so does a merge into
    another holder, who is the same person and has an allowance of their own; a merge that was taken back (None) never was. Whether the wish opens an allowance
    and from which month is for its own set to say; the `later` ones, oldest first, govern amounts, stops and the last month
    from their first month on. `tiers` are the registry's, where it has said more than the wish.

    A death that was taken back (None) never was, but the months that were missed by then are paid only when a committee reinstates
    the allowance from a month that it names; those and the months before a corrected tier are among the differences.
    """
    known = tuple(facts)
    refusal = refusal_of(parameters, wish, known)
    if refusal is not None:
        return refusal
    first = opens_from(parameters, wish, known)
    if not benefit_months(parameters, first):
        return Refused("last_benefit_month")
    ends = Ends(deceased_on, merged_on)
    standing = _reckoned(parameters, wish, first, known, ends)
    sets = [(first, parameters)]
    for one in later:
        standing = _governed(standing, _reckoned(one.parameters, wish, first, known, ends), one)
        sets.append((one.first, one.parameters))
    missed = missed_months(known)
    lost = [month for month in standing.payable if month in missed]
    by_tier = tiers or Tiers(wish.tier)
    rated = _rated(_without(standing, missed), sets, by_tier)
    return replace(rated, differences=tuple(_differences(rated, lost, sets, by_tier)))


def _governed(before: Standing, after: Standing, later: LaterSet) -> Standing:
    """The standing before, with the months that the later set governs as they stand by it."""
    kept = tuple(month for month in before.payable if month < later.first)
    payable = kept + tuple(month for month in after.payable if month >= later.first)
    if not payable:
        return taken_back(replace(after, payable=(), last_month=before.last_month), Refused("last_benefit_month"))
    merged = replace(after, payable=payable, last_month=max(after.last_month, payable[-1]))
    if after.stop is not None:
        return replace(merged, stop=replace(after.stop, month=max(after.stop.month, next_month(payable[-1]))))
    if before.stop is not None:
        return replace(merged, status=Status.REINSTATED, reinstated_by=f"policy_version={later.version}")
    return merged


def missed_months(facts: Sequence[Fact]) -> frozenset[Month]:
    """The months missed by wrong deaths which neither a committee nor two persons of payments have granted since."""
    deaths = [fact for fact in facts if isinstance(fact, DeathTakenBack)]
    if not deaths:
        return frozenset()
    grants = [fact for fact in facts if isinstance(fact, Decided) and fact.decision is DecisionKind.REINSTATE and fact.effective_month]
    return frozenset(
        month_from(month)
        for death in deaths
        for month in death.missed
        if not any(grant.decided_on >= death.alive_again_on and (grant.effective_month or "") <= month for grant in grants)
        and not any(one.granted_on >= death.alive_again_on and month in one.months for one in facts if isinstance(one, MissedGranted))
    )


def _without(standing: Standing, missed: frozenset[Month]) -> Standing:
    """The standing without the missed months; where none is left to come the allowance has stopped."""
    payable = tuple(month for month in standing.payable if month not in missed)
    if payable == standing.payable:
        return standing
    if standing.stop is not None:
        return replace(standing, payable=payable)
    if payable and payable[-1] == standing.payable[-1]:
        return replace(standing, status=Status.REINSTATED, payable=payable, reinstated_by=DEATH_TAKEN_BACK_RULE)
    stop = Stop(StopReason.DECISION, next_month(payable[-1]) if payable else standing.first_month, DEATH_TAKEN_BACK_RULE)
    return replace(standing, status=Status.STOPPED, payable=payable, stop=stop, reinstated_by=None)


def _rated(standing: Standing, sets: Sequence[tuple[Month, Parameters]], tiers: Tiers) -> Standing:
    """The standing with its amounts: each month by the policy set that governs it and the tier of its time."""
    if len(sets) == 1 and not tiers.corrections:
        return replace(standing, tier=tiers.now, monthly_satang=monthly_amount(sets[0][1], tiers.now))
    rates = tuple(
        Rate(month, monthly_amount(governing(sets, month), tiers.at(month)), tiers.at(month))
        for month in months_between(standing.first_month, standing.last_month)
    )
    last = standing.payable[-1] if standing.payable else standing.first_month
    paid = next(rate for rate in rates if rate.since == last)
    return replace(standing, rates=rates, tier=paid.tier, monthly_satang=paid.satang)


def governing(sets: Sequence[tuple[Month, Parameters]], month: Month) -> Parameters:
    """The parameters of the set that governs the month, of sets with their first months, oldest first."""
    return next((parameters for since, parameters in reversed(sets) if since <= month), sets[0][1])


def _differences(standing: Standing, lost: Iterable[Month], sets: Sequence[tuple[Month, Parameters]], tiers: Tiers) -> Iterable[Difference]:
    """Months that are granted otherwise than by the tier that is known now, and those that a wrong death has cost."""
    found = [Difference(month, DifferenceCause.DEATH_TAKEN_BACK, 0, monthly_amount(governing(sets, month), tiers.now)) for month in lost]
    if tiers.corrections:
        for month, granted in zip(standing.payable, standing.amounts, strict=True):
            due = monthly_amount(governing(sets, month), tiers.now)
            if due != granted:
                found.append(Difference(month, DifferenceCause.TIER_CORRECTED, granted, due))
    return sorted(found)


def _reckoned(parameters: Parameters, wish: Wish, first: Month, known: Sequence[Fact], ends: Ends) -> Standing:
    months = benefit_months(parameters, first)
    confirmed = any(isinstance(fact, Interviewed) for fact in known) or any(isinstance(fact, PlanAgreed) for fact in known)
    standing = Standing(
        intent_id=wish.intent_id,
        status=Status.ACTIVE if confirmed else Status.PENDING,
        tier=wish.tier,
        monthly_satang=monthly_amount(parameters, wish.tier),
        first_month=first,
        last_month=parameters.last_benefit_month,
        payable=months,
        rule=f"first_month={parameters.first_month.kind}",
    )
    for turn in turns_of(parameters, wish, known, ends):
        standing = turned(standing, turn, months)
    return standing


def turns_of(parameters: Parameters, wish: Wish, known: Sequence[Fact], ends: Ends) -> list[Turn]:
    """What stops and reinstates the allowance of the wish, in the order in which it counts: a death and a merge come last."""
    # What was said before the wish that opened the allowance is overtaken by it.
    turns = [turn for turn in _turns(parameters, wish, known) if turn.on >= wish.stated_on]
    turns.sort(key=lambda one: (one.on, one.rank, one.moment, one.key))
    if ends.deceased_on is not None:
        turns.append(_death(parameters, ends.deceased_on))
    if ends.merged_on is not None:
        turns.append(_merge(parameters, ends.merged_on))
    return turns


def turned(standing: Standing, turn: Turn, months: Sequence[Month]) -> Standing:
    """The standing after the turn; `months` are all that the allowance could pay."""
    return _reinstated(standing, turn, months) if turn.reinstates else _stopped(standing, turn)


def opens_from(parameters: Parameters, wish: Wish, facts: Sequence[Fact]) -> Month:
    """The first month of the allowance that the wish opens."""
    return first_month(parameters, wish.stated_on, _granted_from(parameters, wish, facts))


def taken_over_from(parameters: Parameters, merged_on: date) -> Month:
    """The first month that goes on under the id that stays."""
    return _merge(parameters, merged_on).month


def taken_over(parameters: Parameters, standing: Standing, merged_on: date) -> Standing | Refused:
    """The allowance of a holder who was merged away as it goes on under the id that stays: from the month in which theirs stops."""
    first = taken_over_from(parameters, merged_on)
    payable = tuple(month for month in standing.payable if month >= first)
    if not payable:
        return Refused(TAKEN_OVER_RULE)
    differences = tuple(one for one in standing.differences if one.month >= first)
    return replace(standing, payable=payable, first_month=max(first, standing.first_month), rule=TAKEN_OVER_RULE, differences=differences)


def taken_back(standing: Standing, refused: Refused) -> Standing:
    """An open allowance that by facts which came later should not have been opened: no month is payable."""
    stop = Stop(StopReason.DECISION, standing.first_month, refused.rule)
    return replace(standing, status=Status.STOPPED, payable=(), stop=stop, reinstated_by=None)


def opening_wish(parameters: Iterable[tuple[Parameters, Wish]], facts: Sequence[Fact]) -> Wish | None:
    """The first of the wishes (in the order given, each with its policy set) that opens an allowance."""
    return next((wish for policy, wish in parameters if isinstance(stand(policy, wish, facts, None), Standing)), None)


def refusal_of(parameters: Parameters, wish: Wish, facts: Sequence[Fact]) -> Refused | None:
    """Why the wish opens no allowance; None where it does."""
    if _is_late(parameters, wish):
        if parameters.late_wish is LateWish.REFUSE:
            return Refused("late_wish=REFUSE")
        return None if wish.decision_reference or _grants(facts) else Refused("late_wish=COMMITTEE")
    last_day = wish.stated_on + timedelta(days=parameters.late_entry_days_max)
    entered_late = wish.received_on > last_day or wish.received_on > parameters.visit_window.last
    return Refused("late_entry_days_max") if entered_late and not wish.approved_late else None


def _is_late(parameters: Parameters, wish: Wish) -> bool:
    return wish.stated_on > parameters.visit_window.last


def _grants(facts: Iterable[Fact]) -> list[Decided]:
    """Decisions that granted a late wish, oldest first."""
    granted = [fact for fact in facts if isinstance(fact, Decided) and fact.decision is DecisionKind.LATE_WISH_GRANTED]
    return sorted(granted, key=_when)


def _when(decided: Decided) -> tuple[date, str]:
    return decided.decided_on, str(decided.decision_id)


def _granted_from(parameters: Parameters, wish: Wish, facts: Sequence[Fact]) -> Month | None:
    """The month that the committee named when it first granted a late wish."""
    grant = grant_of(parameters, wish, facts)
    return _effective(grant) if grant else None


def grant_of(parameters: Parameters, wish: Wish, facts: Sequence[Fact]) -> Decided | None:
    """The committee's first decision that granted a late wish."""
    return next(iter(_grants(facts)), None) if _is_late(parameters, wish) else None


def _effective(decided: Decided) -> Month | None:
    return month_from(decided.effective_month) if decided.effective_month else None


def _last_revisions(facts: Iterable[Fact]) -> list[Interviewed]:
    last: dict[UUID, Interviewed] = {}
    for fact in facts:
        if isinstance(fact, Interviewed) and (fact.interview_id not in last or fact.revision > last[fact.interview_id].revision):
            last[fact.interview_id] = fact
    return list(last.values())


def _turns(parameters: Parameters, wish: Wish, facts: Sequence[Fact]) -> Iterable[Turn]:
    grants = _grants(facts)
    yield from _wishes_again(parameters, wish, facts)
    for interview in _last_revisions(facts):
        if interview.answer in _BY_ANSWER:
            yield from _stop(parameters, _BY_ANSWER[interview.answer], interview, interview.interviewed_on, str(interview.interview_id))
    for fact in facts:
        if isinstance(fact, Withdrawal):
            for turn in _stop(parameters, StopReason.WITHDRAWN, fact, fact.known_on, ""):
                yield turn if fact.known_at is None else replace(turn, rank=_OWN_WORD, moment=fact.known_at)
        elif isinstance(fact, Decided) and fact.decision is DecisionKind.REINSTATE:
            month = _effective(fact) or month_after(fact.decided_on)
            rule = "decision=REINSTATE"
            yield Turn(fact.decided_on, True, str(fact.decision_id), month, None, rule, _COMMITTEE, fact)  # noqa: FBT003  # a row of turns
        elif isinstance(fact, Content):
            yield from _stop(parameters, StopReason.SUFFICIENT, fact, fact.declined_on, str(fact.plan_id))
        elif isinstance(fact, Decided) and fact.decision is DecisionKind.LATE_WISH_REFUSED and grants and _when(fact) < _when(grants[-1]):
            continue  # granted after all
        elif isinstance(fact, Decided) and fact.decision in _BY_DECISION:
            # A committee may stop later than the rule, never earlier.
            yield from _stop(parameters, _BY_DECISION[fact.decision], fact, fact.decided_on, str(fact.decision_id), _effective(fact))


def _wishes_again(parameters: Parameters, wish: Wish, facts: Sequence[Fact]) -> Iterable[Turn]:
    """Wishes that the person stated after the one that opened the allowance, each by the rules of a first wish."""
    for again in facts:
        if isinstance(again, Wish) and _said(again) > _said(wish) and refusal_of(parameters, again, facts) is None:
            month = opens_from(parameters, again, facts)
            on, moment = _said(again)
            yield Turn(on, True, str(again.intent_id), month, None, WISH_AGAIN_RULE, _OWN_WORD, again, moment)  # noqa: FBT003  # a row of turns


def _said(wish: Wish) -> tuple[date, datetime]:
    return wish.stated_on, wish.stated_at or _DAY_BEGINS


def _stop(parameters: Parameters, reason: StopReason, fact: Fact, on: date, key: str, not_before: Month | None = None) -> Iterable[Turn]:
    month = stop_month(parameters, reason, on)
    if month is not None:
        latest = month if not_before is None else max(month, not_before)
        yield Turn(on, reinstates=False, key=key, month=latest, reason=reason, rule=rule_name(parameters, reason), fact=fact)


def _death(parameters: Parameters, deceased_on: date) -> Turn:
    reason = StopReason.DECEASED
    month = stop_month(parameters, reason, deceased_on) or month_after(deceased_on)
    return Turn(deceased_on, reinstates=False, key="", month=month, reason=reason, rule=rule_name(parameters, reason))


def _merge(parameters: Parameters, merged_on: date) -> Turn:
    """Two persons decided that this holder is another: a decision, and no committee's."""
    month = stop_month(parameters, StopReason.DECISION, merged_on) or month_after(merged_on)
    return Turn(merged_on, reinstates=False, key="", month=month, reason=StopReason.DECISION, rule=MERGED_RULE)


def _stopped(standing: Standing, turn: Turn) -> Standing:
    kept = tuple(month for month in standing.payable if month < turn.month)
    if turn.reason is None or kept == standing.payable:
        return standing
    stop = Stop(turn.reason, max(turn.month, standing.first_month), turn.rule)
    return replace(standing, status=Status.STOPPED, payable=kept, stop=stop, reinstated_by=None)


def _reinstated(standing: Standing, turn: Turn, months: Sequence[Month]) -> Standing:
    if standing.stop is None:
        return standing
    payable = tuple(month for month in months if month in standing.payable or month >= turn.month)
    if payable == standing.payable:
        return standing
    return replace(standing, status=Status.REINSTATED, payable=payable, stop=None, reinstated_by=turn.rule)
