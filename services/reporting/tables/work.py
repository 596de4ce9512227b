"""Employments of card holders as plan tells them: days and months alone."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field

from services.reporting.tables.base import Base


class Employment(Base, table=True):
    """An employment with the wage through the card."""

    __tablename__ = "employment"
    __table_args__ = (Index("employment_holder", "holder_id"),)

    employment_id: UUID = Field(primary_key=True)
    holder_id: UUID
    version: int
    starts_on: date
    ends_on: date | None


class WageMonth(Base, table=True):
    """Whether one bank's words say that a month's wage was paid through the card."""

    __tablename__ = "wage_month"

    employment_id: UUID = Field(primary_key=True)
    wage_month: str = Field(primary_key=True, sa_type=Text)
    bank: str = Field(primary_key=True, sa_type=Text)
    holder_id: UUID
    version: int = Field(sa_type=BigInteger)
    paid: bool
