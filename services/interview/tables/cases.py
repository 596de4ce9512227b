"""Cases, their history, and what committees decided about them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, UniqueConstraint, text
from sqlmodel import Field

from services.interview.tables.base import Base, json_column, moment


class CaseFile(Base, table=True):
    """One person's case; see services.interview.domain.Case."""

    __tablename__ = "case_file"
    __table_args__ = (
        UniqueConstraint("holder_id", name="case_file_holder"),
        Index("case_file_responsible", "responsible_district", "state", "case_id"),
        Index("case_file_home", "home_district", "case_id"),
        Index("case_file_officer", "officer_id", "case_id"),
        Index("case_file_to_visit", "holder_id", postgresql_where=text("state IN ('VISIT_DUE', 'VISITED')")),
        Index("case_file_co_interviewer", "co_interviewer_id", "case_id", postgresql_where=text("co_interviewer_id IS NOT NULL")),
    )

    case_id: UUID = Field(primary_key=True)
    holder_id: UUID
    version: int
    state: str
    home_district: str
    responsible_district: str
    subdistrict: str
    opened_on: date
    officer_id: UUID | None
    co_interviewer_id: UUID | None
    intent_status: str | None
    stated_on: date | None
    channel: str | None
    attempts: int
    interviews: int
    interviewed_on: date | None
    plan_declined_on: date | None
    june_on: date | None
    september_on: date | None


class CaseHistory(Base, table=True):
    """What happened to a case: who, when, why. Append only."""

    __tablename__ = "case_history"
    __table_args__ = (
        Index("case_history_case", "case_id", "seq"),
        Index("case_history_left", text("(details->>'from_district')"), "case_id", postgresql_where=text("step = 'ROUTED'")),
    )

    seq: int | None = Field(default=None, sa_type=BigInteger, primary_key=True, sa_column_args=(Identity(always=True),))
    case_id: UUID = Field(foreign_key="case_file.case_id")
    version: int
    step: str
    from_state: str
    to_state: str
    at: datetime = moment()
    by: str
    reason: str
    details: dict[str, Any] = json_column()


class Decision(Base, table=True):
    """What a committee decided about one person, by which power and whether it was recorded to have it. Append only."""

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("case_id", "kind", "reference", name="decision_reference"),
        Index("decision_case", "case_id", "decision_id"),
    )

    decision_id: UUID = Field(primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.case_id")
    kind: str
    committee: str
    decided_on: date
    known_on: date
    effective_month: str | None
    reference: str
    reason: str
    recorded_by: str
    power: str | None = None
    power_standing: str | None = None
