"""What specialists are asked, and seats of offerings."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DateTime, Index, SmallInteger, Text
from sqlmodel import Field

from services.reporting.tables.base import Base


class SpecialistReview(Base, table=True):
    """A question to a specialist about a plan. Asking, answer and withdrawal each come by their own event."""

    __tablename__ = "specialist_review"
    __table_args__ = (Index("specialist_review_holder", "holder_id"),)

    review_id: UUID = Field(primary_key=True)
    holder_id: UUID
    dimension: str = Field(sa_type=Text)
    agency: str | None = Field(sa_type=Text)
    asked_on: date | None
    due_on: date | None
    opinion: str | None = Field(sa_type=Text)
    given_on: date | None
    withdrawn_on: date | None


class SpecialistReviewOverdue(Base, table=True):
    """That a review had no answer in time, and to whom it rose."""

    __tablename__ = "specialist_review_overdue"

    review_id: UUID = Field(primary_key=True)
    level: str = Field(primary_key=True, sa_type=Text)
    found_on: date


class LineSeat(Base, table=True):
    """A plan's line and the offering that was agreed on. `step` 0 waits, 1 has a seat, 2 has given it up (of facts of one moment the last counts)."""

    __tablename__ = "line_seat"
    __table_args__ = (Index("line_seat_holder", "holder_id"),)

    plan_id: UUID = Field(primary_key=True)
    line_no: int = Field(primary_key=True, sa_type=SmallInteger)
    offering_id: UUID = Field(primary_key=True)
    holder_id: UUID
    programme: str = Field(sa_type=Text)
    step: int = Field(sa_type=SmallInteger)
    told_at: datetime = Field(sa_type=DateTime(timezone=True))
    had_seat: bool
