"""Code lists, every version; append-only."""

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Column, Field

from services.plan.tables.base import Base, moment


class CodeListTable(Base, table=True):
    """A version of a list; append-only."""

    __tablename__ = "code_list"
    __table_args__ = (UniqueConstraint("code_list", "valid_from"),)
    code_list: str = Field(primary_key=True, sa_type=Text)
    version: int = Field(primary_key=True)
    label: str = Field(sa_type=Text)
    valid_from: date
    source: str = Field(sa_type=Text)
    approval_reference: str = Field(sa_type=Text)
    changed_by: str = Field(sa_type=Text)
    changed_at: datetime = Field(sa_column=moment())


class CodeTable(Base, table=True):
    """A code of a version; append-only."""

    __tablename__ = "code"
    __table_args__ = (ForeignKeyConstraint(["code_list", "version"], ["code_list.code_list", "code_list.version"]),)
    code_list: str = Field(primary_key=True, sa_type=Text)
    version: int = Field(primary_key=True)
    code: str = Field(primary_key=True, sa_type=Text)
    title_th: str = Field(sa_type=Text)
    title_en: str = Field(sa_type=Text)
    hours: int | None = None


class RetiredCodeTable(Base, table=True):
    """A code that this version no longer has, and which stand for it; append-only."""

    __tablename__ = "retired_code"
    __table_args__ = (ForeignKeyConstraint(["code_list", "version"], ["code_list.code_list", "code_list.version"]),)
    code_list: str = Field(primary_key=True, sa_type=Text)
    version: int = Field(primary_key=True)
    code: str = Field(primary_key=True, sa_type=Text)
    becomes: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
