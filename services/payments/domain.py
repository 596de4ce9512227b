"""Words of payments: months, states of an allowance, of a payment and of a run, and the accounts. No I/O."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple, NewType
from uuid import UUID

from shared.contracts.common import Tier
from shared.contracts.payments import TOP_UP, StopReason

Month = NewType("Month", date)
"""A calendar month, kept as its first day."""

PROGRAMME: Final = TOP_UP
"""The programme that allowances are paid by; those of others come in batches. Obligations are unique by person, programme and benefit month."""

BACK_PAY_MARK: Final = "#"
"""Between a programme and the number of a back-pay of one of its months: `TOP_UP_2561#1` is an obligation of its own (docs/adr/0037)."""

CHUNK_LINES_MAX: Final = 10_000
"""Lines of a run that become messages in one step of the relay."""


def back_pay_programme(adjustment_no: int) -> str:
    """The programme of the obligation by which a back-pay is paid."""
    return f"{PROGRAMME}{BACK_PAY_MARK}{adjustment_no}"


def told_programme(programme: str) -> str:
    """The programme as others know it: a back-pay is of its month's."""
    return programme.partition(BACK_PAY_MARK)[0]


def adjustment_no(programme: str) -> int:
    """The number of the back-pay that a programme names; 0 for the month itself."""
    return int(programme.partition(BACK_PAY_MARK)[2] or 0)


def month_of(day: date) -> Month:
    """The month in which the day lies."""
    return Month(day.replace(day=1))


def month_from(text: str) -> Month:
    """The month of `YYYY-MM`. Raises ValueError."""
    if len(text) != len("YYYY-MM"):
        raise ValueError(f"{text!r} is not a month (YYYY-MM)")
    return Month(date.fromisoformat(f"{text}-01"))


def month_text(month: Month) -> str:
    """`YYYY-MM`."""
    return f"{month:%Y-%m}"


