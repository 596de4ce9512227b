"""Outcomes of an attempt to pay, and which of two is the later word."""

from enum import StrEnum

from shared.contracts.payments import PaymentFact, PaymentFailed, PaymentReturned, PaymentSettled


class PaymentOutcome(StrEnum):
    """What became of an attempt."""

    FAILED = "FAILED"
    SETTLED = "SETTLED"
    RETURNED = "RETURNED"


_OUTCOMES: dict[type[PaymentFact], PaymentOutcome] = {
    PaymentFailed: PaymentOutcome.FAILED,
    PaymentSettled: PaymentOutcome.SETTLED,
    PaymentReturned: PaymentOutcome.RETURNED,
}


def outcome_of(fact: PaymentFact) -> PaymentOutcome:
    """The outcome that the event tells."""
    return _OUTCOMES[type(fact)]


def finality(outcome: PaymentOutcome) -> int:
    """1, 2 or 3: of two outcomes of one attempt the greater is the later word, in whatever order they arrive."""
    return list(PaymentOutcome).index(outcome) + 1
