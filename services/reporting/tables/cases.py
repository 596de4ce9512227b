"""What interview told of each case."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Index, SmallInteger, Text
from sqlmodel import Field

from services.reporting.tables.base import Base


class Intake(Base, table=True):
    """The first stated wish of a person; a later slip for the same person changes nothing."""

    __tablename__ = "intake"
    __table_args__ = (Index("intake_stated_on", "stated_on", "district"),)

    holder_id: UUID = Field(primary_key=True)
    intent_id: UUID
    stated_on: date
    received_on: date
    channel: str = Field(sa_type=Text)
    tier: str = Field(sa_type=Text)
    district: str = Field(sa_type=Text)
    place_id: UUID | None
    approved_late: bool


class Withdrawal(Base, table=True):
    """A withdrawn wish."""

    __tablename__ = "withdrawal"

    holder_id: UUID = Field(primary_key=True)
    withdrawn_on: date
    known_on: date
    told_at: datetime | None = Field(sa_type=DateTime(timezone=True))


class VisitDue(Base, table=True):
    """A person who is to be visited at home."""

    __tablename__ = "visit_due"

    holder_id: UUID = Field(primary_key=True)
    district: str = Field(sa_type=Text)
    due_by: date
    told_at: datetime = Field(sa_type=DateTime(timezone=True))


class VisitAttempt(Base, table=True):
    """A home visit that met nobody, or, with the reason REFUSES, a person who refused at the door."""

    __tablename__ = "visit_attempt"

    holder_id: UUID = Field(primary_key=True)
    attempt_no: int = Field(primary_key=True, sa_type=SmallInteger)
    visited_on: date
    reason: str = Field(sa_type=Text)
    final: bool
    told_at: datetime = Field(sa_type=DateTime(timezone=True))


class VisitOverdue(Base, table=True):
    """A home visit that was not made in time and rose to a level."""

    __tablename__ = "visit_overdue"

    holder_id: UUID = Field(primary_key=True)
    level: str = Field(primary_key=True, sa_type=Text)
    found_on: date


class Interview(Base, table=True):
    """The last interview of a person in its last revision."""

    __tablename__ = "interview"

    holder_id: UUID = Field(primary_key=True)
    interview_id: UUID
    revision: int
    interviewed_on: date
    channel: str = Field(sa_type=Text)
    answer: str = Field(sa_type=Text)
    approach: str | None = Field(sa_type=Text)
    income_now_baht: int = Field(sa_type=BigInteger)
    district: str = Field(sa_type=Text)
    told_at: datetime = Field(sa_type=DateTime(timezone=True))
    occupation_group: str | None = Field(sa_type=Text)


class Decision(Base, table=True):
    """What a committee decided about one person."""

    __tablename__ = "decision"
    __table_args__ = (Index("decision_holder", "holder_id"),)

    decision_id: UUID = Field(primary_key=True)
    holder_id: UUID
    kind: str = Field(sa_type=Text)
    decided_on: date
    effective_month: str | None = Field(sa_type=Text)


class FollowUp(Base, table=True):
    """A contact after the interview."""

    __tablename__ = "follow_up"
    __table_args__ = (Index("follow_up_holder", "holder_id", "contacted_on"),)

    follow_up_id: UUID = Field(primary_key=True)
    holder_id: UUID
    round: str = Field(sa_type=Text)
    contacted_on: date
    reached: bool
    job_status: str | None = Field(sa_type=Text)
    yearly_income_baht: int | None = Field(sa_type=BigInteger)
    recommendation: str | None = Field(sa_type=Text)
    told_at: datetime = Field(sa_type=DateTime(timezone=True))


class FollowUpOverdue(Base, table=True):
    """A round whose deadline passed without a recorded contact."""

    __tablename__ = "follow_up_overdue"

    holder_id: UUID = Field(primary_key=True)
    round: str = Field(primary_key=True, sa_type=Text)
    due_by: date
