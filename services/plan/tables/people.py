"""Copies of what other services told of people."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from services.plan.tables.base import Base


class HolderTable(Base, table=True):
    """Copy of a card holder, of whose case it is, and of the stated wish."""

    __tablename__ = "holder"
    __table_args__ = (Index("holder_merged_into", "merged_into", postgresql_where=text("merged_into IS NOT NULL")),)
    holder_id: UUID = Field(primary_key=True)
    version: int
    tier: str = Field(sa_type=Text)
    age: int
    bank: str | None = Field(default=None, sa_type=Text)
    status: str = Field(sa_type=Text)
    home_district: str = Field(sa_type=Text)
    responsible_district: str = Field(sa_type=Text)
    route_version: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    officer_id: UUID | None = None
    officer_version: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    wish_stated_on: date | None = None
    withdrawn_on: date | None = None
    merged_into: UUID | None = None
    consents: list[str] | None = Field(default=None, sa_column=Column(ARRAY(Text)))
    erased_on: date | None = None


class OfficerTable(Base, table=True):
    """Copy of the officers of the district teams."""

    __tablename__ = "officer"
    officer_id: UUID = Field(primary_key=True)
    version: int
    district: str = Field(sa_type=Text)
    employer: str = Field(sa_type=Text)
    active: bool


class InterviewTable(Base, table=True):
    """The facts of each person's latest interview that plan works with."""

    __tablename__ = "interview"
    holder_id: UUID = Field(primary_key=True)
    interview_id: UUID
    revision: int
    interviewed_on: date
    officer_id: UUID
    approach: str | None = Field(default=None, sa_type=Text)
    problems: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    wishes: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    occupation: str = Field(sa_type=Text)
    second_occupation: str | None = Field(default=None, sa_type=Text)
    income_now_baht: int = Field(sa_type=BigInteger)
    wants_loan: bool
    chosen: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    specialist_asked: bool
    district: str = Field(sa_type=Text)


class AssessmentTable(Base, table=True):
    """The latest sealed assessment of a person, as it came; opened in memory only."""

    __tablename__ = "assessment"
    holder_id: UUID = Field(primary_key=True)
    interview_id: UUID
    revision: int
    sealed: str = Field(sa_type=Text)


class DecisionTable(Base, table=True):
    """Copy of what committees decided about a person; append-only."""

    __tablename__ = "decision"
    __table_args__ = (Index("decision_holder", "holder_id"),)
    decision_id: UUID = Field(primary_key=True)
    holder_id: UUID
    kind: str = Field(sa_type=Text)
    committee: str = Field(sa_type=Text)
    decided_on: date
    effective_month: str | None = Field(default=None, sa_type=Text)
    reference: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)
