"""The catalogue and the policy sets."""

from datetime import datetime
from typing import Any

from sqlalchemy import Text
from sqlmodel import Field

from services.plan.tables.base import Base, json_column, moment


class AgencyTable(Base, table=True):
    """An agency that runs programmes, by its short code."""

    __tablename__ = "agency"
    code: str = Field(primary_key=True, sa_type=Text)
    name_th: str = Field(sa_type=Text)
    name_en: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)


class ProgrammeTable(Base, table=True):
    """The catalogue as it is now."""

    __tablename__ = "programme"
    code: str = Field(primary_key=True, sa_type=Text)
    version: int
    dimension: str = Field(sa_type=Text)
    name_th: str = Field(sa_type=Text)
    name_en: str = Field(sa_type=Text)
    agency: str = Field(sa_type=Text, foreign_key="agency.code")
    confidence: str = Field(sa_type=Text)
    active: bool
    conditions: dict[str, Any] = Field(sa_column=json_column())
    approval_reference: str = Field(sa_type=Text)


class ProgrammeHistoryTable(Base, table=True):
    """Every version of every programme; append-only. Plans point here."""

    __tablename__ = "programme_history"
    code: str = Field(primary_key=True, sa_type=Text)
    version: int = Field(primary_key=True)
    dimension: str = Field(sa_type=Text)
    name_th: str = Field(sa_type=Text)
    name_en: str = Field(sa_type=Text)
    agency: str = Field(sa_type=Text)
    confidence: str = Field(sa_type=Text)
    active: bool
    conditions: dict[str, Any] = Field(sa_column=json_column())
    approval_reference: str = Field(sa_type=Text)
    changed_by: str = Field(sa_type=Text)
    changed_at: datetime = Field(sa_column=moment())


class PolicyTable(Base, table=True):
    """Copy of the policy sets that payments published."""

    __tablename__ = "policy"
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    profile: str = Field(sa_type=Text)
    parameters: dict[str, Any] = Field(sa_column=json_column())
