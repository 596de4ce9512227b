"""Home visits that are due and the lists that say so, those that met nobody, and those that are overdue."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index, PrimaryKeyConstraint
from sqlmodel import Field

from services.interview.tables.base import Base


class HomeVisitList(Base, table=True):
    """A list of home visits that a district made: when, by whom, by which policy, and how many were new on it. Append only."""

    __tablename__ = "home_visit_list"
    __table_args__ = (Index("home_visit_list_district", "district", "list_id"),)

    list_id: UUID = Field(primary_key=True)
    district: str
    listed_on: date
    made_by: str
    policy_version: int
    no_wish_by: date
    due_by: date
    cases: int


class HomeVisitDue(Base, table=True):
    """A person of the visit group who did not come in February; age and tier are those that put them on the list."""

    __tablename__ = "home_visit_due"
    case_id: UUID = Field(primary_key=True, foreign_key="case_file.case_id")
    list_id: UUID = Field(foreign_key="home_visit_list.list_id")
    district: str
    subdistrict: str
    age: int
    tier: str
    due_by: date
    listed_on: date
    policy_version: int


class VisitAttempt(Base, table=True):
    """A home visit that met nobody, or brought a refusal, and what was to follow from it. Append only."""

    __tablename__ = "visit_attempt"
    __table_args__ = (PrimaryKeyConstraint("case_id", "attempt_no"), Index("visit_attempt_officer_day", "officer_id", "visited_on"))

    case_id: UUID = Field(foreign_key="case_file.case_id")
    attempt_no: int
    visited_on: date
    reason: str
    officer_id: UUID
    note: str
    next_step: str | None = None
    again_on: date | None = None
    recorded_by: str
    travelled_km: float | None


class HomeVisitOverdue(Base, table=True):
    """A visit that rose to a level because it was not made in time. Append only."""

    __tablename__ = "home_visit_overdue"
    __table_args__ = (PrimaryKeyConstraint("case_id", "level"),)

    case_id: UUID = Field(foreign_key="case_file.case_id")
    level: str
    due_by: date
    found_on: date
