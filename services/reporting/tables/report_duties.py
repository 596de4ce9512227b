"""Reports that are due, what was submitted of them, and what became of it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DateTime, Index, Text, UniqueConstraint
from sqlmodel import Field

from services.reporting.tables.base import Base


class ReportDue(Base, table=True):
    """A report that a duty-holder owes for a period, and where it stands. `officer_id` is set for those of account officers."""

    __tablename__ = "report_due"
    __table_args__ = (
        Index("report_due_area", "area", "due_on", "due_id"),
        Index("report_due_officer", "officer_id"),
        Index("report_due_waiting", "due_on", postgresql_where="status IN ('OPEN', 'RETURNED')"),
    )

    due_id: UUID = Field(primary_key=True)
    kind: str = Field(sa_type=Text)
    period: str = Field(sa_type=Text)
    level: str = Field(sa_type=Text)
    area: str = Field(sa_type=Text)
    officer_id: UUID | None
    due_on: date
    opened_on: date
    status: str = Field(sa_type=Text)
    version: int


class ReportSubmission(Base, table=True):
    """A snapshot that was submitted as a due report; append-only. `number` counts those of one due report."""

    __tablename__ = "report_submission"
    __table_args__ = (UniqueConstraint("due_id", "number"),)

    submission_id: UUID = Field(primary_key=True)
    due_id: UUID
    number: int
    snapshot_id: UUID
    submitted_by: str = Field(sa_type=Text)
    submitted_at: datetime = Field(sa_type=DateTime(timezone=True))
    late: bool
    remarks: str = Field(sa_type=Text)


class ReportReview(Base, table=True):
    """What the next level said of a submission; append-only. The table takes none by who submitted it."""

    __tablename__ = "report_review"

    submission_id: UUID = Field(primary_key=True)
    decision: str = Field(sa_type=Text)
    submitted_by: str = Field(sa_type=Text)
    reviewed_by: str = Field(sa_type=Text)
    reviewed_at: datetime = Field(sa_type=DateTime(timezone=True))
    remarks: str = Field(sa_type=Text)


class ReportReminder(Base, table=True):
    """A reminder that was told, by days from the due day; append-only."""

    __tablename__ = "report_reminder"

    due_id: UUID = Field(primary_key=True)
    days: int = Field(primary_key=True)
    told_on: date
