"""Spot checks of interviews: what was drawn, and what was found. All append only."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, PrimaryKeyConstraint, UniqueConstraint
from sqlmodel import Field

from services.interview.tables.base import Base, json_column, moment


class SpotCheckDraw(Base, table=True):
    """A sample of a district's interviews of some days. `strata` says of each officer how many were eligible, how many were drawn."""

    __tablename__ = "spot_check_draw"
    __table_args__ = (Index("spot_check_draw_district", "district", "draw_id"),)

    draw_id: UUID = Field(primary_key=True)
    district: str
    from_day: date
    to_day: date
    seed: str
    eligible: int
    drawn: int
    strata: list[dict[str, Any]] = json_column()
    drawn_at: datetime = moment()
    drawn_by: str


class SpotCheck(Base, table=True):
    """One interview that was drawn. Nobody's is drawn twice; `officer_id` is who interviewed."""

    __tablename__ = "spot_check"
    __table_args__ = (
        UniqueConstraint("interview_id", name="spot_check_interview"),
        UniqueConstraint("case_id", name="spot_check_case"),
        Index("spot_check_district", "district", "check_id"),
        Index("spot_check_draw_checks", "draw_id", "check_id"),
        Index("spot_check_officer", "officer_id", "check_id"),
    )

    check_id: UUID = Field(primary_key=True)
    draw_id: UUID = Field(foreign_key="spot_check_draw.draw_id")
    district: str
    interview_id: UUID = Field(foreign_key="interview.interview_id")
    case_id: UUID = Field(foreign_key="case_file.case_id")
    officer_id: UUID


class SpotCheckAssignment(Base, table=True):
    """To which officer a check was given to carry out; the last counts."""

    __tablename__ = "spot_check_assignment"
    __table_args__ = (PrimaryKeyConstraint("check_id", "assignment_no"), Index("spot_check_assignment_checker", "checker_id", "check_id"))

    check_id: UUID = Field(foreign_key="spot_check.check_id")
    assignment_no: int
    checker_id: UUID
    assigned_at: datetime = moment()
    assigned_by: str


class SpotCheckResult(Base, table=True):
    """What a check found; who was not met is tried again, the last counts. `interviews` is how many the case had: one more is the revision."""

    __tablename__ = "spot_check_result"
    __table_args__ = (PrimaryKeyConstraint("check_id", "result_no"),)

    check_id: UUID = Field(foreign_key="spot_check.check_id")
    result_no: int
    result: str
    checked_on: date
    checker_id: UUID | None
    interviews: int
    form_version: str
    answers: dict[str, Any] = json_column()
    remarks_sealed: bytes | None
    recorded_at: datetime = moment()
    recorded_by: str
