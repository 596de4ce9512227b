"""What all tables of interview share."""

from typing import Any

from sqlalchemy import DateTime
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel


class Base(SQLModel, registry=registry()):
    """Tables of this service only."""


def moment(*, nullable: bool = False) -> Any:
    """A column of a moment in time."""
    return Field(sa_type=DateTime(timezone=True), nullable=nullable)


def json_column() -> Any:
    """A column of JSON, never null."""
    return Field(sa_type=JSONB, nullable=False)
