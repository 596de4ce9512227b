"""What payments told."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, Index, SmallInteger, Text
from sqlmodel import Field

from services.reporting.tables.base import Base


class Entitlement(Base, table=True):
    """An allowance as payments last told."""

    __tablename__ = "entitlement"
    __table_args__ = (Index("entitlement_holder", "holder_id"),)

    entitlement_id: UUID = Field(primary_key=True)
    holder_id: UUID
    version: int
    status: str = Field(sa_type=Text)
    tier: str = Field(sa_type=Text)
    monthly_satang: int = Field(sa_type=BigInteger)
    first_month: str = Field(sa_type=Text)
    last_month: str = Field(sa_type=Text)
    stop_reason: str | None = Field(sa_type=Text)
    stop_month: str | None = Field(sa_type=Text)


class Payment(Base, table=True):
    """What became of one attempt to pay a person's month. `finality` orders the outcomes: 1 failed, 2 settled, 3 settled and returned."""

    __tablename__ = "payment"
    __table_args__ = (Index("payment_month", "month", "tier"), Index("payment_holder", "holder_id"), Index("payment_run", "run_id"))

    disbursement_id: UUID = Field(primary_key=True)
    attempt_no: int = Field(primary_key=True, sa_type=SmallInteger)
    holder_id: UUID
    run_id: UUID
    month: str = Field(sa_type=Text)
    tier: str = Field(sa_type=Text)
    bank: str = Field(sa_type=Text)
    district: str = Field(sa_type=Text)
    amount_satang: int = Field(sa_type=BigInteger)
    outcome: str = Field(sa_type=Text)
    finality: int = Field(sa_type=SmallInteger)
    reason_code: str | None = Field(sa_type=Text)


class Run(Base, table=True):
    """A month's run: what was released, and how it closed."""

    __tablename__ = "run"
    __table_args__ = (Index("run_month", "month"),)

    run_id: UUID = Field(primary_key=True)
    month: str = Field(sa_type=Text)
    released_on: date | None
    persons: int | None = Field(sa_type=BigInteger)
    amount_satang: int | None = Field(sa_type=BigInteger)
    closed_on: date | None
    eligible: int | None = Field(sa_type=BigInteger)
    paid: int | None = Field(sa_type=BigInteger)
    failed: int | None = Field(sa_type=BigInteger)
    held: int | None = Field(sa_type=BigInteger)
    returned: int | None = Field(sa_type=BigInteger)
    eligible_satang: int | None = Field(sa_type=BigInteger)
    paid_satang: int | None = Field(sa_type=BigInteger)
    failed_satang: int | None = Field(sa_type=BigInteger)
    held_satang: int | None = Field(sa_type=BigInteger)
    returned_satang: int | None = Field(sa_type=BigInteger)
