"""What sets a month right that was granted otherwise than would be right now: entries whose sum is the difference. Pure.

What is granted for a month is its obligation, with the back-pay that stands, less what was booked as recoverable of its payments. A month that lapsed
is not paid any more, and nothing is granted for it any more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from services.payments.domain import TO_BE_PAID, AdjustmentKind, DifferenceCause, Month, ObligationState


class Paid(NamedTuple):
    """A payment of the month that is settled, how much of it is booked as recoverable in part, and how much lapsed unused."""

    disbursement_id: UUID
    amount_satang: int
    recovered_satang: int = 0
    lapsed_satang: int = 0


class BackPay(NamedTuple):
    """A back-pay of the month that was not cancelled."""

    adjustment_no: int
    amount_satang: int
    state: ObligationState


class Claim(NamedTuple):
    """A payment that is noted as recoverable as a whole, since its month is not due, by the entry of its recovery; nobody demanded it yet."""

    disbursement_id: UUID
    entry_no: int
    amount_satang: int


@dataclass(frozen=True, slots=True)
class MonthBooks:
    """A month of a person: what the allowance grants for it (0: it is not payable), what would be due, and what was booked.

    `lapsed`: it could not be paid until its deadline, and the money is the envelope's.
    """

    month: Month
    granted_satang: int
    due_satang: int
    cause: DifferenceCause
    paid: tuple[Paid, ...] = ()
    back_pay: tuple[BackPay, ...] = ()
    claims: tuple[Claim, ...] = ()
    lapsed: bool = False

    @property
    def effective_satang(self) -> int:
        """What the person gets for the month in the end, as things stand."""
        return self.granted_satang + self._beside_satang

    @property
    def gap_satang(self) -> int:
        """What the person would have to get more; negative for what is too much. What a month that lapsed grants is neither."""
        beside = self.due_satang - self.granted_satang
        gap = (max(beside, 0) if self.lapsed else beside) - self._beside_satang
        # Of what is too much nobody owes what lapsed: it went back unused.
        return gap if gap >= 0 else min(gap + sum(one.lapsed_satang for one in self.paid), 0)

    @property
    def _beside_satang(self) -> int:
        return sum(one.amount_satang for one in self.back_pay) - sum(one.recovered_satang for one in self.paid)


class Line(NamedTuple):
    """An entry to be made. `about_no` is the back-pay to cancel, or the recovery's entry to demand."""

    month: Month
    kind: AdjustmentKind
    amount_satang: int
    cause: DifferenceCause
    disbursement_id: UUID | None = None
    about_no: int | None = None


def adjust(books: MonthBooks) -> list[Line]:
    """The entries that set the month right, as far as that can be now: what is not paid yet cannot be got back."""
    return list(_granted(books) if books.granted_satang else _not_granted(books))


def waiting_satang(books: MonthBooks) -> int:
    """What would have to be got back and was not paid yet, or is out at a bank."""
    if not books.granted_satang:
        return 0
    settled = sum(_worth(line) for line in adjust(books))
    return max(settled - books.gap_satang, 0)


def _worth(line: Line) -> int:
    """What the entry adds to what the person gets."""
    return line.amount_satang if line.kind in {AdjustmentKind.BACK_PAY, AdjustmentKind.LIFT} else -line.amount_satang


def _not_granted(books: MonthBooks) -> Iterator[Line]:
    if books.due_satang and not books.lapsed:
        yield Line(books.month, AdjustmentKind.GRANT, books.due_satang, books.cause)
    for claim in books.claims:
        yield Line(
            books.month, AdjustmentKind.DEMAND, claim.amount_satang, DifferenceCause.PAID_NOT_DUE, claim.disbursement_id, claim.entry_no
        )


def _granted(books: MonthBooks) -> Iterator[Line]:
    if books.gap_satang > 0:
        yield from _more(books, books.gap_satang)
    elif books.gap_satang < 0:
        yield from _less(books, -books.gap_satang)


def _more(books: MonthBooks, gap: int) -> Iterator[Line]:
    """First what was booked as recoverable is lifted: nobody owes and gets money for one month."""
    for paid in books.paid:
        lifted = min(gap, paid.recovered_satang)
        if lifted:
            yield Line(books.month, AdjustmentKind.LIFT, lifted, books.cause, paid.disbursement_id)
            gap -= lifted
    if gap and not books.lapsed:
        yield Line(books.month, AdjustmentKind.BACK_PAY, gap, books.cause)


def _less(books: MonthBooks, gap: int) -> Iterator[Line]:
    """First back-pay that nobody has paid is cancelled, the newest before; then of what was paid a part is booked as recoverable."""
    for one in reversed(books.back_pay):
        if gap > 0 and one.state in TO_BE_PAID:
            yield Line(books.month, AdjustmentKind.CANCEL, one.amount_satang, books.cause, about_no=one.adjustment_no)
            gap -= one.amount_satang
    if gap < 0:
        yield Line(books.month, AdjustmentKind.BACK_PAY, -gap, books.cause)
        return
    for paid in books.paid:
        owed = min(gap, paid.amount_satang - paid.recovered_satang - paid.lapsed_satang)
        if owed:
            yield Line(books.month, AdjustmentKind.RECOVERY, owed, books.cause, paid.disbursement_id)
            gap -= owed
