"""Imports that were told, and the figures that were kept."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Identity, Index, Text
from sqlmodel import Field

from services.reporting.tables.base import Base


class RegistryImport(Base, table=True):
    """An import of the registry that ended."""

    __tablename__ = "registry_import"

    import_id: UUID = Field(primary_key=True)
    completed_on: date
    lines: int = Field(sa_type=BigInteger)
    registered: int = Field(sa_type=BigInteger)
    updated: int = Field(sa_type=BigInteger)
    unchanged: int = Field(sa_type=BigInteger)
    rejected: int = Field(sa_type=BigInteger)


class Snapshot(Base, table=True):
    """A frozen report; append-only. `content` is canonical JSON that holds the hash of the snapshot before it."""

    __tablename__ = "snapshot"
    __table_args__ = (Index("snapshot_area", "area", "seq"),)

    seq: int = Field(primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),))
    snapshot_id: UUID = Field(unique=True)
    report: str = Field(sa_type=Text)
    area: str = Field(sa_type=Text)
    as_of: datetime = Field(sa_type=DateTime(timezone=True))
    content: str = Field(sa_type=Text)
    content_hash: str = Field(sa_type=Text)
    prev_hash: str = Field(sa_type=Text)
    taken_by: str = Field(sa_type=Text)
