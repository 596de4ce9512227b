"""Interviews (annex 3)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from services.interview.tables.base import Base, json_column, moment


class Interview(Base, table=True):
    """An interview (annex 3) under a version of its form. `answers` are those that the form does not mark as sensitive; those are sealed.

    `proposed` is what the diagnosis rules proposed: rules_version, problems, approach. A later revision has its reason.
    """

    __tablename__ = "interview"
    __table_args__ = (UniqueConstraint("case_id", "revision", name="interview_revision"),)

    interview_id: UUID = Field(primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.case_id")
    holder_id: UUID
    revision: int
    interviewed_on: date
    channel: str
    officer_id: UUID
    co_interviewer_id: UUID | None
    district: str
    subdistrict: str
    answer: str
    approach: str | None
    occupation: str
    second_occupation: str | None
    income_now_baht: int
    specialist_asked: bool
    form_version: str
    code_lists: dict[str, Any] = json_column()
    answers: dict[str, Any] = json_column()
    health_sealed: bytes
    debts_sealed: bytes
    proposed: dict[str, Any] = json_column()
    revision_reason: str | None
    amends: UUID | None
    recorded_at: datetime = moment()
    recorded_by: str


class InterviewDraft(Base, table=True):
    """What an officer has of an interview that is not complete, sealed as a whole; emptied when it ends."""

    __tablename__ = "interview_draft"
    __table_args__ = (Index("interview_draft_open", "saved_at", "case_id", postgresql_where=text("ended_at IS NULL")),)

    case_id: UUID = Field(primary_key=True, foreign_key="case_file.case_id")
    version: int
    form_version: str
    content_sealed: bytes | None
    saved_at: datetime = moment()
    saved_by: str
    expires_on: date
    ended_at: datetime | None = moment(nullable=True)
    end_reason: str | None
