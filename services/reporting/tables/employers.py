"""Employers of card holders."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, Text
from sqlmodel import Field

from services.reporting.tables.base import Base


class EmployerDeduction(Base, table=True):
    """What was certified of an accounting period, in its newest version. Nobody's: it is told of an employer and of no person."""

    __tablename__ = "employer_deduction"

    period_id: UUID = Field(primary_key=True)
    version: int
    tax_id: str = Field(sa_type=Text)
    starts_on: date
    persons: int
    wages_satang: int = Field(sa_type=BigInteger)
    training_satang: int = Field(sa_type=BigInteger)
    deduction_satang: int = Field(sa_type=BigInteger)
