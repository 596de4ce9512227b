"""What the tables of payments are made of."""

from typing import Any

from sqlalchemy import ARRAY, BigInteger, Column, Date, DateTime, ForeignKey, Identity, MetaData, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import SQLModel


class Base(SQLModel):
    """Base of the tables, with MetaData of their own."""

    metadata = MetaData()


def text_(*, key: bool = False, needed: bool = True, default: str | None = None) -> Any:
    """Text."""
    return Column(Text, primary_key=key, nullable=not (needed or key), server_default=default)


def big(default: str | None = None) -> Any:
    """A bigint that must be there."""
    return Column(BigInteger, nullable=False, server_default=default and text(default))


def small(*, key: bool = False, needed: bool = True, default: str | None = None) -> Any:
    """A smallint."""
    return Column(
        SmallInteger, primary_key=key, autoincrement=False, nullable=not (needed or key), server_default=default and text(default)
    )


def json(default: str | None = None, *, needed: bool = True) -> Any:
    """A jsonb."""
    return Column(JSONB, nullable=not needed, server_default=default and text(f"'{default}'::jsonb"))


def moment(*, needed: bool = True) -> Any:
    """A moment with its time zone."""
    return Column(DateTime(timezone=True), nullable=not needed)


def number(*, key: bool = True) -> Any:
    """A number that the database gives."""
    return Column(BigInteger, Identity(always=True), primary_key=key, nullable=False)


def months() -> Any:
    """Months, as their first days."""
    return Column(ARRAY(Date), nullable=False)


def programme(default: str | None = "TOP_UP_2561") -> Any:
    """The programme that the row belongs to."""
    return Column(ForeignKey("programme.programme"), nullable=False, server_default=default)


def run(*, key: bool = False) -> Any:
    """The run that the row belongs to."""
    return Column(ForeignKey("run.run_id"), primary_key=key, nullable=False)


def zero() -> dict[str, Any]:
    """Zero where nothing is given."""
    return {"server_default": text("0")}
