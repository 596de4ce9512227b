"""What plan tells of work with the wage through the card."""

from datetime import date

from shared.contracts import plan
from shared.contracts.common import Bank
from shared.ids import same_id


def employed(name, starts_on, ends_on=None, *, version=1, number=1):
    return plan.EmploymentChanged(
        holder_id=same_id("holder", name),
        employment_id=same_id("employment", name, number),
        version=version,
        starts_on=starts_on,
        ends_on=ends_on,
    )


def wage(name, month, *, version=1, paid=True, bank=Bank.GSB):
    about = {"holder_id": same_id("holder", name), "employment_id": same_id("employment", name, 1)}
    return plan.WageMonthTold(**about, wage_month=month, bank=bank, version=version, paid=paid)


def work(tell) -> None:
    """Ek works since June; the bank told of July, and took August back."""
    tell(date(2018, 6, 4), employed("ek", date(2018, 6, 1)))
    tell(date(2018, 8, 1), wage("ek", "2018-07"))
    tell(date(2018, 9, 1), wage("ek", "2018-08", version=2))
    tell(date(2018, 9, 3), wage("ek", "2018-08", version=3, paid=False))
    tell(date(2018, 9, 20), employed("ek", date(2018, 6, 1), date(2018, 12, 31), version=2))
