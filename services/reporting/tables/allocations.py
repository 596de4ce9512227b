"""Seats that were given out by province and month."""

from typing import Any

from sqlalchemy import Column, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.reporting.tables.base import Base


class UnmetNeed(Base, table=True):
    """Wishes for seats of one district and month as the newest allocation left them: counts by programme, and nobody."""

    __tablename__ = "unmet_need"

    district: str = Field(primary_key=True, sa_type=Text)
    month: str = Field(primary_key=True, sa_type=Text)
    number: int
    programmes: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
