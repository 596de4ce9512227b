"""Employers of card holders: whom they employ, what they paid, and what of it counts."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self
from uuid import UUID

from shared.contracts.common import Bank
from shared.ids import same_id


class EmployerStatus(StrEnum):
    """APPLIED by the employer, then REGISTERED or REFUSED by the Revenue side; who was refused may apply again."""

    APPLIED = "APPLIED"
    REGISTERED = "REGISTERED"
    REFUSED = "REFUSED"


class PeriodStatus(StrEnum):
    """An accounting period is OPEN until its employer has told everything and closes it; from then on every change is a correction."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"


class ItemKind(StrEnum):
    """What an employer paid."""

    WAGE = "WAGE"
    TRAINING = "TRAINING"


class Standing(StrEnum):
    """Whether a wage or a training counts for the deduction, or why it does not."""

    COUNTED = "COUNTED"
    NO_CONSENT = "NO_CONSENT"
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN"
    NOT_THROUGH_CARD = "NOT_THROUGH_CARD"
    OUTSIDE_EMPLOYMENT = "OUTSIDE_EMPLOYMENT"
    OUTSIDE_WINDOW = "OUTSIDE_WINDOW"
    OVER_HEAD_COUNT = "OVER_HEAD_COUNT"


class WageDisposition(StrEnum):
    """What became of a bank's word. All but the first are exceptions that people look at."""

    TAKEN = "TAKEN"
    WRONG_BANK = "WRONG_BANK"
    UNKNOWN_EMPLOYMENT = "UNKNOWN_EMPLOYMENT"
    WRONG_EMPLOYER = "WRONG_EMPLOYER"
    WRONG_CARD = "WRONG_CARD"
    CONTRADICTS = "CONTRADICTS"


@dataclass(frozen=True, slots=True)
class Employer:
    """A juristic person by its tax id."""

    tax_id: str
    version: int
    name_th: str
    name_en: str
    status: EmployerStatus
    applied_by: str
    decided_by: str | None = None
    decision_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Employment:
    """A card holder in an employer's employ; `ends_on` is the last day. Its id is also the reference that banks are given (32 hex)."""

    employment_id: UUID
    version: int
    tax_id: str
    holder_id: UUID
    starts_on: date
    ends_on: date | None = None

    @property
    def reference(self) -> str:
        """What the bank is told with the wage."""
        return self.employment_id.hex


@dataclass(frozen=True, slots=True)
class AccountingPeriod:
    """Whole months, twelve at most; both days included."""

    period_id: UUID
    version: int
    tax_id: str
    starts_on: date
    ends_on: date
    status: PeriodStatus

    @property
    def months(self) -> tuple[str, ...]:
        """The months (`YYYY-MM`) of the period in their order."""
        count = (self.ends_on.year - self.starts_on.year) * 12 + self.ends_on.month - self.starts_on.month + 1
        first = self.starts_on.year * 12 + self.starts_on.month - 1
        return tuple(f"{number // 12:04}-{number % 12 + 1:02}" for number in range(first, first + count))


@dataclass(frozen=True, slots=True)
class WageTold:
    """A bank's word of a wage; `via` is the bank whose topic or token it came by. `card_index` finds the card, None for one that cannot be read."""

    wage_id: UUID
    via: Bank
    bank: Bank
    bank_reference: str
    employment_id: UUID
    tax_id: str
    wage_month: str
    amount_satang: int
    paid_on: date
    card_index: str | None
    corrects: str | None

    @classmethod
    def of(
        cls,
        *,
        via: Bank,
        bank: Bank,
        bank_reference: str,
        employment_id: UUID,
        tax_id: str,
        wage_month: str,
        amount_satang: int,
        paid_on: date,
        card_index: str | None,
        corrects: str | None,
    ) -> Self:
        """A word with the id that its content has: the same word twice is one."""
        said = (bank_reference, employment_id, tax_id, wage_month, amount_satang, paid_on.isoformat(), card_index or "", corrects or "")
        wage_id = same_id("bank-wage", via, bank, *said)
        return cls(wage_id, via, bank, bank_reference, employment_id, tax_id, wage_month, amount_satang, paid_on, card_index, corrects)


@dataclass(frozen=True, slots=True)
class Training:
    """A training that an employer paid for a person in its employ; `cost_satang` 0 takes it back."""

    training_id: UUID
    version: int
    employment_id: UUID
    title: str
    provider: str
    paid_on: date
    cost_satang: int
