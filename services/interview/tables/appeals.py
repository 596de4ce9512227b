"""Who did not develop by what plan told, and appeals against decisions."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.interview.tables.base import Base, json_column, moment


class DevelopmentFailure(Base, table=True):
    """Copy of what plan told of a plan that came to nothing: the facts, and no judgement."""

    __tablename__ = "development_failure"
    __table_args__ = (Index("development_failure_holder", "holder_id"),)

    plan_id: UUID = Field(primary_key=True)
    holder_id: UUID
    failure: str
    failed_on: date
    lines: list[dict[str, Any]] = json_column()


class Appeal(Base, table=True):
    """An appeal against a decision, and what was decided on it. One decision has one."""

    __tablename__ = "appeal"
    __table_args__ = (Index("appeal_case", "case_id"),)

    appeal_id: UUID = Field(primary_key=True)
    decision_id: UUID = Field(foreign_key="decision.decision_id", unique=True)
    case_id: UUID = Field(foreign_key="case_file.case_id")
    received_on: date
    due_on: date
    grounds_sealed: str | None
    recorded_by: str
    recorded_at: datetime = moment()
    granted: bool | None
    decided_on: date | None
    committee: str | None
    reference: str | None
    reinstated_by: UUID | None
    decided_by: str | None
