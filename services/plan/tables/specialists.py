"""What specialists are asked about plans, and what they answer."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from services.plan.tables.base import Base, moment, number_key

_OPEN = text("status IN ('ASKED', 'TAKEN')")


class SpecialistReviewTable(Base, table=True):
    """One question to a specialist about one dimension of a plan. Not more than one is open a dimension."""

    __tablename__ = "specialist_review"
    __table_args__ = (
        CheckConstraint("(status = 'GIVEN') = (opinion IS NOT NULL)", name="specialist_review_given"),
        Index("specialist_review_open", "plan_id", "dimension", unique=True, postgresql_where=_OPEN),
        Index("specialist_review_plan", "plan_id"),
        Index("specialist_review_due", "due_on", "review_id", postgresql_where=_OPEN),
    )
    review_id: UUID = Field(primary_key=True)
    plan_id: UUID = Field(foreign_key="plan.plan_id")
    holder_id: UUID
    dimension: str = Field(sa_type=Text)
    agency: str | None = Field(default=None, sa_type=Text, foreign_key="agency.code")
    status: str = Field(sa_type=Text)
    version: int
    asked_on: date
    asked_by: str = Field(sa_type=Text)
    due_on: date
    rises_on: date
    question_sealed: str | None = Field(default=None, sa_type=Text)
    taken_by: str | None = Field(default=None, sa_type=Text)
    opinion: str | None = Field(default=None, sa_type=Text)
    programmes: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    words_sealed: str | None = Field(default=None, sa_type=Text)
    ended_on: date | None = None
    ended_reason: str | None = Field(default=None, sa_type=Text)


class SpecialistReviewHistoryTable(Base, table=True):
    """Who changed a review, when and why; append-only."""

    __tablename__ = "specialist_review_history"
    __table_args__ = (Index("specialist_review_history_review", "review_id", "number"),)
    number: int = Field(sa_column=number_key())
    review_id: UUID
    version: int
    from_status: str | None = Field(default=None, sa_type=Text)
    to_status: str = Field(sa_type=Text)
    who: str = Field(sa_type=Text)
    at: datetime = Field(sa_column=moment())
    why: str = Field(sa_type=Text)


class SpecialistReviewOverdueTable(Base, table=True):
    """To whom an overdue review rose, once to each level; append-only."""

    __tablename__ = "specialist_review_overdue"
    review_id: UUID = Field(primary_key=True, foreign_key="specialist_review.review_id")
    level: str = Field(primary_key=True, sa_type=Text)
    due_on: date
    found_on: date
