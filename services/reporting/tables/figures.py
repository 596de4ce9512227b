"""Imports that were told, and the figures that were kept."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Identity, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
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
    """A frozen report; append-only. `content` is canonical JSON that holds the hash of the snapshot before it.

    `signature` is a detached JWS over it (none of those frozen before there were any); the editions of one `series` count from 1;
    `officer_id` is set where the figures are those of one account officer's cases.
    """

    __tablename__ = "snapshot"
    __table_args__ = (
        Index("snapshot_area", "area", "seq"),
        Index("snapshot_edition", "series", "edition", unique=True),
        Index("snapshot_officer", "officer_id", "seq"),
    )

    seq: int = Field(primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),))
    snapshot_id: UUID = Field(unique=True)
    report: str = Field(sa_type=Text)
    area: str = Field(sa_type=Text)
    as_of: datetime = Field(sa_type=DateTime(timezone=True))
    content: str = Field(sa_type=Text)
    content_hash: str = Field(sa_type=Text)
    prev_hash: str = Field(sa_type=Text)
    taken_by: str = Field(sa_type=Text)
    signature: str | None = Field(sa_type=Text)
    series: str | None = Field(sa_type=Text)
    edition: int
    officer_id: UUID | None


class SnapshotRederivation(Base, table=True):
    """What came of deriving a snapshot again from the events up to its position; append-only."""

    __tablename__ = "snapshot_rederivation"
    __table_args__ = (Index("snapshot_rederivation_snapshot", "snapshot_id"),)

    rederivation_id: UUID = Field(primary_key=True)
    snapshot_id: UUID
    outcome: str = Field(sa_type=Text)
    differences: list[str] = Field(sa_type=JSONB)
    gone: list[dict[str, Any]] = Field(sa_type=JSONB)
    events: int = Field(sa_type=BigInteger)
    asked_by: str = Field(sa_type=Text)
    ended_at: datetime = Field(sa_type=DateTime(timezone=True))
