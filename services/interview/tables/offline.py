"""Devices of officers who work without a network, what came from them, and the packs they took."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Index, PrimaryKeyConstraint, UniqueConstraint
from sqlmodel import Field

from services.interview.tables.base import Base, json_column, moment


class Device(Base, table=True):
    """A device of an account officer; `last_seq` is the last operation of it that has been answered."""

    __tablename__ = "device"
    __table_args__ = (Index("device_officer", "officer_id", "device_id"),)

    device_id: UUID = Field(primary_key=True)
    officer_id: UUID = Field(foreign_key="officer.officer_id")
    name: str
    public_key: dict[str, Any] = json_column()
    registered_at: datetime = moment()
    registered_by: str
    revoked_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    revoked_by: str | None = None
    revoked_why: str | None = None
    last_seq: int = Field(sa_type=BigInteger)
    last_sync_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    clock_offset_seconds: int | None = None


class SyncOperation(Base, table=True):
    """What was made without a network and has been applied, or given up by choice. Append only; ids and states alone."""

    __tablename__ = "sync_operation"
    __table_args__ = (
        UniqueConstraint("device_id", "seq", name="sync_operation_seq"),
        Index("sync_operation_case", "case_id", "case_version"),
    )

    operation_id: UUID = Field(primary_key=True)
    device_id: UUID = Field(foreign_key="device.device_id")
    seq: int = Field(sa_type=BigInteger)
    kind: str
    request_hash: bytes
    made_at: datetime = moment()
    corrected_at: datetime = moment()
    received_at: datetime = moment()
    outcome: str
    choice: str | None
    case_id: UUID | None
    case_version: int | None
    done: dict[str, Any] = json_column()


class SyncPack(Base, table=True):
    """Which pack a device has: a digest of each section and each case, so that the next one need tell only what differs."""

    __tablename__ = "sync_pack"
    __table_args__ = (PrimaryKeyConstraint("device_id", "pack_no"),)

    device_id: UUID = Field(foreign_key="device.device_id")
    pack_no: int = Field(sa_type=BigInteger)
    taken_at: datetime = moment()
    expires_at: datetime = moment()
    sections: dict[str, str] = json_column()
    cases: dict[str, str] = json_column()
