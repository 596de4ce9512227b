"""Plans, what was recommended and what was agreed."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from services.plan.tables.base import Base, json_column, moment, number_key


class PlanTable(Base, table=True):
    """One person's plan."""

    __tablename__ = "plan"
    __table_args__ = (
        CheckConstraint("agreed_on IS NULL OR holder_signed AND officer_signed", name="plan_signed"),
        Index("plan_home", "home_district", "plan_id"),
        Index("plan_responsible", "responsible_district", "plan_id"),
        Index("plan_officer", "officer_id", "plan_id"),
        Index("plan_status", "status", "plan_id"),
    )
    plan_id: UUID = Field(primary_key=True)
    holder_id: UUID = Field(unique=True)
    version: int
    status: str = Field(sa_type=Text)
    interview_id: UUID
    home_district: str = Field(sa_type=Text)
    responsible_district: str = Field(sa_type=Text)
    officer_id: UUID | None = None
    specialist_asked: bool
    recommendation_version: int
    recommended: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False, server_default=text("'{}'")))
    holder_signed: bool
    officer_signed: bool
    agreed_on: date | None = None
    other_choice: str | None = Field(default=None, sa_type=Text)
    other_choice_reason: str | None = Field(default=None, sa_type=Text)
    declined_on: date | None = None
    sufficient: bool | None = None
    decline_reason: str | None = Field(default=None, sa_type=Text)
    completed_on: date | None = None
    succeeded: int | None = None
    failed: int | None = None
    agreement_version: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    followed_up_on: date | None = None
    follow_up_round: str | None = Field(default=None, sa_type=Text)
    job_status: str | None = Field(default=None, sa_type=Text)
    monthly_income_baht: int | None = Field(default=None, sa_type=BigInteger)
    yearly_income_baht: int | None = Field(default=None, sa_type=BigInteger)


class PlanHistoryTable(Base, table=True):
    """Who changed a plan's state, when and why; append-only."""

    __tablename__ = "plan_history"
    __table_args__ = (Index("plan_history_plan", "plan_id", "number"),)
    number: int = Field(sa_column=number_key())
    plan_id: UUID
    version: int
    from_status: str | None = Field(default=None, sa_type=Text)
    to_status: str = Field(sa_type=Text)
    who: str = Field(sa_type=Text)
    at: datetime = Field(sa_column=moment())
    why: str = Field(sa_type=Text)


class RecommendationTable(Base, table=True):
    """Every recommendation that was prepared; append-only."""

    __tablename__ = "recommendation"
    plan_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    interview_id: UUID
    interview_revision: int
    with_assessment: bool
    policy_version: int
    advised_on: date | None = None
    scoring_from: date | None = None
    record_version: int | None = None
    programmes: list[dict[str, Any]] = Field(sa_column=json_column())
    prepared_at: datetime = Field(sa_column=moment())


class ProgrammeRecordTable(Base, table=True):
    """How the referrals to a programme had ended when they were counted; append-only."""

    __tablename__ = "programme_record"
    version: int = Field(primary_key=True)
    programme_code: str = Field(primary_key=True, sa_type=Text)
    counted_on: date
    finished: int
    succeeded: int


class PlanLineTable(Base, table=True):
    """Every line that was signed; append-only: what was signed does not change. Those in force stand in the newest `agreement`."""

    __tablename__ = "plan_line"
    __table_args__ = (CheckConstraint("starts_on <= due_on", name="plan_line_dates"),)
    plan_id: UUID = Field(primary_key=True, foreign_key="plan.plan_id")
    line_no: int = Field(primary_key=True)
    dimension: str = Field(sa_type=Text)
    programme_code: str = Field(sa_type=Text)
    programme_version: int
    agency: str = Field(sa_type=Text)
    goal: str = Field(sa_type=Text)
    target_income_baht: int | None = Field(default=None, sa_type=BigInteger)
    step_no: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    offering_id: UUID | None = None
    starts_on: date | None = None
    due_on: date | None = None
