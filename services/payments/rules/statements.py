"""A person's statement: what was decided for them and what became of it, in order, with what they had been paid by then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final


class Movement(StrEnum):
    """What happened to a person's month. HELD: it was on a list and not sent; OVERPAID and OVERPAYMENT_LIFTED are owed back, or not any more."""

    HELD = "HELD"
    INSTRUCTED = "INSTRUCTED"
    SETTLED = "SETTLED"
    FAILED = "FAILED"
    RETURNED = "RETURNED"
    OVERPAID = "OVERPAID"
    OVERPAYMENT_LIFTED = "OVERPAYMENT_LIFTED"


_PAID: Final = {Movement.SETTLED: 1, Movement.RETURNED: -1}


@dataclass(frozen=True, slots=True)
class Moved:
    """One movement: of which benefit month and attempt, how much, and what the person had been paid after it."""

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
    paid_satang: int = 0

    @property
    def day(self) -> date:
        """The day that counts for the person: the bank's, where it told one."""
        return self.value_date or self.at.date()


def in_order(moves: Iterable[Moved]) -> Sequence[Moved]:
    """In the order in which they became known, each with what the person had been paid by then."""
    paid, told = 0, []
    for moved in sorted(moves, key=lambda one: (one.at, one.month, one.attempt_no)):
        paid += _PAID.get(moved.movement, 0) * moved.amount_satang
        told.append(replace(moved, paid_satang=paid))
    return told
