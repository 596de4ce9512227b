"""Complaints of card holders."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, PrimaryKeyConstraint, UniqueConstraint, text
from sqlmodel import Field

from services.interview.tables.base import Base, moment


class Complaint(Base, table=True):
    """A complaint; who complains is a holder, or `person_sealed`, or nobody known. What was said and answered is sealed."""

    __tablename__ = "complaint"
    __table_args__ = (
        UniqueConstraint("reference", name="complaint_reference"),
        Index("complaint_district", "district", "complaint_id"),
        Index("complaint_holder", "holder_id", postgresql_where=text("holder_id IS NOT NULL")),
        Index(
            "complaint_running",
            "due_on",
            "complaint_id",
            postgresql_where=text("state IN ('RECEIVED', 'IN_HAND', 'ESCALATED') AND level <> 'PROVINCE'"),
        ),
    )

    complaint_id: UUID = Field(primary_key=True)
    version: int
    reference: str
    state: str
    level: str
    category: str
    channel: str
    district: str
    holder_id: UUID | None
    about_officer_id: UUID | None
    received_on: date
    due_on: date
    answered_on: date | None
    closed_on: date | None
    person_sealed: bytes | None
    text_sealed: bytes
    answer_sealed: bytes | None
    recorded_by: str


class ComplaintHistory(Base, table=True):
    """What happened to a complaint, who had it in hand and until when. Append only."""

    __tablename__ = "complaint_history"
    __table_args__ = (PrimaryKeyConstraint("complaint_id", "version"),)

    complaint_id: UUID = Field(foreign_key="complaint.complaint_id")
    version: int
    step: str
    from_state: str | None
    to_state: str
    level: str
    due_on: date
    at: datetime = moment()
    by: str
