"""The catalogue with its offerings and their seats, and the policy sets."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from services.plan.tables.base import Base, json_column, moment


class AgencyTable(Base, table=True):
    """An agency that runs programmes, by its short code; `ministry` is the one it belongs to or works with, or empty."""

    __tablename__ = "agency"
    code: str = Field(primary_key=True, sa_type=Text)
    name_th: str = Field(sa_type=Text)
    name_en: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    ministry: str = Field(sa_type=Text)
    source: str = Field(sa_type=Text)


class _ProgrammeContent(SQLModel):
    """What a version of a programme says."""

    dimension: str = Field(sa_type=Text)
    name_th: str = Field(sa_type=Text)
    name_en: str = Field(sa_type=Text)
    confidence: str = Field(sa_type=Text)
    active: bool
    valid_from: date
    valid_until: date | None = None
    gives_th: str = Field(sa_type=Text)
    gives_en: str = Field(sa_type=Text)
    papers: list[str] = Field(sa_type=ARRAY(Text))
    contact: str = Field(sa_type=Text)
    outcomes: list[str] = Field(sa_type=ARRAY(Text))
    source: str = Field(sa_type=Text)
    approval_reference: str = Field(sa_type=Text)


class ProgrammeTable(_ProgrammeContent, Base, table=True):
    """The newest version of each programme."""

    __tablename__ = "programme"
    code: str = Field(primary_key=True, sa_type=Text)
    version: int
    agency: str = Field(sa_type=Text, foreign_key="agency.code")
    conditions: list[dict[str, Any]] = Field(sa_column=json_column())
    examples: list[dict[str, Any]] = Field(sa_column=json_column())
    merits: dict[str, Any] = Field(sa_column=json_column())


class ProgrammeHistoryTable(_ProgrammeContent, Base, table=True):
    """Every version of every programme; append-only. Plans point here."""

    __tablename__ = "programme_history"
    code: str = Field(primary_key=True, sa_type=Text)
    version: int = Field(primary_key=True)
    agency: str = Field(sa_type=Text)
    conditions: list[dict[str, Any]] = Field(sa_column=json_column())
    examples: list[dict[str, Any]] = Field(sa_column=json_column())
    merits: dict[str, Any] = Field(sa_column=json_column())
    changed_by: str = Field(sa_type=Text)
    changed_at: datetime = Field(sa_column=moment())


class _OfferingContent(SQLModel):
    """What a version of an offering says."""

    programme_code: str = Field(sa_type=Text)
    province: str = Field(sa_type=Text)
    district: str | None = Field(default=None, sa_type=Text)
    place: str = Field(sa_type=Text)
    starts_on: date
    ends_on: date
    apply_until: date
    hours: int | None = None
    seats: int
    cost_baht: int
    kit: str | None = Field(default=None, sa_type=Text)
    kit_value_baht: int
    stipend_baht_a_day: int
    course_code: str | None = Field(default=None, sa_type=Text)
    active: bool
    synthetic: bool


class OfferingTable(_OfferingContent, Base, table=True):
    """Where and when programmes are given, as it is now."""

    __tablename__ = "offering"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on AND apply_until <= ends_on", name="offering_days"),
        CheckConstraint("seats >= 0 AND hours > 0 AND least(cost_baht, kit_value_baht, stipend_baht_a_day) >= 0", name="offering_amounts"),
        CheckConstraint("district IS NULL OR left(district, 2) = province", name="offering_area"),
        Index("offering_programme", "programme_code", "province", "offering_id"),
        Index("offering_open", "apply_until", postgresql_where=text("active")),
    )
    offering_id: UUID = Field(primary_key=True)
    programme_code: str = Field(sa_type=Text, foreign_key="programme.code")
    version: int


class OfferingHistoryTable(_OfferingContent, Base, table=True):
    """Every version of every offering, who made it and why; append-only."""

    __tablename__ = "offering_history"
    offering_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    changed_by: str = Field(sa_type=Text)
    changed_at: datetime = Field(sa_column=moment())
    why: str = Field(sa_type=Text)


class OfferingSeatTable(Base, table=True):
    """How many seats an offering has, and how many are taken: never more."""

    __tablename__ = "offering_seat"
    __table_args__ = (CheckConstraint("0 <= taken AND taken <= seats", name="offering_seat_never_overbooked"),)
    offering_id: UUID = Field(primary_key=True, foreign_key="offering.offering_id")
    seats: int
    taken: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})


class SeatHoldTable(Base, table=True):
    """Which line of which plan holds a seat; one at most."""

    __tablename__ = "seat_hold"
    __table_args__ = (Index("seat_hold_offering", "offering_id"),)
    plan_id: UUID = Field(primary_key=True)
    line_no: int = Field(primary_key=True)
    offering_id: UUID = Field(foreign_key="offering_seat.offering_id")
    held_at: datetime = Field(sa_column=moment())


class PolicyTable(Base, table=True):
    """Copy of the policy sets that payments published."""

    __tablename__ = "policy"
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    profile: str = Field(sa_type=Text)
    parameters: dict[str, Any] = Field(sa_column=json_column())
