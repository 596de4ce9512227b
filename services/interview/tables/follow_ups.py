"""Contacts after the interview, and rounds that passed without one."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, PrimaryKeyConstraint
from sqlmodel import Field

from services.interview.tables.base import Base, json_column, moment


class FollowUp(Base, table=True):
    """A contact after the interview. Append only."""

    __tablename__ = "follow_up"
    __table_args__ = (Index("follow_up_case", "case_id", "contacted_on"),)

    follow_up_id: UUID = Field(primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.case_id")
    round: str
    contacted_on: date
    reached: bool
    officer_id: UUID
    job_status: str | None
    monthly_income_baht: int | None
    yearly_income_baht: int | None
    recommendation: str | None
    reasonable_cause: bool | None
    next_on: date | None
    form_version: str
    answers: dict[str, Any] = json_column()
    recorded_at: datetime = moment()
    recorded_by: str


class FollowUpOverdue(Base, table=True):
    """A round whose due day passed without a contact. Append only."""

    __tablename__ = "follow_up_overdue"
    __table_args__ = (PrimaryKeyConstraint("case_id", "round"),)

    case_id: UUID = Field(foreign_key="case_file.case_id")
    round: str
    due_by: date
    found_on: date
