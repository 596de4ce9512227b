"""What figures are sums of: counted rows as they were told when their holder was counted last, and who is to be counted."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, Column, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from services.reporting.tables.base import Base


class ChangedHolder(Base, table=True):
    """That a projection changed for a holder, who is counted anew. Only ever added to by handlers: none waits for another, nor for the counting."""

    __tablename__ = "changed_holder"

    seq: int = Field(primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),))
    holder_id: UUID
    source: str = Field(sa_type=Text)


class Counting(Base, table=True):
    """By which rules was counted (a hash), one row: another release counts everybody anew."""

    __tablename__ = "counting"

    one: bool = Field(default=True, primary_key=True, sa_column_kwargs={"server_default": text("true")})
    rules: str = Field(sa_type=Text)


class CountedCase(Base, table=True):
    """A person with every step of the own case; of those who are one person one `stands`. Of incomes the bands, and `ended` is how a visit ended."""

    __tablename__ = "counted_case"
    __table_args__ = (
        Index("counted_case_officer", "officer_id", postgresql_where=text("officer_id IS NOT NULL")),
        Index("counted_case_district", "responsible_district", "holder_id"),
        Index("counted_case_merged", "merged_into", postgresql_where=text("merged_into IS NOT NULL")),
    )

    holder_id: UUID = Field(primary_key=True)
    stands: bool
    merged_into: UUID | None
    registered: bool
    home_district: str | None = Field(sa_type=Text)
    responsible_district: str | None = Field(sa_type=Text)
    officer_id: UUID | None
    tier: str | None = Field(sa_type=Text)
    age_group: str = Field(sa_type=Text)
    status: str | None = Field(sa_type=Text)
    visit_group: bool | None
    moved: bool
    stated_on: date | None
    declared_channel: str | None = Field(sa_type=Text)
    declared_district: str | None = Field(sa_type=Text)
    place_id: UUID | None
    declared_tier: str | None = Field(sa_type=Text)
    approved_late: bool | None
    due_by: date | None
    visited: bool
    ended: str = Field(sa_type=Text)
    risen_to: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    interviewed: bool
    expected: bool
    planned: bool
    referred: bool | None
    accepted: bool | None
    dropped: bool | None
    followed: bool
    band_at_interview: str | None = Field(sa_type=Text)
    band_now: str | None = Field(sa_type=Text)
    june_reached: bool | None
    june_job: str | None = Field(sa_type=Text)
    june_advice: str | None = Field(sa_type=Text)
    june_overdue: bool
    september_reached: bool | None
    september_job: str | None = Field(sa_type=Text)
    september_advice: str | None = Field(sa_type=Text)
    september_overdue: bool
    ad_hoc_reached: bool | None
    ad_hoc_job: str | None = Field(sa_type=Text)
    ad_hoc_advice: str | None = Field(sa_type=Text)
    ad_hoc_overdue: bool


class CountedPayment(Base, table=True):
    """What was tried for a person's month in one district by one bank."""

    __tablename__ = "counted_payment"

    holder_id: UUID = Field(primary_key=True)
    month: str = Field(primary_key=True, sa_type=Text)
    tier: str = Field(primary_key=True, sa_type=Text)
    district: str = Field(primary_key=True, sa_type=Text)
    bank: str = Field(primary_key=True, sa_type=Text)
    asked_satang: int = Field(sa_type=BigInteger)
    settled_satang: int = Field(sa_type=BigInteger)
    returned_satang: int = Field(sa_type=BigInteger)


class CountedAllowance(Base, table=True):
    """An allowance where its person's case is."""

    __tablename__ = "counted_allowance"
    __table_args__ = (Index("counted_allowance_holder", "holder_id"),)

    entitlement_id: UUID = Field(primary_key=True)
    holder_id: UUID
    responsible_district: str | None = Field(sa_type=Text)
    tier: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    stop_reason: str | None = Field(sa_type=Text)
    stop_month: str | None = Field(sa_type=Text)
    monthly_satang: int = Field(sa_type=BigInteger)


class CountedLine(Base, table=True):
    """A person's lines of the plan that stands, of one programme, agency, state and outcome (empty: none)."""

    __tablename__ = "counted_line"

    holder_id: UUID = Field(primary_key=True)
    dimension: str = Field(primary_key=True, sa_type=Text)
    programme: str = Field(primary_key=True, sa_type=Text)
    agency: str = Field(primary_key=True, sa_type=Text)
    state: str = Field(primary_key=True, sa_type=Text)
    outcome: str = Field(primary_key=True, sa_type=Text)
    responsible_district: str | None = Field(sa_type=Text)
    lines: int
    overdue: int
