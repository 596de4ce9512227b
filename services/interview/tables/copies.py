"""Copies of what payments and plan publish."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.interview.tables.base import Base, json_column


class Policy(Base, table=True):
    """Copy of the policies that payments published."""

    __tablename__ = "policy"

    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    profile: str
    published_on: date
    parameters: dict[str, Any] = json_column()


class Programme(Base, table=True):
    """Copy of plan's catalogue: the newest version of each, which may begin on a day to come."""

    __tablename__ = "programme"

    code: str = Field(primary_key=True)
    version: int
    dimension: str
    name_th: str
    name_en: str
    agency: str
    active: bool
    valid_from: date | None = None
    valid_until: date | None = None


class Entitlement(Base, table=True):
    """Copy of what payments says of the person's allowance."""

    __tablename__ = "entitlement"

    holder_id: UUID = Field(primary_key=True)
    version: int
    status: str
    monthly_satang: int
    first_month: str
    last_month: str
    stop_month: str | None
    stop_reason: str | None


class Recommendation(Base, table=True):
    """Copy of plan's newest recommendation for the person."""

    __tablename__ = "recommendation"

    holder_id: UUID = Field(primary_key=True)
    version: int
    interview_id: UUID
    programmes: list[dict[str, Any]] = json_column()


class AgreedPlan(Base, table=True):
    """Copy of the plan that the person agreed to."""

    __tablename__ = "agreed_plan"

    holder_id: UUID = Field(primary_key=True)
    version: int
    plan_id: UUID
    agreed_on: date
    lines: list[dict[str, Any]] = json_column()


class Referral(Base, table=True):
    """Copy of a referral of a plan line and what became of it."""

    __tablename__ = "referral"
    __table_args__ = (Index("referral_holder", "holder_id", "line_no"),)

    referral_id: UUID = Field(primary_key=True)
    holder_id: UUID
    line_no: int
    programme_code: str
    agency: str
    referred_on: date
    accepted_on: date | None
    outcome: str | None
    final: bool
    outcome_on: date | None
