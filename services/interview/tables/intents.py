"""Stated wishes (annex 2)."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from services.interview.tables.base import Base, json_column


class Intent(Base, table=True):
    """A stated wish (annex 2), one a case. `people_sealed` holds the names of witness and proxy."""

    __tablename__ = "intent"
    __table_args__ = (
        UniqueConstraint("case_id", name="intent_case"),
        UniqueConstraint("slip_no", name="intent_slip_no"),
        Index("intent_place", "place_id", "stated_on", postgresql_where=text("place_id IS NOT NULL")),
    )

    intent_id: UUID = Field(primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.case_id")
    holder_id: UUID
    slip_no: str
    status: str
    stated_on: date
    received_on: date
    channel: str
    place_id: UUID | None
    district: str
    tier: str
    monthly_satang: int
    first_month: str | None
    last_month: str | None
    months: int
    approved_late_by: str | None
    decision_reference: str | None
    withdrawn_on: date | None
    policy_version: int
    form_version: str
    form: dict[str, Any] = json_column()
    people_sealed: bytes | None
    recorded_by: str


class FormerIntent(Base, table=True):
    """A wish that was withdrawn or came to nothing, and in whose place the person stated another. `people_sealed` as in Intent."""

    __tablename__ = "former_intent"
    __table_args__ = (Index("former_intent_case", "case_id", "replaced_on"),)

    intent_id: UUID = Field(primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.case_id")
    slip_no: str
    status: str
    stated_on: date
    channel: str
    district: str
    withdrawn_on: date | None
    replaced_on: date
    form_version: str
    form: dict[str, Any] = json_column()
    people_sealed: bytes | None