def next_month(month: Month, months: int = 1) -> Month:
    """The month that comes `months` later."""
    number = month.year * 12 + month.month - 1 + months
    return Month(date(number // 12, number % 12 + 1, 1))


def month_after(day: date) -> Month:
    """The month after the one in which the day lies."""
    return next_month(month_of(day))


def months_between(first: Month, last: Month) -> tuple[Month, ...]:
    """The months from first to last, both included; none when last lies before first."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return tuple(next_month(first, step) for step in range(max(count, 0)))


class Status(StrEnum):
    """States of an allowance. PENDING: opened by the wish and payable, not confirmed by an interview yet."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    STOPPED = "STOPPED"
    REINSTATED = "REINSTATED"
    ENDED = "ENDED"


class ObligationState(StrEnum):
    """What became of one person's benefit month. UNKNOWN: instructed, not answered, and the bank has been asked.

    LAPSED: it could not be paid until its deadline, and no run takes it any more.
    """

    DUE = "DUE"
    INSTRUCTED = "INSTRUCTED"
    UNKNOWN = "UNKNOWN"
    SETTLED = "SETTLED"
    FAILED = "FAILED"
    HELD = "HELD"
    RETURNED = "RETURNED"
    LAPSED = "LAPSED"


TO_BE_PAID: Final = (ObligationState.DUE, ObligationState.FAILED, ObligationState.HELD, ObligationState.RETURNED)
"""Obligations that the next run takes, as long as their month is payable."""

CAME_BACK: Final = (ObligationState.FAILED, ObligationState.RETURNED)
"""Those that a bank could not pay: all that a run of failed payments only takes."""


class AttemptState(StrEnum):
    """States of one attempt to pay (a line of a run). OPEN: proposed, or instructed and not answered."""

    OPEN = "OPEN"
    SETTLED = "SETTLED"
    FAILED = "FAILED"
    RETURNED = "RETURNED"
    HELD = "HELD"
    CANCELLED = "CANCELLED"


class RunStatus(StrEnum):
    """States of a monthly run. PREPARING: its lines are being computed."""

    PREPARING = "PREPARING"
    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    RELEASED = "RELEASED"
    INSTRUCTED = "INSTRUCTED"
    RECONCILING = "RECONCILING"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"


class RunKind(StrEnum):
    """What a run takes: all that is due, or only what failed or came back in the runs before."""

    REGULAR = "REGULAR"
    FAILED_ONLY = "FAILED_ONLY"


OUT_AT_BANKS: Final = (RunStatus.RELEASED, RunStatus.INSTRUCTED, RunStatus.RECONCILING)
"""Released, and not closed yet."""


class HoldReason(StrEnum):
    """Why a line of a run is not instructed; a stopped allowance gives its StopReason, a hold its HoldCause."""

    NO_PAYEE = "NO_PAYEE"
    BANK_CHANGED = "BANK_CHANGED"
    DISPUTED = "DISPUTED"
    PAID = "PAID"


class HoldCause(StrEnum):
    """Why a person is put on hold: by the policy set (the first two), or because somebody decided it."""

    SUSPECTED_DUPLICATE = "SUSPECTED_DUPLICATE"
    DEATH_PENDING = "DEATH_PENDING"
    UNDER_REVIEW = "UNDER_REVIEW"


class Change(StrEnum):
    """How a run treats a person otherwise than the last released month did.

    MISSED: on the list and held, so not paid by this run. BACK_PAID: paid for an earlier month.
    """

    NEW = "NEW"
    STOPPED = "STOPPED"
    AMOUNT_CHANGED = "AMOUNT_CHANGED"
    DISTRICT_CHANGED = "DISTRICT_CHANGED"
    BANK_CHANGED = "BANK_CHANGED"
    MISSED = "MISSED"
    BACK_PAID = "BACK_PAID"


class Account(StrEnum):
    """Accounts of the ledger.

    ALLOWANCE is what the state grants and nobody is known to have spent, IN_TRANSIT what banks were told to pay and did not answer,
    TREASURY what left the purse, RECOVERABLE what was paid for a month that was not due, SPENT what persons bought for.
    """

    ALLOWANCE = "ALLOWANCE"
    IN_TRANSIT = "IN_TRANSIT"
    TREASURY = "TREASURY"
    RECOVERABLE = "RECOVERABLE"
    SPENT = "SPENT"


class Outcome(StrEnum):
    """Why a ledger entry was written."""

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


POSTINGS: Final[dict[Outcome, tuple[Account, Account]]] = {
    Outcome.INSTRUCTED: (Account.ALLOWANCE, Account.IN_TRANSIT),
    Outcome.SETTLED: (Account.IN_TRANSIT, Account.TREASURY),
    Outcome.FAILED: (Account.IN_TRANSIT, Account.ALLOWANCE),
    Outcome.RETURNED: (Account.TREASURY, Account.ALLOWANCE),
    Outcome.OVERPAID: (Account.RECOVERABLE, Account.ALLOWANCE),
    Outcome.OVERPAYMENT_LIFTED: (Account.ALLOWANCE, Account.RECOVERABLE),
    Outcome.USED: (Account.SPENT, Account.ALLOWANCE),
    Outcome.LAPSED: (Account.TREASURY, Account.ALLOWANCE),
    Outcome.USE_TAKEN_BACK: (Account.ALLOWANCE, Account.SPENT),
    Outcome.LAPSE_TAKEN_BACK: (Account.ALLOWANCE, Account.TREASURY),
}
"""Each outcome's account to debit and account to credit."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Why and from when an allowance is not paid: `month` is the first month without it, `rule` says which rule gave it."""

    reason: StopReason
    month: Month
    rule: str


class Rate(NamedTuple):
    """Satang a month and the tier that they go with, from the month on."""

    since: Month
    satang: int
    tier: Tier


class DifferenceCause(StrEnum):
    """Why a month was granted otherwise than would be right by what is known now."""

    TIER_CORRECTED = "TIER_CORRECTED"
    DEATH_TAKEN_BACK = "DEATH_TAKEN_BACK"
    PAID_NOT_DUE = "PAID_NOT_DUE"


class AdjustmentKind(StrEnum):
    """Entries about a month that was granted already.

    BACK_PAY is paid by a next run, until it is CANCELLED; GRANT lets a missed month be paid as itself. RECOVERY books a part of a
    payment as recoverable, LIFT takes that back; DEMAND asks for the whole of a payment that is noted already, since its month is not due.
    """

    BACK_PAY = "BACK_PAY"
    GRANT = "GRANT"
    CANCEL = "CANCEL"
    RECOVERY = "RECOVERY"
    DEMAND = "DEMAND"
    LIFT = "LIFT"


class Difference(NamedTuple):
    """A month that nobody pays or gets back without a decision: what the allowance grants for it, and what would be due."""

    month: Month
    cause: DifferenceCause
    granted_satang: int
    due_satang: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What an allowance is by its facts: all that money depends on.

    `payable` are the months to pay, in order; `stop` is set while the last months are not paid; `reinstated_by` names
    the rule when a stop was lifted. `rates` are the amounts a month with the month from which each counts, where they are
    not one; `monthly_satang` and `tier` are those of the last month to pay. `differences` are months for staff to look at.
    """

    intent_id: UUID
    status: Status
    tier: Tier
    monthly_satang: int
    first_month: Month
    last_month: Month
    payable: tuple[Month, ...]
    rule: str
    stop: Stop | None = None
    reinstated_by: str | None = None
    differences: tuple[Difference, ...] = ()
    # Follows from policy sets and corrections, whose months do not change; a stored standing has it for its payable months only.
    rates: tuple[Rate, ...] = field(default=(), compare=False)

    @property
    def amounts(self) -> tuple[int, ...]:
        """Satang of each payable month."""
        return tuple(self._rate(month).satang for month in self.payable)

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """The tier by which each payable month is paid."""
        return tuple(self._rate(month).tier for month in self.payable)

    def _rate(self, month: Month) -> Rate:
        only = Rate(self.first_month, self.monthly_satang, self.tier)
        return next((rate for rate in reversed(self.rates) if rate.since <= month), only)


@dataclass(frozen=True, slots=True)
class Refused:
    """A wish that opens no allowance, and the rule that says so."""

    rule: str
