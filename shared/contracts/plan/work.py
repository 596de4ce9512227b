"""Work of card holders as employers and banks tell it: days and months alone, so that it can be counted who stays in work."""

from datetime import date
from uuid import UUID

from pydantic import Field

from shared.contracts.common import Bank
from shared.contracts.envelope import EventData
from shared.contracts.plan.topics import PLANS


class WorkFact(EventData):
    """Base of what is told of an employment of one person; `holder_id` is also the key. Nothing of the employer, and no amount."""

    topic = PLANS
    consumers = ("reporting",)

    holder_id: UUID
    employment_id: UUID


class EmploymentChanged(WorkFact):
    """An employment with the wage through the card was entered, or its last day set. The newest version counts."""

    type = "plan.EmploymentChanged.v1"

    version: int = Field(ge=1)
    starts_on: date
    ends_on: date | None


class WageMonthTold(WorkFact):
    """Whether a bank's words that stand say that a wage was paid through the card for the month (`YYYY-MM`) that was worked.

    Told again when a correction changes it; the newest `version` counts, by bank.
    """

    type = "plan.WageMonthTold.v1"

    wage_month: str
    bank: Bank
    version: int = Field(ge=1)
    paid: bool
