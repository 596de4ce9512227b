"""What goes into each hop of a run must come out of it, in persons, lines and satang; the hops by what was counted."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import product
from typing import Final, NamedTuple, Self

from services.payments.domain import POSTINGS, AttemptState, Outcome


class HopName(StrEnum):
    """The hops of a run in their order.

    LISTED: eligible = listed. INSTRUCTED: listed = instructed + held. ANSWERED: instructed = settled + failed + returned +
    unknown. LEDGER: debits = credits, and what the lines say is what the ledger says.
    """

    LISTED = "LISTED"
    INSTRUCTED = "INSTRUCTED"
    ANSWERED = "ANSWERED"
    LEDGER = "LEDGER"


class Amount(NamedTuple):
    """Lines and satang; persons where they were counted.

    A person with several months is counted once: among the instructed if any of their months was, then by the least certain of
    these (unknown, failed, returned, settled). So persons add up as lines do.
    """

    lines: int = 0
    satang: int = 0
    persons: int | None = None

    @classmethod
    def total(cls, amounts: Iterable["Amount"]) -> Self:
        """All together; persons only if they were counted in each."""
        of = list(amounts)
        known = [one.persons for one in of if one.persons is not None]
        return cls(sum(one.lines for one in of), sum(one.satang for one in of), sum(known) if len(known) == len(of) else None)

    def is_whole(self, other: "Amount") -> bool:
        """Whether both are the same, persons as far as they were counted."""
        persons = None in {self.persons, other.persons} or self.persons == other.persons
        return persons and (self.lines, self.satang) == (other.lines, other.satang)


class Group(NamedTuple):
    """By what lines and entries are added up."""

    bank: str
    tier: str
    benefit_month: date


class Posted(NamedTuple):
    """Entries of one kind of a run, added up; `at_release` are those that the release wrote."""

    group: Group
    outcome: Outcome
    debit: str
    credit: str
    at_release: bool
    payments: int
    satang: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A group of which lines and ledger tell two things."""

    group: Group
    state: AttemptState
    lines: Amount
    ledger: Amount


@dataclass(frozen=True, slots=True)
class Hop:
    """One hop: what came in, and by name what came out."""

    name: HopName
    comes_in: tuple[str, Amount]
    goes_out: Mapping[str, Amount]
    differences: Sequence[Difference] = ()

    @property
    def balanced(self) -> bool:
        """Whether nothing was lost or made on the way."""
        return not self.differences and self.comes_in[1].is_whole(Amount.total(self.goes_out.values()))


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted of a run; `persons` by the state that counts for each."""

    eligible: Amount
    listed: Amount
    lines: Mapping[tuple[Group | None, AttemptState], Amount]
    persons: Mapping[AttemptState, int] | None
    posted: Sequence[Posted]

    def of(self, *states: AttemptState) -> Amount:
        """The lines in the states."""
        lines = [amount for (_, state), amount in self.lines.items() if state in states]
        persons = None if self.persons is None else sum(self.persons.get(state, 0) for state in states)
        return Amount.total(lines)._replace(persons=persons)


INSTRUCTED: Final = tuple(state for state in AttemptState if state not in {AttemptState.HELD, AttemptState.CANCELLED})
_NAMES: Final = {AttemptState.OPEN: "unknown"}

_AGAIN: Final = "INSTRUCTED_AGAIN"
"""What was told as failed and was found to be paid after all is instructed a second time in the books."""

# What the entries of a run say is in each state: those together, less these.
_BY_LEDGER: Final[Mapping[AttemptState, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    AttemptState.OPEN: ((Outcome.INSTRUCTED, _AGAIN), (Outcome.SETTLED, Outcome.FAILED)),
    AttemptState.SETTLED: ((Outcome.SETTLED,), (Outcome.RETURNED,)),
    AttemptState.FAILED: ((Outcome.FAILED,), (_AGAIN,)),
    AttemptState.RETURNED: ((Outcome.RETURNED,), ()),
}


def hops(counted: Counted, *, released: bool) -> list[Hop]:
    """The hops that the run has made; only the first before its release."""
    listed = Hop(HopName.LISTED, ("eligible", counted.eligible), {"listed": counted.of(*AttemptState)})
    if not released:
        return [listed]
    sent = counted.of(*INSTRUCTED)
    booked = _total(one for one in counted.posted if _kind(one) == Outcome.INSTRUCTED)
    return [
        listed,
        Hop(HopName.INSTRUCTED, ("listed", counted.listed), {"instructed": sent, "held": counted.of(AttemptState.HELD)}),
        Hop(
            HopName.ANSWERED,
            ("instructed", booked._replace(persons=sent.persons)),
            {_NAMES.get(state, state.lower()): counted.of(state) for state in INSTRUCTED},
        ),
        Hop(
            HopName.LEDGER,
            ("debits", _total(one for one in counted.posted if one.debit == POSTINGS[one.outcome][0])),
            {"credits": _total(one for one in counted.posted if one.credit == POSTINGS[one.outcome][1])},
            _differences(counted),
        ),
    ]


def _differences(counted: Counted) -> list[Difference]:
    """Where the lines, which are the persons' own books, do not add up to the ledger."""
    booked: dict[tuple[Group, str], list[Posted]] = defaultdict(list)
    for one in counted.posted:
        booked[one.group, _kind(one)].append(one)
    groups = {group for group, state in counted.lines if group is not None and state in _BY_LEDGER} | {one.group for one in counted.posted}
    found = []
    for group, (state, (more, less)) in product(sorted(groups), _BY_LEDGER.items()):
        lines = counted.lines.get((group, state), Amount())
        plus, minus = (_total(one for kind in kinds for one in booked[group, kind]) for kinds in (more, less))
        ledger = Amount(plus.lines - minus.lines, plus.satang - minus.satang)
        if not lines.is_whole(ledger):
            found.append(Difference(group, state, lines, ledger))
    return found


def _kind(one: Posted) -> str:
    return _AGAIN if one.outcome is Outcome.INSTRUCTED and not one.at_release else one.outcome


def _total(posted: Iterable[Posted]) -> Amount:
    of = list(posted)
    return Amount(sum(one.payments for one in of), sum(one.satang for one in of))
