"""The tables of plan's own database (those of the floor are in shared.db.floor)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Identity, Index, MetaData, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel


class Base(SQLModel):
    """Base of the tables, with MetaData of their own."""

    metadata = MetaData()


def _json() -> Column[Any]:
    return Column(JSONB, nullable=False)


def _moment() -> Column[datetime]:
    return Column(DateTime(timezone=True), nullable=False)


def _number() -> Column[int]:
    return Column(BigInteger, Identity(always=True), primary_key=True)


class AgencyTable(Base, table=True):
    """An agency that runs programmes, by its short code."""

    __tablename__ = "agency"
    code: str = Field(primary_key=True, sa_type=Text)
    name_th: str = Field(sa_type=Text)
    name_en: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)


class ProgrammeTable(Base, table=True):
    """The catalogue as it is now."""

    __tablename__ = "programme"
    code: str = Field(primary_key=True, sa_type=Text)
    version: int
    dimension: str = Field(sa_type=Text)
    name_th: str = Field(sa_type=Text)
    name_en: str = Field(sa_type=Text)
    agency: str = Field(sa_type=Text, foreign_key="agency.code")
    confidence: str = Field(sa_type=Text)
    active: bool
    conditions: dict[str, Any] = Field(sa_column=_json())
    approval_reference: str = Field(sa_type=Text)


class ProgrammeHistoryTable(Base, table=True):
    """Every version of every programme; append-only. Plans point here."""

    __tablename__ = "programme_history"
    code: str = Field(primary_key=True, sa_type=Text)
    version: int = Field(primary_key=True)
    dimension: str = Field(sa_type=Text)
    name_th: str = Field(sa_type=Text)
    name_en: str = Field(sa_type=Text)
    agency: str = Field(sa_type=Text)
    confidence: str = Field(sa_type=Text)
    active: bool
    conditions: dict[str, Any] = Field(sa_column=_json())
    approval_reference: str = Field(sa_type=Text)
    changed_by: str = Field(sa_type=Text)
    changed_at: datetime = Field(sa_column=_moment())


class PolicyTable(Base, table=True):
    """Copy of the policy sets that payments published."""

    __tablename__ = "policy"
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    profile: str = Field(sa_type=Text)
    parameters: dict[str, Any] = Field(sa_column=_json())


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
    holder_signed: bool
    officer_signed: bool
    agreed_on: date | None = None
    other_choice_reason: str | None = Field(default=None, sa_type=Text)
    declined_on: date | None = None
    sufficient: bool | None = None
    decline_reason: str | None = Field(default=None, sa_type=Text)
    completed_on: date | None = None
    succeeded: int | None = None
    failed: int | None = None
    followed_up_on: date | None = None
    follow_up_round: str | None = Field(default=None, sa_type=Text)
    job_status: str | None = Field(default=None, sa_type=Text)
    monthly_income_baht: int | None = Field(default=None, sa_type=BigInteger)
    yearly_income_baht: int | None = Field(default=None, sa_type=BigInteger)


class PlanHistoryTable(Base, table=True):
    """Who changed a plan's state, when and why; append-only."""

    __tablename__ = "plan_history"
    __table_args__ = (Index("plan_history_plan", "plan_id", "number"),)
    number: int = Field(sa_column=_number())
    plan_id: UUID
    version: int
    from_status: str | None = Field(default=None, sa_type=Text)
    to_status: str = Field(sa_type=Text)
    who: str = Field(sa_type=Text)
    at: datetime = Field(sa_column=_moment())
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
    programmes: list[dict[str, Any]] = Field(sa_column=_json())
    prepared_at: datetime = Field(sa_column=_moment())


class PlanLineTable(Base, table=True):
    """The lines of an agreed plan; append-only: what was signed does not change."""

    __tablename__ = "plan_line"
    plan_id: UUID = Field(primary_key=True, foreign_key="plan.plan_id")
    line_no: int = Field(primary_key=True)
    dimension: str = Field(sa_type=Text)
    programme_code: str = Field(sa_type=Text)
    programme_version: int
    agency: str = Field(sa_type=Text)
    goal: str = Field(sa_type=Text)
    target_income_baht: int | None = Field(default=None, sa_type=BigInteger)


class ReferralTable(Base, table=True):
    """One line on its way through its agency."""

    __tablename__ = "referral"
    __table_args__ = (
        Index("referral_line", "plan_id", "line_no", unique=True),
        Index("referral_agency", "agency", "status", "referral_id"),
    )
    referral_id: UUID = Field(primary_key=True)
    plan_id: UUID = Field(foreign_key="plan.plan_id")
    holder_id: UUID
    line_no: int
    programme_code: str = Field(sa_type=Text)
    dimension: str = Field(sa_type=Text)
    agency: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    version: int
    referred_on: date
    accepted_on: date | None = None
    outcome: str | None = Field(default=None, sa_type=Text)
    outcome_final: bool
    outcome_on: date | None = None
    closed_reason: str | None = Field(default=None, sa_type=Text)


class ReferralHistoryTable(Base, table=True):
    """What happened to a referral: each acceptance, outcome with its evidence, and closing; append-only."""

    __tablename__ = "referral_history"
    __table_args__ = (Index("referral_history_referral", "referral_id", "number"),)
    number: int = Field(sa_column=_number())
    referral_id: UUID
    version: int
    from_status: str | None = Field(default=None, sa_type=Text)
    to_status: str = Field(sa_type=Text)
    outcome: str | None = Field(default=None, sa_type=Text)
    evidence: str | None = Field(default=None, sa_type=Text)
    who: str = Field(sa_type=Text)
    at: datetime = Field(sa_column=_moment())
    why: str = Field(sa_type=Text)


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
