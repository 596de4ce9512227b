"""Copies of the code lists that plan publishes; a version never changes."""

from datetime import date
from typing import Any

from sqlmodel import Field

from services.interview.tables.base import Base, json_column


class CodeList(Base, table=True):
    """A version of a list, for forms filled in from `valid_from` on."""

    __tablename__ = "code_list"

    code_list: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    label: str
    valid_from: date


class ListedCode(Base, table=True):
    """A code of a version."""

    __tablename__ = "listed_code"

    code_list: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    code: str = Field(primary_key=True)
    title_th: str
    title_en: str
    hours: int | None


class RetiredCode(Base, table=True):
    """A code that the version no longer has, and which stand for it."""

    __tablename__ = "retired_code"

    code_list: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    code: str = Field(primary_key=True)
    becomes: list[Any] = json_column()
