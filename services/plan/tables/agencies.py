"""How agencies are told, and what they told on topics and in files."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlmodel import Field

from services.plan.tables.base import Base, json_column, moment, number_key


class AgencyConnectionTable(Base, table=True):
    """How an agency is told; one without a row pulls."""

    __tablename__ = "agency_connection"
    __table_args__ = (CheckConstraint("way IN ('PULL', 'KAFKA', 'FILE', 'WEBHOOK')", name="agency_connection_way"),)
    agency: str = Field(primary_key=True, sa_type=Text, foreign_key="agency.code")
    version: int
    way: str = Field(sa_type=Text)


class AgencyConnectionHistoryTable(Base, table=True):
    """Every version of each connection, who set it and why; append-only."""

    __tablename__ = "agency_connection_history"
    agency: str = Field(primary_key=True, sa_type=Text)
    version: int = Field(primary_key=True)
    way: str = Field(sa_type=Text)
    who: str = Field(sa_type=Text)
    at: datetime = Field(sa_column=moment())
    why: str = Field(sa_type=Text)


class AgencyNoticeTable(Base, table=True):
    """What an agency is to be told by webhook, until it is handed over."""

    __tablename__ = "agency_notice"
    __table_args__ = (Index("agency_notice_agency", "agency", "number"),)
    number: int = Field(sa_column=number_key())
    agency: str = Field(sa_type=Text, foreign_key="agency.code")
    notice: dict[str, Any] = Field(sa_column=json_column())


class AgencyReportTable(Base, table=True):
    """Every report that came on an agency's topic, once; `digest` is of what it says. Append-only."""

    __tablename__ = "agency_report"
    agency: str = Field(primary_key=True, sa_type=Text)
    report_id: str = Field(primary_key=True, sa_type=Text)
    digest: str = Field(primary_key=True, sa_type=Text)
    received_at: datetime = Field(sa_column=moment())


class AgencyFileTable(Base, table=True):
    """A file of reports that was sent, and what became of its lines; append-only."""

    __tablename__ = "agency_file"
    __table_args__ = (Index("agency_file_agency", "agency", "file_id"),)
    file_id: UUID = Field(primary_key=True)
    agency: str = Field(sa_type=Text, foreign_key="agency.code")
    file: str = Field(sa_type=Text)
    sha256: str = Field(sa_type=Text)
    preview: bool
    lines: int
    accepted: int
    already: int
    skipped: int
    refused: int
    uploaded_by: str = Field(sa_type=Text)
    uploaded_at: datetime = Field(sa_column=moment())


class AgencyRefusalTable(Base, table=True):
    """What was refused of an agency's reports, by topic or file: where, the rule, why, the value masked. Append-only."""

    __tablename__ = "agency_refusal"
    __table_args__ = (
        Index("agency_refusal_agency", "agency", "number"),
        Index("agency_refusal_file", "file_id", "number", postgresql_where=text("file_id IS NOT NULL")),
    )
    number: int = Field(sa_column=number_key())
    agency: str = Field(sa_type=Text, foreign_key="agency.code")
    way: str = Field(sa_type=Text)
    file_id: UUID | None = Field(default=None, foreign_key="agency_file.file_id")
    line: int | None = None
    report_id: str | None = Field(default=None, sa_type=Text)
    referral_id: str = Field(sa_type=Text)
    field: str = Field(sa_type=Text)
    code: str = Field(sa_type=Text)
    reason_en: str = Field(sa_type=Text)
    reason_th: str = Field(sa_type=Text)
    value_masked: str = Field(sa_type=Text)
    refused_at: datetime = Field(sa_column=moment())
