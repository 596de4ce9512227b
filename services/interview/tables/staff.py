"""Officers and meeting places."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Date, DateTime, Index, Integer, PrimaryKeyConstraint, String, UniqueConstraint
from sqlmodel import Field

from services.interview.tables.base import Base, json_column, moment


class Officer(Base, table=True):
    """An officer of a district team; `staff_no` is the number that their employer gave them, `left_…` who noted when and why they left."""

    __tablename__ = "officer"
    __table_args__ = (
        UniqueConstraint("employer", "staff_no", name="officer_staff_no"),
        Index("officer_district", "district", "officer_id"),
    )

    officer_id: UUID = Field(primary_key=True)
    version: int
    district: str
    employer: str
    staff_no: str
    active: bool
    left_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    left_by: str | None = None
    left_why: str | None = None
    languages: list[str] = Field(sa_type=ARRAY(String), nullable=False)
    caseload_max: int | None
    subdistricts: list[str] = Field(sa_type=ARRAY(String), nullable=False)


class OfficerHistory(Base, table=True):
    """Who changed what of an officer, by the version that it made. Append only."""

    __tablename__ = "officer_history"
    __table_args__ = (PrimaryKeyConstraint("officer_id", "version"),)

    officer_id: UUID = Field(foreign_key="officer.officer_id")
    version: int
    what: str
    at: datetime = moment()
    by: str
    details: dict[str, Any] = json_column()


class OfficerAbsence(Base, table=True):
    """Days on which an officer is given no case; both days belong to it."""

    __tablename__ = "officer_absence"
    __table_args__ = (Index("officer_absence_officer", "officer_id", "to_on"),)

    absence_id: UUID = Field(primary_key=True)
    officer_id: UUID = Field(foreign_key="officer.officer_id")
    version: int
    from_on: date
    to_on: date
    kind: str


class MeetingPlace(Base, table=True):
    """Where people may come in February."""

    __tablename__ = "meeting_place"
    __table_args__ = (Index("meeting_place_district", "district", "place_id"),)

    place_id: UUID = Field(primary_key=True)
    version: int
    district: str
    subdistrict: str
    name: str
    opens_on: date
    closes_on: date
    capacity_per_day: int
    latitude: float | None
    longitude: float | None
    weekdays: list[int] | None = Field(sa_type=ARRAY(Integer))
    days: list[date] | None = Field(sa_type=ARRAY(Date))
    opens_at: str | None
    closes_at: str | None
