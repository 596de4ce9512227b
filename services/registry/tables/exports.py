"""Lists of people that leave the registry: to whom, for what, who agreed, what became of them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Column, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.registry.tables.base import MOMENT, ZERO, Base

ONE = text("1")


class ExportRecipient(Base, table=True):
    """An office with its public key (age), registered by one person and approved by another. (area, bank, agency) is its reach.

    An office may have several keys; the one that holds is the ACTIVE one with the latest `valid_from` that has begun.
    """

    __tablename__ = "export_recipient"
    __table_args__ = (
        Index("export_recipient_unit", "kind", "unit"),
        CheckConstraint("kind IN ('GOVERNOR', 'DISTRICT_OFFICE', 'MINISTRY', 'BANK')", name="export_recipient_kind"),
        CheckConstraint("status IN ('PROPOSED', 'ACTIVE', 'REJECTED', 'REVOKED')", name="export_recipient_status"),
    )

    recipient_id: UUID = Field(primary_key=True)
    version: int = Field(default=1, sa_column_kwargs={"server_default": ONE})
    kind: str = Field(sa_type=Text)
    unit: str = Field(sa_type=Text)
    area: str | None = Field(sa_type=Text)
    bank: str | None = Field(sa_type=Text)
    agency: str | None = Field(sa_type=Text)
    office: str = Field(sa_type=Text)
    public_key: str = Field(sa_type=Text)
    fingerprint: str = Field(sa_type=Text)
    valid_from: date
    valid_to: date | None
    status: str = Field(sa_type=Text)
    registered_by: str = Field(sa_type=Text)
    registered_at: datetime = Field(sa_type=MOMENT)
    decided_by: str | None = Field(sa_type=Text)
    decided_at: datetime | None = Field(sa_type=MOMENT)
    ended_by: str | None = Field(sa_type=Text)
    ended_at: datetime | None = Field(sa_type=MOMENT)
    ended_reason: str | None = Field(sa_type=Text)


class Export(Base, table=True):
    """One list for one office. The key is that of the approval; `manifest` is the text that `signature` signs. The file itself is in the export folder."""

    __tablename__ = "export"
    __table_args__ = (
        Index("export_distribution", "distribution_id", postgresql_where=text("distribution_id IS NOT NULL")),
        Index("export_expiring", "expires_at", postgresql_where=text("status = 'READY'")),
        Index("export_area", "area", postgresql_where=text("area IS NOT NULL")),
        CheckConstraint(
            "status IN ('PROPOSED', 'REJECTED', 'WITHDRAWN', 'QUEUED', 'MAKING', 'FAILED', 'READY', 'EXPIRED', 'REVOKED')",
            name="export_status",
        ),
        CheckConstraint("(status IN ('READY', 'EXPIRED')) <= (manifest IS NOT NULL)", name="export_manifest"),
    )

    export_id: UUID = Field(primary_key=True)
    version: int = Field(default=1, sa_column_kwargs={"server_default": ONE})
    distribution_id: UUID | None
    recipient_id: UUID
    public_key: str = Field(sa_type=Text)
    fingerprint: str = Field(sa_type=Text)
    area: str | None = Field(sa_type=Text)
    bank: str | None = Field(sa_type=Text)
    agency: str | None = Field(sa_type=Text)
    purpose: str = Field(sa_type=Text)
    basis: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)
    scope: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    columns: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    file_format: str = Field(sa_type=Text)
    keep_days: int
    planned_rows: int = Field(sa_type=BigInteger)
    status: str = Field(sa_type=Text)
    correlation_id: str = Field(sa_type=Text)
    asked_by: str = Field(sa_type=Text)
    asked_at: datetime = Field(sa_type=MOMENT)
    decided_by: str | None = Field(sa_type=Text)
    decided_at: datetime | None = Field(sa_type=MOMENT)
    attempt: int = Field(default=0, sa_column_kwargs={"server_default": ZERO})
    error: str | None = Field(sa_type=Text)
    rows: int | None = Field(sa_type=BigInteger)
    plain_sha256: str | None = Field(sa_type=Text)
    file_sha256: str | None = Field(sa_type=Text)
    file_bytes: int | None = Field(sa_type=BigInteger)
    policy_version: int | None
    made_at: datetime | None = Field(sa_type=MOMENT)
    expires_at: datetime | None = Field(sa_type=MOMENT)
    manifest: str | None = Field(sa_type=Text)
    signature: str | None = Field(sa_type=Text)
    ended_by: str | None = Field(sa_type=Text)
    ended_at: datetime | None = Field(sa_type=MOMENT)
    ended_reason: str | None = Field(sa_type=Text)
    confirmed_by: str | None = Field(sa_type=Text)
    confirmed_at: datetime | None = Field(sa_type=MOMENT)


class ExportReceipt(Base, table=True):
    """What a recipient told of a file that it opened: count and hash, right or wrong. Append-only."""

    __tablename__ = "export_receipt"

    export_id: UUID = Field(primary_key=True)
    receipt_no: int = Field(sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    told_by: str = Field(sa_type=Text)
    told_at: datetime = Field(sa_type=MOMENT)
    rows: int = Field(sa_type=BigInteger)
    plain_sha256: str = Field(sa_type=Text)
    matched: bool


class Distribution(Base, table=True):
    """The list of everybody's province and district, given to all governors and district offices."""

    __tablename__ = "distribution"
    __table_args__ = (CheckConstraint("status IN ('PROPOSED', 'APPROVED', 'REJECTED')", name="distribution_status"),)

    distribution_id: UUID = Field(primary_key=True)
    version: int = Field(default=1, sa_column_kwargs={"server_default": ONE})
    status: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)
    columns: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    file_format: str = Field(sa_type=Text)
    keep_days: int
    planned_rows: int = Field(sa_type=BigInteger)
    correlation_id: str = Field(sa_type=Text)
    asked_by: str = Field(sa_type=Text)
    asked_at: datetime = Field(sa_type=MOMENT)
    decided_by: str | None = Field(sa_type=Text)
    decided_at: datetime | None = Field(sa_type=MOMENT)


class DistributionList(Base, table=True):
    """The list of one province (GOVERNOR) or district (DISTRICT_OFFICE): how many are planned, and the export that carries it."""

    __tablename__ = "distribution_list"

    distribution_id: UUID = Field(primary_key=True)
    area: str = Field(primary_key=True, sa_type=Text)
    kind: str = Field(sa_type=Text)
    planned_rows: int = Field(sa_type=BigInteger)
    export_id: UUID | None
