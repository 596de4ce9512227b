"""The copy of what payments published."""

from datetime import date

from sqlalchemy import Column, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.registry.tables.base import Base


class Policy(Base, table=True):
    """The copy of the policy sets that payments published; the one of the highest version holds."""

    __tablename__ = "policy"

    version: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    profile: str = Field(sa_type=Text)
    published_on: date
    parameters: dict[str, object] = Field(sa_column=Column(JSONB, nullable=False))
