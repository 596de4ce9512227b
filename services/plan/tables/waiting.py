"""Who waits for a seat of an offering that is full."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, DateTime, ForeignKeyConstraint, Index, Text, text
from sqlmodel import Field

from services.plan.tables.base import Base, moment, number_key

_WAITING = text("status = 'WAITING'")


class SeatWaitingTable(Base, table=True):
    """A line's place on the waiting list; the number is the order. WAITING until it got a seat (SEATED) or LEFT."""

    __tablename__ = "seat_waiting"
    __table_args__ = (
        ForeignKeyConstraint(["plan_id", "line_no"], ["plan_line.plan_id", "plan_line.line_no"]),
        Index("seat_waiting_line", "plan_id", "line_no", unique=True, postgresql_where=_WAITING),
        Index("seat_waiting_offering", "offering_id", "number", postgresql_where=_WAITING),
    )
    number: int = Field(sa_column=number_key())
    offering_id: UUID
    plan_id: UUID
    line_no: int
    holder_id: UUID
    status: str = Field(sa_type=Text)
    since: datetime = Field(sa_column=moment())
    ended_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    ended_reason: str | None = Field(default=None, sa_type=Text)
