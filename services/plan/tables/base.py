"""What the tables of plan share."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Identity, MetaData
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import SQLModel


class Base(SQLModel):
    """Base of the tables, with MetaData of their own."""

    metadata = MetaData()


def json_column() -> Column[Any]:
    """A column of JSON, never null."""
    return Column(JSONB, nullable=False)


def moment() -> Column[datetime]:
    """A column of a moment in time, never null."""
    return Column(DateTime(timezone=True), nullable=False)


def number_key() -> Column[int]:
    """The number that the database gives to each row, as its key."""
    return Column(BigInteger, Identity(always=True), primary_key=True)
