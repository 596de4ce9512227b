"""What people may find out of a payment of which a bank told two things, and what that does to the attempt."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from services.payments.domain import AttemptState, Outcome


class Finding(StrEnum):
    """What the papers say became of the money. RETURNED: it was paid and came back."""

    PAID = "PAID"
    NOT_PAID = "NOT_PAID"
    RETURNED = "RETURNED"


# Money that was told as paid and was not comes back into the books as a return does. What was told as failed was taken
# out of transit then, so that paying it after all instructs it again first. What came back is paid by a next run only.
_STEPS: Final[Mapping[AttemptState, Mapping[Finding, Sequence[Outcome]]]] = {
    AttemptState.SETTLED: {Finding.PAID: (), Finding.NOT_PAID: (Outcome.RETURNED,), Finding.RETURNED: (Outcome.RETURNED,)},
    AttemptState.FAILED: {
        Finding.PAID: (Outcome.INSTRUCTED, Outcome.SETTLED),
        Finding.NOT_PAID: (),
        Finding.RETURNED: (Outcome.INSTRUCTED, Outcome.SETTLED, Outcome.RETURNED),
    },
    AttemptState.RETURNED: {Finding.NOT_PAID: (), Finding.RETURNED: ()},
}


def possible(state: AttemptState) -> tuple[Finding, ...]:
    """The findings that an attempt in the state can have."""
    return tuple(_STEPS.get(state, ()))


def steps(state: AttemptState, finding: Finding) -> Sequence[Outcome]:
    """What is to be posted, in order; nothing where the attempt says so already. Raises KeyError for one that is not possible."""
    return _STEPS[state][finding]


def state_after(state: AttemptState, outcomes: Sequence[Outcome]) -> AttemptState:
    """The attempt's state after the steps."""
    return AttemptState(outcomes[-1]) if outcomes else state
