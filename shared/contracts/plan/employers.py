"""Employers of card holders: wages that banks paid through the card, and what may be deducted for them."""

from datetime import date
from uuid import UUID

from pydantic import Field

from shared.contracts.common import Bank
from shared.contracts.envelope import EventData
from shared.contracts.plan.topics import EMPLOYERS, WAGES


class WagePaidThroughCard(EventData):
    """A bank paid a wage onto a card, by an employer's order. Written by banks on their own wages topic; the key is the employment.

    `employment_reference` (32 hex) is what plan gave the employer for the employment, `wage_month` (`YYYY-MM`) the month that was
    worked. `sealed_card` is the number of the card (16 digits) under the key that the bank shares with the suite, bound to the
    employment reference (ASCII). `bank_reference` is the bank's own and never used twice; a wage that was told wrongly is
    told again under a new one, which `corrects` the old, with 0 satang where none was paid.
    """

    type = "bank.WagePaidThroughCard.v1"
    topic = WAGES
    consumers = ("plan",)

    bank: Bank
    bank_reference: str = Field(min_length=1, max_length=100)
    employment_reference: str = Field(min_length=32, max_length=32)
    employer_tax_id: str
    wage_month: str
    amount_satang: int = Field(ge=0)
    paid_on: date
    sealed_card: str
    corrects: str | None = None


class DeductionStatementIssued(EventData):
    """What an employer may deduct for one accounting period, as it was certified; the key is the employer's tax id (a juristic person's).

    Every version of the period's statement is told; the newest counts. Nothing in it is about a person.
    """

    type = "plan.DeductionStatementIssued.v1"
    topic = EMPLOYERS
    consumers = ("reporting",)

    statement_id: UUID
    period_id: UUID
    version: int = Field(ge=1)
    tax_id: str
    starts_on: date
    ends_on: date
    policy_profile: str
    policy_version: int
    persons: int
    wages_satang: int
    training_satang: int
    deduction_satang: int
    issued_on: date
