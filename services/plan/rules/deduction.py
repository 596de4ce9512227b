"""What an employer may deduct for an accounting period. Pure; the terms are policy (docs/policy.md, `employer_deduction`).

A wage belongs to the period of the month that was worked, a training to that of the day on which it was paid. Each counts by itself:
through the card, within employment and window, with the person's consent on the day of payment. Then the share of the employees.
Choices where no source says it are marked [R] in docs/adr/0033.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.plan.domain import AccountingPeriod, ItemKind, Standing


class WindowKind(StrEnum):
    """What counts: what is paid within the days, or all of the accounting periods that start within them."""

    PAID_WITHIN = "PAID_WITHIN"
    PERIODS_STARTING = "PERIODS_STARTING"


class EmployeesCounted(StrEnum):
    """The average of the employees at the end of each month, or those at the end of the last."""

    AVERAGE = "AVERAGE"
    AT_END = "AT_END"


class Window(BaseModel):
    """Days from `from` to `to`, both included."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: WindowKind
    first: date = Field(alias="from")
    last: date = Field(alias="to")


class Terms(BaseModel):
    """The policy's `employer_deduction` in force, with the version that says so."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    profile: str
    version: int
    wages_percent: int
    training_percent: int
    window: Window
    employees_percent_max: int | None
    employees_counted: EmployeesCounted

    @classmethod
    def of(cls, profile: str, version: int, parameters: Mapping[str, Any]) -> Self | None:
        """Read a published policy set; None for one that says nothing of employers. Raises pydantic.ValidationError."""
        found = parameters.get("employer_deduction")
        return None if found is None else cls.model_validate({**found, "profile": profile, "version": version})


@dataclass(frozen=True, slots=True)
class Consent:
    """From the day on the person consents to be paid through the card and to disclose it, or does not any more."""

    since: date
    version: int
    given: bool


@dataclass(frozen=True, slots=True)
class CardWage:
    """A wage that a bank paid through the card, as it was last told."""

    reference: str
    month: str
    paid_on: date
    amount_satang: int


@dataclass(frozen=True, slots=True)
class TrainingCost:
    """A training as it was last told."""

    training_id: UUID
    paid_on: date
    cost_satang: int


@dataclass(frozen=True, slots=True)
class Employed:
    """An employment with all that was told of it. `consents` are those of each id of the person; `declared` the employer's own word by month."""

    employment_id: UUID
    person: UUID
    starts_on: date
    ends_on: date | None
    consents: tuple[tuple[Consent, ...], ...]
    wages: tuple[CardWage, ...] = ()
    trainings: tuple[TrainingCost, ...] = ()
    declared: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One amount and whether it counts; `paid_on` is unknown of what went past the card."""

    employment_id: UUID
    kind: ItemKind
    month: str
    amount_satang: int
    standing: Standing
    reference: str = ""
    paid_on: date | None = None


@dataclass(frozen=True, slots=True)
class HeadCount:
    """Of so many employees (in hundredths) at most so many persons count; `persons` do, `persons_over` would. None is no limit."""

    employees_hundredths: int
    months_missing: tuple[str, ...]
    persons_max: int | None
    persons: int
    persons_over: int


@dataclass(frozen=True, slots=True)
class Deduction:
    """What the period gives. The deduction takes the place of the cost itself: at 150 percent a half is added to it."""

    items: tuple[Item, ...]
    head_count: HeadCount
    wages_satang: int
    training_satang: int
    wages_deduction_satang: int
    training_deduction_satang: int

    @property
    def deduction_satang(self) -> int:
        """Wages and training together."""
        return self.wages_deduction_satang + self.training_deduction_satang


def deduct(period: AccountingPeriod, terms: Terms, employees: Mapping[str, int], employed: Sequence[Employed]) -> Deduction:
    """What may be deducted; `employees` are all of the employer's at the end of each month (`YYYY-MM`)."""
    items = [item for one in employed for item in _items_of(one, period, terms)]
    waiting = _first_employed_first(employed, {item.employment_id for item in items if item.standing is Standing.COUNTED})
    hundredths, limit = _employees(period, terms, employees)
    over = set() if limit is None else set(waiting[limit:])
    beyond = {one.employment_id for one in employed if one.person in over}
    judged = tuple(_limited(item, beyond) for item in items)
    wages, training = (_sum_counted(judged, kind) for kind in ItemKind)
    missing = tuple(month for month in period.months if month not in employees)
    return Deduction(
        items=judged,
        head_count=HeadCount(hundredths, missing, limit, len(waiting) - len(over), len(over)),
        wages_satang=wages,
        training_satang=training,
        wages_deduction_satang=percent_of(wages, terms.wages_percent),
        training_deduction_satang=percent_of(training, terms.training_percent),
    )


