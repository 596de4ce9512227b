"""Allocations of scarce seats: previews, and what became of them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from services.plan.tables.base import Base, moment


class SeatAllocationTable(Base, table=True):
    """One allocation of the seats of a province's month; one at a time is prepared or applied. Whoever asked for it does not apply it."""

    __tablename__ = "seat_allocation"
    __table_args__ = (
        UniqueConstraint("province", "month", "number", name="seat_allocation_number"),
        CheckConstraint("applied_by <> asked_by", name="seat_allocation_two_persons"),
        Index("seat_allocation_under_way", "province", "month", unique=True, postgresql_where=text("status IN ('PREPARING', 'APPLYING')")),
    )
    allocation_id: UUID = Field(primary_key=True)
    province: str = Field(sa_type=Text)
    month: date
    number: int
    status: str = Field(sa_type=Text)
    version: int
    day: date
    rules_from: date
    asked_by: str = Field(sa_type=Text)
    asked_at: datetime = Field(sa_column=moment())
    applied_by: str | None = Field(default=None, sa_type=Text)
    applied_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    offerings: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    seats: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    wishes: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    given: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    total_points: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")})
    bound_points: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")})


class SeatAllocationLineTable(Base, table=True):
    """What one line that wished for a seat got in one allocation, and why; the outcome once it was applied."""

    __tablename__ = "seat_allocation_line"
    __table_args__ = (
        ForeignKeyConstraint(["plan_id", "line_no"], ["plan_line.plan_id", "plan_line.line_no"]),
        CheckConstraint("outcome IS NULL OR offering_id IS NOT NULL", name="seat_allocation_line_outcome"),
        Index(
            "seat_allocation_line_to_give",
            "allocation_id",
            "plan_id",
            postgresql_where=text("offering_id IS NOT NULL AND outcome IS NULL"),
        ),
        Index("seat_allocation_line_holder", "holder_id"),
    )
    allocation_id: UUID = Field(primary_key=True, foreign_key="seat_allocation.allocation_id")
    plan_id: UUID = Field(primary_key=True)
    line_no: int = Field(primary_key=True)
    holder_id: UUID
    programme_code: str = Field(sa_type=Text)
    district: str = Field(sa_type=Text)
    fit: int | None = None
    need: int | None = None
    waiting: int | None = None
    nearness: int
    offering_id: UUID | None = Field(default=None, foreign_key="offering.offering_id")
    why: list[str] = Field(sa_type=ARRAY(Text))
    least: int | None = None
    outcome: str | None = Field(default=None, sa_type=Text)
