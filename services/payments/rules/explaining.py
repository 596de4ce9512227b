"""Why a month is granted or not: the rules that said something about it, in their order, each with the fact that it looked at. Pure.

It walks the same turns as services.payments.rules.entitling, and gives the same months and amounts (a property tests it).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from services.payments.domain import Month, Standing, Status, month_text
from services.payments.rules.amount import monthly_amount
from services.payments.rules.entitling import (
    DEATH_TAKEN_BACK_RULE,
    TAKEN_OVER_RULE,
    Ends,
    Turn,
    governing,
    grant_of,
    missed_months,
    opens_from,
    refusal_of,
    taken_over_from,
    turned,
    turns_of,
)
from services.payments.rules.facts import DeathTakenBack, Fact, MissedGranted, Wish
from services.payments.rules.first_month import benefit_months
from services.payments.rules.parameters import Parameters
from services.payments.rules.tiers import Tiers
from shared.contracts.common import Tier

LAST_MONTH_RULE: Final = "last_benefit_month"
MISSED_GRANTED_RULE: Final = "missed_month_granted"


class Applied(NamedTuple):
    """A rule that said something about the month: by which fact (None: the policy alone, or what the registry knows of the holder).

    `on` is the day that it counts from, `month` the first that it works for, `grants` whether the month is granted after it.
    """

    rule: str
    grants: bool
    fact: Fact | None = None
    on: date | None = None
    month: Month | None = None


class GoverningSet(NamedTuple):
    """A policy set and the first month that it governs of the allowance."""

    first: Month
    version: int
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class Case:
    """What a month is reckoned from: the set of the wish with the later ones (oldest first), the wish, the facts, and the holder's life.

    `over_on` is the day of the merge by which the allowance goes on under the id that stays.
    """

    parameters: Parameters
    version: int
    later: tuple[GoverningSet, ...]
    wish: Wish
    facts: tuple[Fact, ...]
    ends: Ends
    tiers: Tiers
    over_on: date | None = None


@dataclass(frozen=True, slots=True)
class MonthReckoned:
    """A month and what was applied to it. `satang` is what is granted, `due_satang` what would be right by what is known."""

    month: Month
    policy_version: int
    tier: Tier
    satang: int
    due_satang: int
    applied: tuple[Applied, ...]

    @property
    def deciding(self) -> Applied:
        """The last rule that granted the month, or that did not."""
        return next(one for one in reversed(self.applied) if one.grants == (self.satang > 0))


def reckon_month(case: Case, month: Month) -> MonthReckoned:
    """The month's amount with the rules that gave it."""
    applied = tuple(_applied(case, month))
    sets = _sets(case)
    parameters = governing([(one.first, one.parameters) for one in sets], month)
    version = next((one.version for one in reversed(sets) if one.first <= month), case.version)
    tier, granted = case.tiers.at(month), applied[-1].grants
    # A month that a wrong death has cost is not granted, but would be right.
    right = granted or applied[-1].rule == DEATH_TAKEN_BACK_RULE
    return MonthReckoned(
        month=month,
        policy_version=version,
        tier=tier,
        satang=monthly_amount(parameters, tier) if granted else 0,
        due_satang=monthly_amount(parameters, case.tiers.now) if right else 0,
        applied=applied,
    )


def _sets(case: Case) -> list[GoverningSet]:
    first = opens_from(case.parameters, case.wish, case.facts)
    return [GoverningSet(first, case.version, case.parameters), *case.later]


def _applied(case: Case, month: Month) -> Iterator[Applied]:
    wish, facts = case.wish, case.facts
    refusal = refusal_of(case.parameters, wish, facts)
    if refusal is not None:
        yield Applied(refusal.rule, grants=False, fact=wish, on=wish.stated_on)
        return
    grant = grant_of(case.parameters, wish, facts)
    if grant is not None:
        yield Applied("decision=LATE_WISH_GRANTED", grants=True, fact=grant, on=grant.decided_on)
    first = opens_from(case.parameters, wish, facts)
    parameters = governing([(one.first, one.parameters) for one in _sets(case)], month)
    yield Applied(f"first_month={case.parameters.first_month.kind}", grants=month >= first, fact=wish, on=wish.stated_on, month=first)
    if month < first:
        return
    if month > parameters.last_benefit_month or not benefit_months(case.parameters, first):
        yield Applied(LAST_MONTH_RULE, grants=False, month=parameters.last_benefit_month)
        return
    turns = list(_turning(parameters, case, first, month))
    yield from turns
    if turns and not turns[-1].grants:
        return
    if case.over_on is not None:
        over = taken_over_from(case.parameters, case.over_on)
        yield Applied(TAKEN_OVER_RULE, grants=month >= over, on=case.over_on, month=over)
        if month < over:
            return
    yield from _missed(facts, month)


def _turning(parameters: Parameters, case: Case, first: Month, month: Month) -> Iterator[Applied]:
    """The turns that take the month or give it back."""
    months = benefit_months(parameters, first)
    standing = _opened(parameters, case.wish, months)
    for turn in turns_of(parameters, case.wish, case.facts, case.ends):
        before, standing = standing, turned(standing, turn, months)
        grants = month in standing.payable
        if grants != (month in before.payable):
            yield _of(turn, grants=grants)


def _opened(parameters: Parameters, wish: Wish, months: tuple[Month, ...]) -> Standing:
    return Standing(
        intent_id=wish.intent_id,
        status=Status.PENDING,
        tier=wish.tier,
        monthly_satang=monthly_amount(parameters, wish.tier),
        first_month=months[0],
        last_month=months[-1],
        payable=months,
        rule="",
    )


def _of(turn: Turn, *, grants: bool) -> Applied:
    return Applied(turn.rule, grants, turn.fact, turn.on, turn.month)


def _missed(facts: Sequence[Fact], month: Month) -> Iterator[Applied]:
    """A death that was recorded wrongly cost the month; two persons may have granted it since."""
    text = month_text(month)
    wrong = next((fact for fact in facts if isinstance(fact, DeathTakenBack) and text in fact.missed), None)
    if wrong is None:
        return
    yield Applied(DEATH_TAKEN_BACK_RULE, grants=month not in missed_months(facts), fact=wrong, on=wrong.alive_again_on)
    granted = next((fact for fact in facts if isinstance(fact, MissedGranted) and text in fact.months), None)
    if granted is not None and month not in missed_months(facts):
        yield Applied(MISSED_GRANTED_RULE, grants=True, fact=granted, on=granted.granted_on)
