"""What a bank's report of use does to a payment. Told twice it counts once; what cannot be right is shown to people, never applied. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from services.payments.domain import AttemptState, Month, month_text
from services.payments.rules.spending import month_end
from shared.contracts.common import Bank
from shared.ids import same_id


class UseDisposition(StrEnum):
    """What became of a report. All but the first three are exceptions that people look at."""

    APPLIED = "APPLIED"
    NO_CHANGE = "NO_CHANGE"
    WAITING = "WAITING"
    UNKNOWN_INSTRUCTION = "UNKNOWN_INSTRUCTION"
    REJECTED_WRONG_BANK = "REJECTED_WRONG_BANK"
    NOT_LIMITED = "NOT_LIMITED"
    NOT_PAID = "NOT_PAID"
    MONTH_NOT_OVER = "MONTH_NOT_OVER"
    MONTH_OUTSIDE = "MONTH_OUTSIDE"
    MORE_THAN_PAID = "MORE_THAN_PAID"
    CONTRADICTS = "CONTRADICTS"
    ENDED = "ENDED"


EXCEPTIONS: Final = tuple(UseDisposition)[3:]
FOR_NOW: Final = frozenset(
    {UseDisposition.WAITING, UseDisposition.UNKNOWN_INSTRUCTION, UseDisposition.NOT_PAID, UseDisposition.MONTH_NOT_OVER}
)
"""What can become right by what happens later: the same report is judged anew when it comes again."""
RIPENS: Final = (UseDisposition.WAITING, UseDisposition.NOT_PAID)
"""What is judged anew by itself, once its payment is settled."""


class UseReport(NamedTuple):
    """What a bank tells was used of a payment in a month (satang); `via` is the bank whose topic or token it came by."""

    report_id: UUID
    via: Bank
    bank: Bank
    instruction_id: str
    month: Month
    used_satang: int
    bank_reference: str

    @classmethod
    def of(cls, *, via: Bank, bank: Bank, instruction_id: str, month: Month, used_satang: int, bank_reference: str) -> "UseReport":
        """A report with the id that its content has: the same report twice is one."""
        told = (via, bank, instruction_id.lower(), month_text(month), used_satang, bank_reference)
        return cls(same_id("use-report", *told), via, bank, instruction_id.lower(), month, used_satang, bank_reference)


@dataclass(frozen=True, slots=True)
class Wallet:
    """A payment that a bank was told to make, and what is known of its use.

    `first_month` to `until` it can be used (None: without terms, nothing is reported of it); the report of `last_month` or later is its last.
    `told` is what was applied, by month.
    """

    bank: Bank
    amount_satang: int
    state: AttemptState
    first_month: Month
    until: date | None
    last_month: Month | None
    told: Mapping[Month, int]
    lapsed_satang: int = 0

    @property
    def used_satang(self) -> int:
        """What was used."""
        return sum(self.told.values())

    @property
    def open_satang(self) -> int:
        """What can still be used, or has not been reported on."""
        return self.amount_satang - self.used_satang - self.lapsed_satang

    @property
    def ends_satang(self) -> int:
        """What lapses now: what is left once the last month was reported."""
        ended = self.last_month is not None and any(month >= self.last_month for month in self.told)
        return self.open_satang if ended and self.state is AttemptState.SETTLED else 0

    def with_use(self, report: UseReport) -> "Wallet":
        """After the report was applied."""
        return replace(self, told={**self.told, report.month: report.used_satang})

    def ended(self) -> "Wallet":
        """After what ends has lapsed."""
        return replace(self, lapsed_satang=self.lapsed_satang + self.ends_satang)


def judge_use(wallet: Wallet | None, report: UseReport, today: date) -> UseDisposition:
    """What becomes of the report; None is a payment that was never instructed."""
    if report.bank is not report.via or (wallet is not None and wallet.bank is not report.via):
        return UseDisposition.REJECTED_WRONG_BANK
    if wallet is None or wallet.state in {AttemptState.HELD, AttemptState.CANCELLED}:
        return UseDisposition.UNKNOWN_INSTRUCTION
    untimely = _untimely(wallet, report, today)
    if untimely is not None:
        return untimely
    if wallet.state is not AttemptState.SETTLED:
        return UseDisposition.WAITING if wallet.state is AttemptState.OPEN else UseDisposition.NOT_PAID
    return _of_settled(wallet, report)


def _untimely(wallet: Wallet, report: UseReport, today: date) -> UseDisposition | None:
    if wallet.until is None:
        return UseDisposition.NOT_LIMITED
    if not wallet.first_month <= report.month <= wallet.until:
        return UseDisposition.MONTH_OUTSIDE
    return UseDisposition.MONTH_NOT_OVER if today <= month_end(report.month) else None


def _of_settled(wallet: Wallet, report: UseReport) -> UseDisposition:
    if report.month in wallet.told:
        return UseDisposition.NO_CHANGE if wallet.told[report.month] == report.used_satang else UseDisposition.CONTRADICTS
    if wallet.used_satang + report.used_satang > wallet.amount_satang:
        return UseDisposition.MORE_THAN_PAID
    return UseDisposition.APPLIED if report.used_satang <= wallet.open_satang else UseDisposition.ENDED
