"""What the first analysis found, and the versions of what was agreed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, Integer, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from services.plan.tables.base import Base, moment


class AgreementTable(Base, table=True):
    """One version of the agreement of a plan: which lines are in force by it, and why it differs from the one before; append-only."""

    __tablename__ = "agreement"
    plan_id: UUID = Field(primary_key=True, foreign_key="plan.plan_id")
    version: int = Field(primary_key=True)
    agreed_on: date
    officer_id: UUID | None = None
    line_nos: list[int] = Field(sa_column=Column(ARRAY(Integer), nullable=False))
    side_by_side: bool
    reason_sealed: str | None = Field(default=None, sa_type=Text)
    recorded_by: str = Field(sa_type=Text)
    recorded_at: datetime = Field(sa_column=moment())


class FirstAnalysisTable(Base, table=True):
    """What an interview, or a revision of it, found and what that stood on; append-only."""

    __tablename__ = "first_analysis"
    plan_id: UUID = Field(primary_key=True, foreign_key="plan.plan_id")
    interview_id: UUID = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    analysed_on: date
    officer_id: UUID
    approach: str | None = Field(default=None, sa_type=Text)
    problems: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    wishes: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    occupation: str = Field(sa_type=Text)
    second_occupation: str | None = Field(default=None, sa_type=Text)
    income_now_baht: int | None = Field(default=None, sa_type=BigInteger)
    specialist_asked: bool
    recorded_at: datetime = Field(sa_column=moment())
