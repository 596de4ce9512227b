"""What plan told."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from services.reporting.tables.base import Base


class Recommendation(Base, table=True):
    """The last automatic recommendation of a person."""

    __tablename__ = "recommendation"

    holder_id: UUID = Field(primary_key=True)
    plan_id: UUID
    version: int
    prepared_on: date
    programmes: int = Field(sa_type=SmallInteger)
    best_programme: str | None = Field(sa_type=Text)
    codes: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False, server_default=text("'{}'")))


class PlanLine(Base, table=True):
    """A line of one version of a plan; the lines that stand are those of `person.plan_id` and `person.plan_version`."""

    __tablename__ = "plan_line"
    __table_args__ = (Index("plan_line_holder", "holder_id"),)

    plan_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    line_no: int = Field(primary_key=True, sa_type=SmallInteger)
    holder_id: UUID
    dimension: str = Field(sa_type=Text)
    programme: str = Field(sa_type=Text)
    agency: str = Field(sa_type=Text)
    recommended: bool | None = None


class PlanDecline(Base, table=True):
    """The last time a person chose nothing of what was offered, or was content."""

    __tablename__ = "plan_decline"

    holder_id: UUID = Field(primary_key=True)
    interview_id: UUID
    declined_on: date
    sufficient: bool


class Referral(Base, table=True):
    """A line that was sent to its agency. Each of the three groups of columns comes by its own event."""

    __tablename__ = "referral"
    __table_args__ = (Index("referral_holder", "holder_id"), Index("referral_line", "plan_id", "line_no"))

    referral_id: UUID = Field(primary_key=True)
    holder_id: UUID
    plan_id: UUID
    line_no: int = Field(sa_type=SmallInteger)
    agency: str = Field(sa_type=Text)
    referred_on: date | None
    accepted_on: date | None
    outcome: str | None = Field(sa_type=Text)
    outcome_final: bool | None
    outcome_on: date | None
    outcome_at: datetime | None = Field(sa_type=DateTime(timezone=True))
    outcome_event: UUID | None


class PlanEnd(Base, table=True):
    """A plan whose every line has a final outcome."""

    __tablename__ = "plan_end"
    __table_args__ = (Index("plan_end_holder", "holder_id"),)

    plan_id: UUID = Field(primary_key=True)
    holder_id: UUID
    completed_on: date
    succeeded: int = Field(sa_type=SmallInteger)
    failed: int = Field(sa_type=SmallInteger)
    dropped: bool
    told_at: datetime = Field(sa_type=DateTime(timezone=True))
