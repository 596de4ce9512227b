"""The days of meeting places: the queue, who could state no wish, and how the day was closed."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Identity, Index, PrimaryKeyConstraint, UniqueConstraint, text
from sqlmodel import Field

from services.interview.tables.base import Base, json_column, moment


class PlaceDay(Base, table=True):
    """One day of a place, from its first ticket or slip. Closed, it takes nothing more."""

    __tablename__ = "place_day"
    __table_args__ = (PrimaryKeyConstraint("place_id", "day"),)

    place_id: UUID = Field(foreign_key="meeting_place.place_id")
    day: date
    version: int
    closed: bool
    last_number: int


class PlaceDayEntry(Base, table=True):
    """A closing or a reopening of a day: who signed what, and when. Append only."""

    __tablename__ = "place_day_entry"
    __table_args__ = (UniqueConstraint("place_id", "day", "version", name="place_day_entry_version"),)

    entry_id: UUID = Field(primary_key=True)
    place_id: UUID = Field(foreign_key="meeting_place.place_id")
    day: date
    version: int
    kind: str
    statement: dict[str, Any] = json_column()
    statement_hash: str
    signed_by: str
    signed_at: datetime = moment()


class QueueTicket(Base, table=True):
    """A number that a person took. It names nobody; the slip that was recorded with it does."""

    __tablename__ = "queue_ticket"
    __table_args__ = (
        UniqueConstraint("place_id", "day", "number", name="queue_ticket_number"),
        Index("queue_ticket_intent", "intent_id"),
        Index("queue_ticket_waiting", "place_id", "day", "number", postgresql_where=text("status = 'WAITING'")),
    )

    ticket_id: UUID = Field(primary_key=True)
    place_id: UUID = Field(foreign_key="meeting_place.place_id")
    day: date
    number: int
    status: str
    taken_at: datetime = moment()
    called_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    counter: str | None = None
    ended_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    intent_id: UUID | None = None


class RefusedIntake(Base, table=True):
    """That somebody could state no wish, and why: who it was is not kept. `request_id` makes a request that is sent again count once."""

    __tablename__ = "refused_intake"
    __table_args__ = (
        UniqueConstraint("request_id", name="refused_intake_request"),
        Index("refused_intake_day", "district", "day"),
        Index("refused_intake_place", "place_id", "day"),
    )

    seq: int | None = Field(default=None, sa_type=BigInteger, primary_key=True, sa_column_args=(Identity(always=True),))
    request_id: UUID
    district: str | None
    place_id: UUID | None
    day: date
    reason: str
