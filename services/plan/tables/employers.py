"""Employers of card holders, what they and the banks told, and what was certified."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Identity, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from services.plan.tables.base import Base, json_column, moment, number_key

_TAKEN = text("disposition = 'TAKEN'")


class EmployerTable(Base, table=True):
    """A juristic person by its tax id, and whether the Revenue side registered it."""

    __tablename__ = "employer"
    tax_id: str = Field(primary_key=True, sa_type=Text)
    version: int
    name_th: str = Field(sa_type=Text)
    name_en: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    applied_by: str = Field(sa_type=Text)
    decided_by: str | None = Field(default=None, sa_type=Text)
    decision_reason: str | None = Field(default=None, sa_type=Text)


class EmployerHistoryTable(Base, table=True):
    """Who changed the state of an employer, an employment or a period (`about` is its id), when and why; append-only."""

    __tablename__ = "employer_history"
    __table_args__ = (Index("employer_history_about", "about", "number"),)
    number: int = Field(sa_column=number_key())
    tax_id: str = Field(sa_type=Text)
    about: str = Field(sa_type=Text)
    version: int
    state: str = Field(sa_type=Text)
    who: str = Field(sa_type=Text)
    at: datetime = Field(sa_column=moment())
    why: str = Field(sa_type=Text)


class WageConsentTable(Base, table=True):
    """Since when a card holder takes wages through the card, or not any more: a row for each change that the registry told.

    The indexes are those of the numbers of that time, of these persons alone; none of who was erased.
    """

    __tablename__ = "wage_consent"
    __table_args__ = (Index("wage_consent_citizen", "citizen_index"),)
    holder_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    since: date
    given: bool
    citizen_index: str | None = Field(default=None, sa_type=Text)
    card_index: str | None = Field(default=None, sa_type=Text)


class EmploymentTable(Base, table=True):
    """A card holder in an employer's employ."""

    __tablename__ = "employment"
    __table_args__ = (Index("employment_employer", "tax_id", "employment_id"), Index("employment_holder", "holder_id"))
    employment_id: UUID = Field(primary_key=True)
    version: int
    tax_id: str = Field(foreign_key="employer.tax_id", sa_type=Text)
    holder_id: UUID
    starts_on: date
    ends_on: date | None = None


class WageToldTable(Base, table=True):
    """What a bank told of a wage, and what became of it; append-only. The card is checked and not kept."""

    __tablename__ = "wage_told"
    __table_args__ = (
        Index("wage_told_once", "via", "bank_reference", unique=True, postgresql_where=_TAKEN),
        Index("wage_told_corrects", "via", "corrects", postgresql_where=text("corrects IS NOT NULL")),
        Index("wage_told_employment", "employment_id", postgresql_where=_TAKEN),
        Index("wage_told_exceptions", "number", postgresql_where=text("disposition <> 'TAKEN'")),
    )
    wage_id: UUID = Field(primary_key=True)
    number: int = Field(sa_column=Column(BigInteger, Identity(always=True), nullable=False, unique=True))
    via: str = Field(sa_type=Text)
    bank: str = Field(sa_type=Text)
    bank_reference: str = Field(sa_type=Text)
    employment_id: UUID
    tax_id: str = Field(sa_type=Text)
    wage_month: str = Field(sa_type=Text)
    amount_satang: int = Field(sa_type=BigInteger)
    paid_on: date
    corrects: str | None = Field(default=None, sa_type=Text)
    disposition: str = Field(sa_type=Text)
    received_at: datetime = Field(sa_column=moment())


class WageDeclaredTable(Base, table=True):
    """What an employer says that it paid for a month, whichever way; append-only, the newest version counts."""

    __tablename__ = "wage_declared"
    employment_id: UUID = Field(primary_key=True, foreign_key="employment.employment_id")
    month: str = Field(primary_key=True, sa_type=Text)
    version: int = Field(primary_key=True)
    amount_satang: int = Field(sa_type=BigInteger)
    who: str = Field(sa_type=Text)
    at: datetime = Field(sa_column=moment())
    why: str = Field(sa_type=Text)


class TrainingTable(Base, table=True):
    """A training that an employer paid for; append-only, the newest version counts."""

    __tablename__ = "training"
    __table_args__ = (Index("training_employment", "employment_id"),)
    training_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    employment_id: UUID = Field(foreign_key="employment.employment_id")
    title: str = Field(sa_type=Text)
    provider: str = Field(sa_type=Text)
    paid_on: date
    cost_satang: int = Field(sa_type=BigInteger)
    who: str = Field(sa_type=Text)
    at: datetime = Field(sa_column=moment())
    why: str = Field(sa_type=Text)


class HeadCountTable(Base, table=True):
    """All employees of an employer at the end of a month; append-only, the newest version counts."""

    __tablename__ = "head_count"
    tax_id: str = Field(primary_key=True, foreign_key="employer.tax_id", sa_type=Text)
    month: str = Field(primary_key=True, sa_type=Text)
    version: int = Field(primary_key=True)
    employees: int
    who: str = Field(sa_type=Text)
    at: datetime = Field(sa_column=moment())
    why: str = Field(sa_type=Text)


class AccountingPeriodTable(Base, table=True):
    """An accounting period of an employer."""

    __tablename__ = "accounting_period"
    __table_args__ = (Index("accounting_period_employer", "tax_id", "starts_on"),)
    period_id: UUID = Field(primary_key=True)
    version: int
    tax_id: str = Field(foreign_key="employer.tax_id", sa_type=Text)
    starts_on: date
    ends_on: date
    status: str = Field(sa_type=Text)


class DeductionStatementTable(Base, table=True):
    """What was certified of a period, in versions of which each stays; append-only.

    `certificate` is what is signed (nothing about a person), `items` what it adds up from, `signed` the certificate as JWS,
    `reference` the short JWS of the QR code.
    """

    __tablename__ = "deduction_statement"
    __table_args__ = (
        UniqueConstraint("period_id", "version", name="deduction_statement_period_id_version_key"),
        Index("deduction_statement_employer", "tax_id", "statement_id"),
    )
    statement_id: UUID = Field(primary_key=True)
    period_id: UUID = Field(foreign_key="accounting_period.period_id")
    version: int
    tax_id: str = Field(foreign_key="employer.tax_id", sa_type=Text)
    basis: str = Field(sa_type=Text)
    certificate: dict[str, Any] = Field(sa_column=json_column())
    items: list[dict[str, Any]] = Field(sa_column=json_column())
    signed: str = Field(sa_type=Text)
    reference: str = Field(sa_type=Text)
    issued_by: str = Field(sa_type=Text)
    issued_at: datetime = Field(sa_column=moment())
    reason: str = Field(sa_type=Text)
