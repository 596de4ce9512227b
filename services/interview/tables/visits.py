"""Home visits that are due, and those that met nobody."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index, PrimaryKeyConstraint
from sqlmodel import Field

from services.interview.tables.base import Base


class HomeVisitDue(Base, table=True):
    """A person of the visit group who did not come in February."""

    __tablename__ = "home_visit_due"
    case_id: UUID = Field(primary_key=True, foreign_key="case_file.case_id")
    district: str
    subdistrict: str
    due_by: date
    listed_on: date
    policy_version: int


class VisitAttempt(Base, table=True):
    """A home visit that met nobody. Append only."""

    __tablename__ = "visit_attempt"
    __table_args__ = (PrimaryKeyConstraint("case_id", "attempt_no"), Index("visit_attempt_officer_day", "officer_id", "visited_on"))

    case_id: UUID = Field(foreign_key="case_file.case_id")
    attempt_no: int
    visited_on: date
    reason: str
    officer_id: UUID
    note: str
    recorded_by: str
    travelled_km: float | None
