"""Notices to people."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.registry.tables.base import MOMENT, Base


class Notice(Base, table=True):
    """What a person is to be told, once for each (source, notice_key). Neither phone nor text is kept: both are made when it is sent."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("source", "notice_key", name="notice_once"),
        Index("notice_holder", "holder_id", "notice_id"),
        Index("notice_due", "next_at", postgresql_where=text("status = 'REQUESTED'")),
        Index("notice_in_doubt", "lease_until", postgresql_where=text("status = 'SENDING'")),
        Index("notice_status", "status", "notice_id"),
    )
    notice_id: UUID = Field(primary_key=True)
    source: str = Field(sa_type=Text)
    notice_key: str = Field(sa_type=Text)
    holder_id: UUID
    template: str = Field(sa_type=Text)
    template_version: int
    parameters: dict[str, str] = Field(sa_column=Column(JSONB, nullable=False))
    expires_at: datetime | None = Field(sa_type=MOMENT)
    next_at: datetime = Field(sa_type=MOMENT)
    status: str = Field(sa_type=Text)
    reason: str | None = Field(sa_type=Text)
    version: int
    attempts: int
    lease_until: datetime | None = Field(sa_type=MOMENT)
    requested_at: datetime = Field(sa_type=MOMENT)
    changed_at: datetime = Field(sa_type=MOMENT)


class NoticeHistory(Base, table=True):
    """Each state of a notice. Append-only."""

    __tablename__ = "notice_history"
    notice_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    status: str = Field(sa_type=Text)
    reason: str | None = Field(sa_type=Text)
    at: datetime = Field(sa_type=MOMENT)
