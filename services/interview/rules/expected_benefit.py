"""What the slip tells the person to expect: the allowance a month and its months (docs/measure.md 3). Payments decides."""

from dataclasses import dataclass
from datetime import date

from services.interview.rules.policy import Policy
from shared.contracts.common import Tier


@dataclass(frozen=True, slots=True)
class ExpectedBenefit:
    """Satang a month, first and last month (`YYYY-MM`, both included) and how many; 0 months have no first one."""

    monthly_satang: int
    first_month: str | None
    last_month: str | None
    months: int


def expected_benefit(policy: Policy, tier: Tier, stated_on: date) -> ExpectedBenefit:
    """From the month after the month of the wish, not before the measure's first month, to its last."""
    first = max(_number(f"{stated_on:%Y-%m}") + 1, _number(policy.first_benefit_month))
    last = _number(policy.last_benefit_month)
    months = max(last - first + 1, 0)
    if months == 0:
        return ExpectedBenefit(policy.amounts_satang[tier], None, None, 0)
    return ExpectedBenefit(policy.amounts_satang[tier], _month(first), _month(last), months)


def _number(month: str) -> int:
    year, number = month.split("-")
    return int(year) * 12 + int(number) - 1


def _month(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
