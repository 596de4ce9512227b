"""What an allowance is reckoned from: which wish opens it, whose facts count, which policy sets govern it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.payments.repository.policies import Policy
from services.payments.rules.entitling import LaterSet, opening_wish
from services.payments.rules.facts import Fact, Wish


@dataclass(frozen=True, slots=True)
class Told:
    """The facts of a holder, and those of each who was merged into them with the day of it, oldest first."""

    facts: Sequence[Fact]
    merged: Sequence[tuple[date, Sequence[Fact]]] = ()


@dataclass(frozen=True, slots=True)
class Basis:
    """The wish that opens the allowance and the facts that count for it; `merged_on` where it goes on from a merged holder's."""

    wish: Wish
    facts: Sequence[Fact]
    merged_on: date | None


def basis_of(told: Told, opened_by: UUID | None, sets: Mapping[int, Policy]) -> Basis | None:
    """The wish that opened the allowance (`opened_by`), else the first that opens one: a wish stated twice doubles nothing.

    The person's own wishes go before those under ids that were merged into theirs.
    """
    bases = [(told.facts, None), *((facts, on) for on, facts in told.merged)]
    for facts, merged_on in bases:
        wish = _wish(facts, opened_by, sets)
        if wish is not None:
            return Basis(wish, facts if merged_on is None else [*told.facts, *facts], merged_on)
    return None


def _wish(facts: Sequence[Fact], opened_by: UUID | None, sets: Mapping[int, Policy]) -> Wish | None:
    wishes = [fact for fact in facts if isinstance(fact, Wish)]
    opened = next((wish for wish in wishes if wish.intent_id == opened_by), None)
    return opened or opening_wish([(sets[wish.policy_version].parameters, wish) for wish in wishes], facts)


def later_sets(wish: Wish, sets: Mapping[int, Policy]) -> list[LaterSet]:
    """The sets that were published after the one of the wish, oldest first."""
    return [
        LaterSet(one.version, one.parameters, one.from_month)
        for one in sets.values()
        if one.version > wish.policy_version and one.from_month
    ]
