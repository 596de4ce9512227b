"""The months of an allowance (docs/measure.md 3): from the month after the month of the wish to the last benefit month."""

from datetime import date

from services.payments.domain import Month, month_after, months_between
from services.payments.rules.parameters import Parameters


def first_month(parameters: Parameters, stated_on: date, not_before: Month | None = None) -> Month:
    """The month after the one in which the wish was stated, never before the measure's first (or `not_before`)."""
    return max(month_after(stated_on), parameters.first_benefit_month, not_before or parameters.first_benefit_month)


def benefit_months(parameters: Parameters, first: Month) -> tuple[Month, ...]:
    """Every month from the first to the measure's last; none when the first lies after it."""
    return months_between(first, parameters.last_benefit_month)
