"""The district teams that governors appoint, and who serves when and where."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint, UniqueConstraint, text
from sqlmodel import Field

from services.interview.tables.base import Base, moment


class Team(Base, table=True):
    """An appointment of a district's team; the one of the highest version stands. Append only."""

    __tablename__ = "team"
    __table_args__ = (PrimaryKeyConstraint("district", "version"), UniqueConstraint("district", "order_no", name="team_order"))

    district: str
    version: int
    order_no: str
    ordered_on: date
    head_id: UUID = Field(foreign_key="officer.officer_id")
    appointed_by: str
    appointed_at: datetime = moment()


class TeamMember(Base, table=True):
    """What an officer does in the team of an appointment. Append only."""

    __tablename__ = "team_member"
    __table_args__ = (
        PrimaryKeyConstraint("district", "version", "officer_id", "duty"),
        ForeignKeyConstraint(["district", "version"], ["team.district", "team.version"]),
    )

    district: str
    version: int
    officer_id: UUID = Field(foreign_key="officer.officer_id")
    duty: str


class RosterEntry(Base, table=True):
    """On which days an officer serves: intake at a meeting place, or as account officer or co-interviewer in the district."""

    __tablename__ = "roster_entry"
    __table_args__ = (
        Index("roster_entry_district", "district", "entry_id"),
        Index("roster_entry_officer", "officer_id", postgresql_where=text("NOT cancelled")),
    )

    entry_id: UUID = Field(primary_key=True)
    district: str
    officer_id: UUID = Field(foreign_key="officer.officer_id")
    duty: str
    place_id: UUID | None = Field(foreign_key="meeting_place.place_id")
    from_on: date
    to_on: date
    version: int
    cancelled: bool
    changed_by: str
    changed_at: datetime = moment()
