"""A person's statement: what was decided for them and what became of it, in order, with what they had been paid by then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final


class Movement(StrEnum):
    """What happened to a person's month. HELD: it was on a list and not sent; OVERPAID and OVERPAYMENT_LIFTED are owed back, or not any more.

    USED is what the person bought for, LAPSED what ended unused; both can be taken back.
    """

    HELD = "HELD"
    INSTRUCTED = "INSTRUCTED"
    SETTLED = "SETTLED"
    FAILED = "FAILED"
    RETURNED = "RETURNED"
    OVERPAID = "OVERPAID"
    OVERPAYMENT_LIFTED = "OVERPAYMENT_LIFTED"
    USED = "USED"
    LAPSED = "LAPSED"
    USE_TAKEN_BACK = "USE_TAKEN_BACK"
    LAPSE_TAKEN_BACK = "LAPSE_TAKEN_BACK"


_PAID: Final = {Movement.SETTLED: 1, Movement.RETURNED: -1}
_TO_SPEND: Final = {
    **_PAID,
    Movement.USED: -1,
    Movement.LAPSED: -1,
    Movement.USE_TAKEN_BACK: 1,
    Movement.LAPSE_TAKEN_BACK: 1,
}
_TAKES_BACK: Final = {Movement.USE_TAKEN_BACK, Movement.LAPSE_TAKEN_BACK}


@dataclass(frozen=True, slots=True)
class Moved:
    """One movement: of which benefit month and attempt, how much, and what the person had been paid after it, and had left to spend.

    `limited`: the payment is to be spent in shops, until it ends; others are the person's at once, with nothing left to report.
    """

    at: datetime
    month: date
    movement: Movement
    instruction_id: str
    attempt_no: int
    bank: str | None
    amount_satang: int
    reason: str | None
    value_date: date | None
    reference: str | None
    limited: bool = False
    paid_satang: int = 0
    to_spend_satang: int = 0

    @property
    def day(self) -> date:
        """The day that counts for the person: the bank's, where it told one."""
        return self.value_date or self.at.date()


def in_order(moves: Iterable[Moved]) -> Sequence[Moved]:
    """In the order in which they became known, each with what the person had been paid by then, and had left to spend."""
    paid, to_spend, told = 0, 0, []
    # What is taken back goes before the return that takes it back: both are known at one moment.
    for moved in sorted(moves, key=lambda one: (one.at, one.month, one.attempt_no, one.movement not in _TAKES_BACK)):
        paid += _PAID.get(moved.movement, 0) * moved.amount_satang
        to_spend += _TO_SPEND.get(moved.movement, 0) * moved.amount_satang if moved.limited else 0
        told.append(replace(moved, paid_satang=paid, to_spend_satang=to_spend))
    return told
