"""What kind of money a payment is: a goods limit that lapses at the month's end, or e-money that accumulates."""

from enum import StrEnum

from services.payments.domain import Month
from services.payments.rules.parameters import Parameters


class Benefit(StrEnum):
    """The kinds."""

    GOODS_LIMIT = "GOODS_LIMIT"
    E_MONEY = "E_MONEY"


def benefit_of(parameters: Parameters, paid_in: Month) -> Benefit:
    """The kind by the month in which it is paid, not the month for which: a limit of a month that is over would be worth nothing.

    After the last month of both kinds the last kind goes on.
    """
    if parameters.e_money_months is not None and paid_in >= parameters.e_money_months.first:
        return Benefit.E_MONEY
    return Benefit.GOODS_LIMIT
