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
    """An attempt at a line, as it was sent to its agency. Each step comes by its own event, in any order."""

    __tablename__ = "referral"
    __table_args__ = (Index("referral_holder", "holder_id"), Index("referral_line", "plan_id", "line_no"))

    referral_id: UUID = Field(primary_key=True)
    holder_id: UUID
    plan_id: UUID
    line_no: int = Field(sa_type=SmallInteger)
    agency: str = Field(sa_type=Text)
    programme: str | None = Field(sa_type=Text)
    attempt: int | None = Field(sa_type=SmallInteger)
    referred_on: date | None
    received_on: date | None
    wait_listed_on: date | None
    accepted_on: date | None
    declined_on: date | None
    decline_reason: str | None = Field(sa_type=Text)
    started_on: date | None
    closed_reason: str | None = Field(sa_type=Text)
    closing_told_at: datetime | None = Field(sa_type=DateTime(timezone=True))
    outcome: str | None = Field(sa_type=Text)
    outcome_final: bool | None
    outcome_on: date | None
    outcome_at: datetime | None = Field(sa_type=DateTime(timezone=True))
    outcome_event: UUID | None
    job_starts_on: date | None


class ReferralAlarm(Base, table=True):
    """A reminder that went to who must take the next step (level REMINDER), or a level to which one that was not taken rose."""

    __tablename__ = "referral_alarm"

    referral_id: UUID = Field(primary_key=True)
    clock: str = Field(primary_key=True, sa_type=Text)
    level: str = Field(primary_key=True, sa_type=Text)
    due_on: date = Field(primary_key=True)
    raised_on: date


class PlanEnd(Base, table=True):
    """How a plan last ended: every line had a final outcome. By a further agreement of a greater version it goes on; version 0 was not told."""

    __tablename__ = "plan_end"
    __table_args__ = (Index("plan_end_holder", "holder_id"),)

    plan_id: UUID = Field(primary_key=True)
    holder_id: UUID
    completed_on: date
    succeeded: int = Field(sa_type=SmallInteger)
    failed: int = Field(sa_type=SmallInteger)
    dropped: bool
    told_at: datetime = Field(sa_type=DateTime(timezone=True))
    version: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
