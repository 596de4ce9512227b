"""Officers and meeting places."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DateTime, Index, UniqueConstraint
from sqlmodel import Field

from services.interview.tables.base import Base


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
