"""Referrals and what happened to them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, Text, text
from sqlmodel import Field

from services.plan.tables.base import Base, moment, number_key


class ReferralTable(Base, table=True):
    """One attempt at a line on its way through its agency."""

    __tablename__ = "referral"
    __table_args__ = (
        Index("referral_line", "plan_id", "line_no", unique=True, postgresql_where=text("current")),
        Index("referral_attempt", "plan_id", "line_no", "attempt", unique=True),
        Index("referral_agency", "agency", "status", "referral_id"),
    )
    referral_id: UUID = Field(primary_key=True)
    plan_id: UUID = Field(foreign_key="plan.plan_id")
    holder_id: UUID
    line_no: int
    attempt: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    current: bool = Field(default=True, sa_column_kwargs={"server_default": text("true")})
    programme_code: str = Field(sa_type=Text)
    programme_version: int
    offering_id: UUID | None = None
    starts_on: date | None = None
    dimension: str = Field(sa_type=Text)
    agency: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    version: int
    referred_on: date
    received_on: date | None = None
    wait_listed_on: date | None = None
    wait_position: int | None = None
    accepted_on: date | None = None
    declined_on: date | None = None
    decline_reason: str | None = Field(default=None, sa_type=Text)
    started_on: date | None = None
    outcome: str | None = Field(default=None, sa_type=Text)
    outcome_final: bool
    outcome_on: date | None = None
    closed_reason: str | None = Field(default=None, sa_type=Text)


class ReferralHistoryTable(Base, table=True):
    """What happened to a referral: each step, outcome with its evidence, and closing; append-only."""

    __tablename__ = "referral_history"
    __table_args__ = (Index("referral_history_referral", "referral_id", "number"),)
    number: int = Field(sa_column=number_key())
    referral_id: UUID
    version: int
    from_status: str | None = Field(default=None, sa_type=Text)
    to_status: str = Field(sa_type=Text)
    outcome: str | None = Field(default=None, sa_type=Text)
    step: str | None = Field(default=None, sa_type=Text)
    step_on: date | None = None
    evidence: str | None = Field(default=None, sa_type=Text)
    who: str = Field(sa_type=Text)
    at: datetime = Field(sa_column=moment())
    why: str = Field(sa_type=Text)


class ReferralClockTable(Base, table=True):
    """What each open referral waits for, until when, and how far it has been raised."""

    __tablename__ = "referral_clock"
    __table_args__ = (
        Index("referral_clock_next", "next_on", postgresql_where=text("next_on IS NOT NULL")),
        Index("referral_clock_due", "due_on"),
    )
    referral_id: UUID = Field(primary_key=True, foreign_key="referral.referral_id")
    clock: str = Field(sa_type=Text)
    since: date
    due_on: date
    raised: int
    next_on: date | None = None


class ReferralAlarmTable(Base, table=True):
    """Every reminder, and each level to which a step that was not done rose; append-only."""

    __tablename__ = "referral_alarm"
    referral_id: UUID = Field(primary_key=True)
    clock: str = Field(primary_key=True, sa_type=Text)
    since: date = Field(primary_key=True)
    number: int = Field(primary_key=True)
    level: str | None = Field(default=None, sa_type=Text)
    due_on: date
    raised_on: date


class ReferralEvidenceTable(Base, table=True):
    """What an outcome was shown by, sealed; deleted of who is erased."""

    __tablename__ = "referral_evidence"
    referral_id: UUID = Field(primary_key=True, foreign_key="referral.referral_id")
    version: int = Field(primary_key=True)
    kind: str = Field(sa_type=Text)
    sealed: str = Field(sa_type=Text)
    recorded_by: str = Field(sa_type=Text)
    recorded_at: datetime = Field(sa_column=moment())


class AttendanceTable(Base, table=True):
    """The sessions of a course at which a person was, or was not; one that is told again is put right."""

    __tablename__ = "attendance"
    referral_id: UUID = Field(primary_key=True, foreign_key="referral.referral_id")
    held_on: date = Field(primary_key=True)
    session_no: int = Field(primary_key=True)
    minutes: int
    present: bool
    recorded_by: str = Field(sa_type=Text)
    recorded_at: datetime = Field(sa_column=moment())
