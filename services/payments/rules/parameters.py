"""The part of the policy set that money depends on, typed. The shape is told in docs/policy.md."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Any, Final, Self

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from services.payments.domain import Month, month_from, month_of, months_between, next_month
from shared.contracts.common import Tier
from shared.contracts.payments import StopReason

FIRST_DAY: Final = date(2000, 1, 1)
LAST_DAY: Final = date(2199, 12, 31)
"""Days and months of a policy set lie between them."""

MONTHS_MAX: Final = 120
SATANG_MAX: Final = 10_000_000
RUN_SATANG_MAX: Final = 10**15
"""Limits of a set: months that it pays, satang a month, and satang of a run."""


def _month(value: object) -> object:
    return month_from(value) if isinstance(value, str) else value


Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
MonthText = Annotated[Month, BeforeValidator(_month), Field(ge=FIRST_DAY, le=LAST_DAY)]


class _Dated(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _require_order(first: date, last: date) -> None:
    if last < first:
        raise ValueError(f"{last} lies before {first}")


class Days(_Dated):
    """Days from `from` to `to`, both included."""

    first: Day = Field(alias="from")
    last: Day = Field(alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _require_order(self.first, self.last)
        return self


class Months(_Dated):
    """Months from `from` to `to`, both included."""

    first: MonthText = Field(alias="from")
    last: MonthText = Field(alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _require_order(self.first, self.last)
        return self


class Round(_Dated):
    """A round of follow-up: from its first day to its due day."""

    first: Day = Field(alias="from")
    due: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _require_order(self.first, self.due)
        return self


class FirstMonthKind(StrEnum):
    """How the first month of an allowance is found."""

    MONTH_AFTER_STATED = "MONTH_AFTER_STATED"


class FirstMonth(_Dated):
    """The rule of the first month."""

    kind: FirstMonthKind


class StopKind(StrEnum):
    """How the first month without pay is found; see services.payments.rules.stopping."""

    NONE = "NONE"
    NEXT_MONTH = "NEXT_MONTH"
    FIXED = "FIXED"
    FIXED_OR_NEXT = "FIXED_OR_NEXT"
    NEVER_STARTS = "NEVER_STARTS"


class StopRule(_Dated):
    """The rule of one reason; `month` belongs to the fixed kinds."""

    kind: StopKind
    month: MonthText | None = None

    @model_validator(mode="after")
    def _month_where_needed(self) -> Self:
        if (self.month is not None) != (self.kind in {StopKind.FIXED, StopKind.FIXED_OR_NEXT}):
            raise ValueError(f"{self.kind} {'lacks' if self.month is None else 'takes no'} month")
        return self


class LateWish(StrEnum):
    """What becomes of a wish stated after the last window."""

    COMMITTEE = "COMMITTEE"
    REFUSE = "REFUSE"


class WindowKind(StrEnum):
    """What of an employer's counts: what is paid within the days, or all of the accounting periods that start within them."""

    PAID_WITHIN = "PAID_WITHIN"
    PERIODS_STARTING = "PERIODS_STARTING"


class DeductionWindow(Days):
    """The days of the employers' deduction, both included, and how they are meant."""

    kind: WindowKind


class EmployeesCounted(StrEnum):
    """How an employer's employees of a period are counted from those at the end of each month."""

    AVERAGE = "AVERAGE"
    AT_END = "AT_END"


class EmployerDeduction(_Dated):
    """What employers of card holders may deduct; plan works with it."""

    wages_percent: Annotated[int, Field(gt=100, le=1000)]
    training_percent: Annotated[int, Field(gt=100, le=1000)]
    window: DeductionWindow
    employees_percent_max: Annotated[int, Field(gt=0, le=100)] | None
    employees_counted: EmployeesCounted


Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z_]{1,39}$")]
Codes = Annotated[tuple[Code, ...], Field(min_length=1, max_length=20)]


class Spending(_Dated):
    """What an allowance may buy, in which shops, and how long e-money lasts (None: as a goods limit, to the end of the month)."""

    goods: Codes
    shops: Codes
    e_money_until: Day | None
    e_money_ends_with_death: bool


class ThirdApprover(_Dated):
    """From the month on, a run of more than so much needs a second approver, who is the third person."""

    since: MonthText = Field(alias="from")
    above_satang: Annotated[int, Field(ge=0, le=RUN_SATANG_MAX)]


class Runs(_Dated):
    """How runs are controlled. None: no such control."""

    third_approver: Annotated[tuple[ThirdApprover, ...], Field(max_length=MONTHS_MAX)] = ()
    hold_suspected_duplicates_score_min: Annotated[int, Field(ge=0, le=100)] | None = None
    hold_reported_deaths: bool = False
    retry_months: Annotated[int, Field(ge=0, le=MONTHS_MAX)] | None = None

    def approvals_needed(self, month: Month, amount_satang: int) -> int:
        """How many approvers a run of the month needs."""
        limits = [one for one in self.third_approver if one.since <= month]
        return 2 if limits and amount_satang > max(limits, key=lambda one: one.since).above_satang else 1

    def retry_until(self, benefit_month: Month) -> date | None:
        """The last day on which the month may be tried again: the end of the month `retry_months` later; None is for ever."""
        if self.retry_months is None:
            return None
        return next_month(benefit_month, self.retry_months + 1) - timedelta(days=1)

    def lapsed_through(self, today: date) -> Month | None:
        """The latest benefit month that may not be tried again any more."""
        return None if self.retry_months is None else next_month(month_of(today), -self.retry_months - 1)


class Parameters(_Dated):
    """One version of the policy set. Money is satang."""

    amounts_satang: dict[Tier, Annotated[int, Field(gt=0, le=SATANG_MAX)]]
    income_threshold_baht: Annotated[int, Field(gt=0, le=100_000_000)]
    visit_age_max: Annotated[int, Field(gt=0, le=150)]
    age_reference_date: Day
    walk_in_window: Days
    visit_window: Days
    first_benefit_month: MonthText
    last_benefit_month: MonthText
    first_month: FirstMonth
    late_entry_days_max: Annotated[int, Field(ge=0, le=366)]
    late_wish: LateWish
    stop_rules: dict[StopReason, StopRule]
    goods_limit_months: Months
    e_money_months: Months | None
    follow_up: dict[str, Round]
    not_found_attempts_min: Annotated[int, Field(gt=0, le=100)]
    # Sets that were published before employers were thought of have none.
    employer_deduction: EmployerDeduction | None = None
    # Nor have those before runs were controlled.
    runs: Runs = Runs()
    # Nor those before banks were told what an allowance may be spent on: nothing that was paid under them lapses.
    spending: Spending | None = None
    sources: dict[str, str]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        for name, given, wanted in (("amounts_satang", self.amounts_satang, Tier), ("stop_rules", self.stop_rules, StopReason)):
            missing = set(wanted) - set(given)
            if missing:
                raise ValueError(f"{name} lacks {', '.join(sorted(missing))}")
        if not 1 <= len(months_between(self.first_benefit_month, self.last_benefit_month)) <= MONTHS_MAX:
            raise ValueError(f"last_benefit_month lies outside 1..{MONTHS_MAX} months from first_benefit_month")
        return self

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> Self:
        """Read published parameters. Raises pydantic.ValidationError."""
        return cls.model_validate(dict(parameters))

    @classmethod
    def exactly(cls, parameters: Mapping[str, Any]) -> Self:
        """As `of`, but each value must have its very JSON type, as other services read it: no text for a number. Raises pydantic.ValidationError."""
        return cls.model_validate_json(orjson.dumps(parameters), strict=True)
