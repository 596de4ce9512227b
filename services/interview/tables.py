"""Tables of interview. They describe; the migrations make. Nothing is validated here."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Identity, Index, PrimaryKeyConstraint, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel


class Base(SQLModel, registry=registry()):
    """Tables of this service only."""


def _moment(*, nullable: bool = False) -> Any:
    return Field(sa_type=DateTime(timezone=True), nullable=nullable)


def _json() -> Any:
    return Field(sa_type=JSONB, nullable=False)


class Holder(Base, table=True):
    """Copy of the registry's card holders, without anything personal in the clear."""

    __tablename__ = "holder"
    __table_args__ = (
        Index("holder_citizen_index", "citizen_index"),
        Index("holder_card_index", "card_index"),
        Index("holder_visit_group", "home_district", "holder_id", postgresql_where="visit_group"),
        Index("holder_merged_into", "merged_into", postgresql_where=text("merged_into IS NOT NULL")),
        Index("holder_subdistrict", "subdistrict", "holder_id"),
    )

    holder_id: UUID = Field(primary_key=True)
    version: int
    citizen_index: str
    card_index: str
    index_key: str
    tier: str
    age: int
    visit_group: bool
    policy_version: int
    subdistrict: str
    home_district: str
    status: str
    recorded_on: date
    merged_into: UUID | None = None
    erased_on: date | None = None


class Policy(Base, table=True):
    """Copy of the policies that payments published."""

    __tablename__ = "policy"

    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    profile: str
    published_on: date
    parameters: dict[str, Any] = _json()


class Programme(Base, table=True):
    """Copy of plan's catalogue."""

    __tablename__ = "programme"

    code: str = Field(primary_key=True)
    version: int
    dimension: str
    name_th: str
    name_en: str
    agency: str
    active: bool


class Officer(Base, table=True):
    """An officer of a district team; `staff_no` is the number that their employer gave them, `left_…` who noted when and why they left."""

    __tablename__ = "officer"
    __table_args__ = (
        UniqueConstraint("employer", "staff_no", name="officer_staff_no"),
        Index("officer_district", "district", "officer_id"),
    )

    officer_id: UUID = Field(primary_key=True)
    version: int
    district: str
    employer: str
    staff_no: str
    active: bool
    left_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    left_by: str | None = None
    left_why: str | None = None


class MeetingPlace(Base, table=True):
    """Where people may come in February."""

    __tablename__ = "meeting_place"
    __table_args__ = (Index("meeting_place_district", "district", "place_id"),)

    place_id: UUID = Field(primary_key=True)
    version: int
    district: str
    subdistrict: str
    name: str
    opens_on: date
    closes_on: date
    capacity_per_day: int


