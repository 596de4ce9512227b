"""What an allowance may be spent on, where, and until when; when what is not spent has ended. Pure."""

from calendar import monthrange
from datetime import date, datetime
from typing import Any, Protocol

from services.payments.domain import PROGRAMME, Month, month_of
from services.payments.rules.benefit import Benefit
from services.payments.rules.parameters import Parameters
from shared.clock import on_day


class Released(Protocol):
    """A run that is being released."""

    @property
    def programme(self) -> str:
        """Its programme."""

    @property
    def benefit(self) -> str:
        """The kind of money that it pays."""


def told_terms(parameters: Parameters, run: Released, released_at: datetime) -> dict[str, Any] | None:
    """What the instructions of the run say of spending, as they say it; None for other programmes, and under sets that know nothing of it."""
    if parameters.spending is None or run.programme != PROGRAMME:
        return None
    spending = parameters.spending
    until = usable_until(parameters, Benefit(run.benefit), on_day(released_at))
    return {"usable_until": until.isoformat(), "goods": list(spending.goods), "shops": list(spending.shops)}


def usable_until(parameters: Parameters, benefit: Benefit, paid_on: date) -> date:
    """The last day on which money that is paid on the day may be spent: that of its month, or of e-money."""
    end = month_end(month_of(paid_on))
    last = parameters.spending.e_money_until if parameters.spending and benefit is Benefit.E_MONEY else None
    return max(end, last or end)


def last_month_of_use(until: date, *, deceased_on: date | None, ends_with_death: bool) -> Month:
    """The month whose report is the last of a payment: that of its last day, or of the death if that is earlier."""
    last = month_of(until)
    return min(last, month_of(deceased_on)) if deceased_on is not None and ends_with_death else last


def month_end(month: Month) -> date:
    """The last day of the month."""
    return month.replace(day=monthrange(month.year, month.month)[1])
