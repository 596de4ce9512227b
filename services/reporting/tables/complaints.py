"""Complaints of card holders."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index, Text
from sqlmodel import Field

from services.reporting.tables.base import Base


class Complaint(Base, table=True):
    """A complaint: where and about what, and its last answer. Nobody's: interview tells of no person."""

    __tablename__ = "complaint"
    __table_args__ = (Index("complaint_district", "district"),)

    complaint_id: UUID = Field(primary_key=True)
    category: str | None = Field(sa_type=Text)
    channel: str | None = Field(sa_type=Text)
    district: str | None = Field(sa_type=Text)
    received_on: date | None
    due_on: date | None
    answer_version: int | None
    answered_on: date | None
    answer_due_on: date | None


class ComplaintEscalation(Base, table=True):
    """That a complaint rose, why, and until when the level that has it now answers."""

    __tablename__ = "complaint_escalation"

    complaint_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    reason: str = Field(sa_type=Text)
    level: str = Field(sa_type=Text)
    due_on: date
