"""Interviews (annex 3)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from services.interview.tables.base import Base, json_column, moment


class Interview(Base, table=True):
    """An interview (annex 3). `answers` is schemas.interviews.Answers; health and debts are sealed."""

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
    answers: dict[str, Any] = json_column()
    health_sealed: bytes
    debts_sealed: bytes
    recorded_at: datetime = moment()
    recorded_by: str