def percent_of(amount_satang: int, percent: int) -> int:
    """So many percent of the amount in whole satang; a part of a satang is dropped."""
    return amount_satang * percent // 100


def consent_on(day: date, consents: Iterable[Sequence[Consent]]) -> Standing:
    """COUNTED where the person consents on the day, by the newest word under any of their ids; of two of one day a withdrawal holds."""
    newest = [
        max(told, key=lambda one: (one.since, one.version)) for ones in consents if (told := [one for one in ones if one.since <= day])
    ]
    if not newest:
        return Standing.NO_CONSENT
    return Standing.COUNTED if max(newest, key=lambda one: (one.since, not one.given)).given else Standing.CONSENT_WITHDRAWN


def _items_of(one: Employed, period: AccountingPeriod, terms: Terms) -> Iterator[Item]:
    months = frozenset(period.months)
    through_card = dict.fromkeys(months, 0)
    for wage in one.wages:
        if wage.month in months:
            through_card[wage.month] += wage.amount_satang
            standing = _standing(one, period, terms, wage.paid_on, worked=wage.month)
            yield Item(one.employment_id, ItemKind.WAGE, wage.month, wage.amount_satang, standing, wage.reference, wage.paid_on)
    for month, told in one.declared:
        if month in months and told > through_card[month]:
            yield Item(one.employment_id, ItemKind.WAGE, month, told - through_card[month], Standing.NOT_THROUGH_CARD)
    for training in one.trainings:
        month = f"{training.paid_on:%Y-%m}"
        if month in months and training.cost_satang:
            standing = _standing(one, period, terms, training.paid_on, worked=month)
            reference = str(training.training_id)
            yield Item(one.employment_id, ItemKind.TRAINING, month, training.cost_satang, standing, reference, training.paid_on)


def _standing(one: Employed, period: AccountingPeriod, terms: Terms, paid_on: date, *, worked: str) -> Standing:
    if not f"{one.starts_on:%Y-%m}" <= worked <= (f"{one.ends_on:%Y-%m}" if one.ends_on else worked):
        return Standing.OUTSIDE_EMPLOYMENT
    counted_day = period.starts_on if terms.window.kind is WindowKind.PERIODS_STARTING else paid_on
    if not terms.window.first <= counted_day <= terms.window.last:
        return Standing.OUTSIDE_WINDOW
    return consent_on(paid_on, one.consents)


def _first_employed_first(employed: Iterable[Employed], counting: set[UUID]) -> list[UUID]:
    """The persons of whom something counts, in the order in which they came into this employer's employ."""
    came: dict[UUID, tuple[date, UUID]] = {}
    for one in employed:
        if one.employment_id in counting:
            came[one.person] = min(came.get(one.person, (date.max, one.employment_id)), (one.starts_on, one.employment_id))
    return sorted(came, key=came.__getitem__)


def _employees(period: AccountingPeriod, terms: Terms, employees: Mapping[str, int]) -> tuple[int, int | None]:
    """The employees of the period in hundredths, and how many persons count at most. Months that nobody told of are left out of an average."""
    told = [employees[month] for month in period.months if month in employees]
    if terms.employees_counted is EmployeesCounted.AT_END:
        told = told[-1:]
    percent = terms.employees_percent_max
    limit = None if percent is None else sum(told) * percent // (100 * len(told)) if told else 0
    return (sum(told) * 100 // len(told) if told else 0), limit


def _limited(item: Item, beyond: set[UUID]) -> Item:
    if item.standing is Standing.COUNTED and item.employment_id in beyond:
        return replace(item, standing=Standing.OVER_HEAD_COUNT)
    return item


def _sum_counted(items: Iterable[Item], kind: ItemKind) -> int:
    return sum(item.amount_satang for item in items if item.kind is kind and item.standing is Standing.COUNTED)
