"""Copies of officers, places, programmes and policies."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.reporting.tables.base import Base


class Officer(Base, table=True):
    """Copy of interview's officers."""

    __tablename__ = "officer"

    officer_id: UUID = Field(primary_key=True)
    version: int
    district: str = Field(sa_type=Text)
    employer: str = Field(sa_type=Text)
    active: bool


class Place(Base, table=True):
    """Copy of interview's meeting places, for labels."""

    __tablename__ = "place"

    place_id: UUID = Field(primary_key=True)
    version: int
    district: str = Field(sa_type=Text)
    title: str = Field(sa_type=Text)


class Programme(Base, table=True):
    """Copy of plan's catalogue, for labels."""

    __tablename__ = "programme"

    code: str = Field(primary_key=True, sa_type=Text)
    version: int
    dimension: str = Field(sa_type=Text)
    title_th: str = Field(sa_type=Text)
    title_en: str = Field(sa_type=Text)
    agency: str = Field(sa_type=Text)


class Offering(Base, table=True):
    """Copy of plan's offerings: where and when a programme is given, and to how many."""

    __tablename__ = "offering"

    offering_id: UUID = Field(primary_key=True)
    version: int
    programme: str = Field(sa_type=Text)
    dimension: str = Field(sa_type=Text)
    agency: str = Field(sa_type=Text)
    province: str = Field(sa_type=Text)
    district: str = Field(sa_type=Text)
    starts_on: date
    ends_on: date
    seats: int
    active: bool
    synthetic: bool


class Policy(Base, table=True):
    """Copy of payments' policy sets."""

    __tablename__ = "policy"

    profile: str = Field(primary_key=True, sa_type=Text)
    version: int = Field(primary_key=True)
    published_on: date
    parameters: dict[str, Any] = Field(sa_type=JSONB)
