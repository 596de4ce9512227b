"""What people are to be told."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from services.interview.tables.base import Base, json_column, moment


class Notice(Base, table=True):
    """What a person is to be told about their case, and what the registry says became of it; version 0 until it has said something."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("notice_holder", "holder_id", "notice_key"),
        Index("notice_not_brought", "notice_key", postgresql_where=text("status IN ('FAILED', 'REFUSED')")),
    )

    notice_key: str = Field(primary_key=True)
    holder_id: UUID
    template: str
    parameters: dict[str, str] = json_column()
    version: int
    status: str
    reason: str | None
    changed_at: datetime = moment()