class CaseFile(Base, table=True):
    """One person's case; see services.interview.domain.Case."""

    __tablename__ = "case_file"
    __table_args__ = (
        UniqueConstraint("holder_id", name="case_file_holder"),
        Index("case_file_responsible", "responsible_district", "state", "case_id"),
        Index("case_file_home", "home_district", "case_id"),
        Index("case_file_officer", "officer_id", "case_id"),
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
    at: datetime = _moment()
    by: str
    reason: str
    details: dict[str, Any] = _json()


class Intent(Base, table=True):
    """A stated wish (annex 2), one a case. `people_sealed` holds the names of witness and proxy."""

    __tablename__ = "intent"
    __table_args__ = (UniqueConstraint("case_id", name="intent_case"), UniqueConstraint("slip_no", name="intent_slip_no"))

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
    form: dict[str, Any] = _json()
    people_sealed: bytes | None
    recorded_by: str


class HomeVisitDue(Base, table=True):
    """A person of the visit group who did not come in February."""

    __tablename__ = "home_visit_due"
    case_id: UUID = Field(primary_key=True, foreign_key="case_file.case_id")
    district: str
    subdistrict: str
    due_by: date
    listed_on: date
    policy_version: int


class VisitAttempt(Base, table=True):
    """A home visit that met nobody. Append only."""

    __tablename__ = "visit_attempt"
    __table_args__ = (PrimaryKeyConstraint("case_id", "attempt_no"),)

    case_id: UUID = Field(foreign_key="case_file.case_id")
    attempt_no: int
    visited_on: date
    reason: str
    officer_id: UUID
    note: str
    recorded_by: str


class Interview(Base, table=True):
    """An interview (annex 3). `answers` is schemas.interviews.Answers; health and debts are sealed."""

    __tablename__ = "interview"
    __table_args__ = (UniqueConstraint("case_id", "revision", name="interview_revision"),)

    interview_id: UUID = Field(primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.case_id")
    holder_id: UUID
    revision: int
    interviewed_on: date
    channel: str
    officer_id: UUID
    co_interviewer_id: UUID | None
    district: str
    subdistrict: str
    answer: str
    approach: str | None
    occupation: str
    second_occupation: str | None
    income_now_baht: int
    specialist_asked: bool
    answers: dict[str, Any] = _json()
    health_sealed: bytes
    debts_sealed: bytes
    recorded_at: datetime = _moment()
    recorded_by: str


class FollowUp(Base, table=True):
    """A contact after the interview. Append only."""

    __tablename__ = "follow_up"
    __table_args__ = (Index("follow_up_case", "case_id", "contacted_on"),)

    follow_up_id: UUID = Field(primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.case_id")
    round: str
    contacted_on: date
    reached: bool
    officer_id: UUID
    job_status: str | None
    monthly_income_baht: int | None
    yearly_income_baht: int | None
    recommendation: str | None
    reasonable_cause: bool | None
    next_on: date | None
    answers: dict[str, Any] = _json()
    recorded_at: datetime = _moment()
    recorded_by: str


class FollowUpOverdue(Base, table=True):
    """A round whose due day passed without a contact. Append only."""

    __tablename__ = "follow_up_overdue"
    __table_args__ = (PrimaryKeyConstraint("case_id", "round"),)

    case_id: UUID = Field(foreign_key="case_file.case_id")
    round: str
    due_by: date
    found_on: date


class Decision(Base, table=True):
    """What a committee decided about one person. Append only."""

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


class Notice(Base, table=True):
    """What a person is to be told about their case, and what the registry says became of it; version 0 until it has said something."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("notice_holder", "holder_id", "notice_key"),
        Index("notice_not_brought", "notice_key", postgresql_where=text("status IN ('FAILED', 'REFUSED')")),
    )

    notice_key: str = Field(primary_key=True)
    holder_id: UUID
    template: str
    parameters: dict[str, str] = _json()
    version: int
    status: str
    reason: str | None
    changed_at: datetime = _moment()


class Entitlement(Base, table=True):
    """Copy of what payments says of the person's allowance."""

    __tablename__ = "entitlement"

    holder_id: UUID = Field(primary_key=True)
    version: int
    status: str
    monthly_satang: int
    first_month: str
    last_month: str
    stop_month: str | None
    stop_reason: str | None


class Recommendation(Base, table=True):
    """Copy of plan's newest recommendation for the person."""

    __tablename__ = "recommendation"

    holder_id: UUID = Field(primary_key=True)
    version: int
    interview_id: UUID
    programmes: list[dict[str, Any]] = _json()


class AgreedPlan(Base, table=True):
    """Copy of the plan that the person agreed to."""

    __tablename__ = "agreed_plan"

    holder_id: UUID = Field(primary_key=True)
    version: int
    plan_id: UUID
    agreed_on: date
    lines: list[dict[str, Any]] = _json()


class Referral(Base, table=True):
    """Copy of a referral of a plan line and what became of it."""

    __tablename__ = "referral"
    __table_args__ = (Index("referral_holder", "holder_id", "line_no"),)

    referral_id: UUID = Field(primary_key=True)
    holder_id: UUID
    line_no: int
    programme_code: str
    agency: str
    referred_on: date
    accepted_on: date | None
    outcome: str | None
    final: bool
    outcome_on: date | None
