"""Reporting's tables: projections of everybody's events, and frozen snapshots.

Facts are rows under their own natural key; states are rows (or groups of a person's columns) in which the newest
version stands. So an event twice, or before its neighbour, changes nothing in the end, and no event has to wait.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Computed, DateTime, Identity, Index, SmallInteger, Text
from sqlmodel import Field

from services.reporting.tables.base import Base, metadata
from services.reporting.tables.complaints import Complaint, ComplaintEscalation
from services.reporting.tables.copies import Officer, Place, Policy, Programme

__all__ = [
    "Base",
    "Complaint",
    "ComplaintEscalation",
    "Decision",
    "Entitlement",
    "FollowUp",
    "FollowUpOverdue",
    "Intake",
    "Interview",
    "Officer",
    "Payment",
    "Person",
    "Place",
    "PlanDecline",
    "PlanEnd",
    "PlanLine",
    "Policy",
    "Programme",
    "Recommendation",
    "Referral",
    "RegistryImport",
    "Run",
    "Snapshot",
    "VisitAttempt",
    "VisitDue",
    "Withdrawal",
    "metadata",
]


class Person(Base, table=True):
    """A card holder as registry, interview and plan last told: each group of columns has its own version.

    Whether they live is `status`; `deceased_on` is the last day of death that was told, also of a death that was taken back.

    A row may be there before registry's facts are (`holder_version` is null then): another topic was faster.
    """

    __tablename__ = "person"
    __table_args__ = (
        Index("person_home_district", "home_district"),
        Index("person_responsible_district", "responsible_district"),
        Index("person_officer_id", "officer_id"),
    )

    holder_id: UUID = Field(primary_key=True)
    # registry
    holder_version: int | None
    tier: str | None = Field(sa_type=Text)
    age: int | None = Field(sa_type=SmallInteger)
    visit_group: bool | None
    subdistrict: str | None = Field(sa_type=Text)
    bank: str | None = Field(sa_type=Text)
    status: str | None = Field(sa_type=Text)
    recorded_on: date | None
    deceased_on: date | None
    moved_on: date | None
    # interview: where the case is and whose
    route_version: int | None
    routed_district: str | None = Field(sa_type=Text)
    officer_version: int | None
    officer_id: UUID | None
    assigned_on: date | None
    # plan: the plan that stands
    plan_id: UUID | None
    plan_version: int | None
    planned_on: date | None
    plan_told_at: datetime | None = Field(sa_type=DateTime(timezone=True))
    # where the person lives, and which district answers for the case
    home_district: str | None = Field(sa_type=Text, sa_column_args=(Computed('"left"(subdistrict, 4)', persisted=True),))
    responsible_district: str | None = Field(
        sa_type=Text, sa_column_args=(Computed('COALESCE(routed_district, "left"(subdistrict, 4))', persisted=True),)
    )
    # registry too
    merged_into: UUID | None
    erased_on: date | None


class Intake(Base, table=True):
    """The first stated wish of a person; a later slip for the same person changes nothing."""

    __tablename__ = "intake"
    __table_args__ = (Index("intake_stated_on", "stated_on", "district"),)

    holder_id: UUID = Field(primary_key=True)
    intent_id: UUID
    stated_on: date
    received_on: date
    channel: str = Field(sa_type=Text)
    tier: str = Field(sa_type=Text)
    district: str = Field(sa_type=Text)
    place_id: UUID | None
    approved_late: bool


class Withdrawal(Base, table=True):
    """A withdrawn wish."""

    __tablename__ = "withdrawal"

    holder_id: UUID = Field(primary_key=True)
    withdrawn_on: date
    known_on: date


class VisitDue(Base, table=True):
    """A person who is to be visited at home."""

    __tablename__ = "visit_due"

    holder_id: UUID = Field(primary_key=True)
    district: str = Field(sa_type=Text)
    due_by: date
    told_at: datetime = Field(sa_type=DateTime(timezone=True))


class VisitAttempt(Base, table=True):
    """A home visit that met nobody."""

    __tablename__ = "visit_attempt"

    holder_id: UUID = Field(primary_key=True)
    attempt_no: int = Field(primary_key=True, sa_type=SmallInteger)
    visited_on: date
    reason: str = Field(sa_type=Text)
    final: bool
    told_at: datetime = Field(sa_type=DateTime(timezone=True))


class Interview(Base, table=True):
    """The last interview of a person in its last revision."""

    __tablename__ = "interview"

    holder_id: UUID = Field(primary_key=True)
    interview_id: UUID
    revision: int
    interviewed_on: date
    channel: str = Field(sa_type=Text)
    answer: str = Field(sa_type=Text)
    approach: str | None = Field(sa_type=Text)
    income_now_baht: int = Field(sa_type=BigInteger)
    district: str = Field(sa_type=Text)
    told_at: datetime = Field(sa_type=DateTime(timezone=True))


class Decision(Base, table=True):
    """What a committee decided about one person."""

    __tablename__ = "decision"
    __table_args__ = (Index("decision_holder", "holder_id"),)

    decision_id: UUID = Field(primary_key=True)
    holder_id: UUID
    kind: str = Field(sa_type=Text)
    decided_on: date
    effective_month: str | None = Field(sa_type=Text)


class FollowUp(Base, table=True):
    """A contact after the interview."""

    __tablename__ = "follow_up"
    __table_args__ = (Index("follow_up_holder", "holder_id", "contacted_on"),)

    follow_up_id: UUID = Field(primary_key=True)
    holder_id: UUID
    round: str = Field(sa_type=Text)
    contacted_on: date
    reached: bool
    job_status: str | None = Field(sa_type=Text)
    yearly_income_baht: int | None = Field(sa_type=BigInteger)
    recommendation: str | None = Field(sa_type=Text)
    told_at: datetime = Field(sa_type=DateTime(timezone=True))


class FollowUpOverdue(Base, table=True):
    """A round whose deadline passed without a recorded contact."""

    __tablename__ = "follow_up_overdue"

    holder_id: UUID = Field(primary_key=True)
    round: str = Field(primary_key=True, sa_type=Text)
    due_by: date


class Recommendation(Base, table=True):
    """The last automatic recommendation of a person."""

    __tablename__ = "recommendation"

    holder_id: UUID = Field(primary_key=True)
    plan_id: UUID
    version: int
    prepared_on: date
    programmes: int = Field(sa_type=SmallInteger)
    best_programme: str | None = Field(sa_type=Text)


class PlanLine(Base, table=True):
    """A line of one version of a plan; the lines that stand are those of `person.plan_id` and `person.plan_version`."""

    __tablename__ = "plan_line"
    __table_args__ = (Index("plan_line_holder", "holder_id"),)

    plan_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    line_no: int = Field(primary_key=True, sa_type=SmallInteger)
    holder_id: UUID
    dimension: str = Field(sa_type=Text)
    programme: str = Field(sa_type=Text)
    agency: str = Field(sa_type=Text)


class PlanDecline(Base, table=True):
    """The last time a person chose nothing of what was offered, or was content."""

    __tablename__ = "plan_decline"

    holder_id: UUID = Field(primary_key=True)
    interview_id: UUID
    declined_on: date
    sufficient: bool


class Referral(Base, table=True):
    """A line that was sent to its agency. Each of the three groups of columns comes by its own event."""

    __tablename__ = "referral"
    __table_args__ = (Index("referral_holder", "holder_id"), Index("referral_line", "plan_id", "line_no"))

    referral_id: UUID = Field(primary_key=True)
    holder_id: UUID
    plan_id: UUID
    line_no: int = Field(sa_type=SmallInteger)
    agency: str = Field(sa_type=Text)
    referred_on: date | None
    accepted_on: date | None
    outcome: str | None = Field(sa_type=Text)
    outcome_final: bool | None
    outcome_on: date | None
    outcome_at: datetime | None = Field(sa_type=DateTime(timezone=True))
    outcome_event: UUID | None


class PlanEnd(Base, table=True):
    """A plan whose every line has a final outcome."""

    __tablename__ = "plan_end"
    __table_args__ = (Index("plan_end_holder", "holder_id"),)

    plan_id: UUID = Field(primary_key=True)
    holder_id: UUID
    completed_on: date
    succeeded: int = Field(sa_type=SmallInteger)
    failed: int = Field(sa_type=SmallInteger)
    dropped: bool
    told_at: datetime = Field(sa_type=DateTime(timezone=True))


class Entitlement(Base, table=True):
    """An allowance as payments last told."""

    __tablename__ = "entitlement"
    __table_args__ = (Index("entitlement_holder", "holder_id"),)

    entitlement_id: UUID = Field(primary_key=True)
    holder_id: UUID
    version: int
    status: str = Field(sa_type=Text)
    tier: str = Field(sa_type=Text)
    monthly_satang: int = Field(sa_type=BigInteger)
    first_month: str = Field(sa_type=Text)
    last_month: str = Field(sa_type=Text)
    stop_reason: str | None = Field(sa_type=Text)
    stop_month: str | None = Field(sa_type=Text)


class Payment(Base, table=True):
    """What became of one attempt to pay a person's month. `finality` orders the outcomes: 1 failed, 2 settled, 3 settled and returned."""

    __tablename__ = "payment"
    __table_args__ = (Index("payment_month", "month", "tier"), Index("payment_holder", "holder_id"), Index("payment_run", "run_id"))

    disbursement_id: UUID = Field(primary_key=True)
    attempt_no: int = Field(primary_key=True, sa_type=SmallInteger)
    holder_id: UUID
    run_id: UUID
    month: str = Field(sa_type=Text)
    tier: str = Field(sa_type=Text)
    bank: str = Field(sa_type=Text)
    district: str = Field(sa_type=Text)
    amount_satang: int = Field(sa_type=BigInteger)
    outcome: str = Field(sa_type=Text)
    finality: int = Field(sa_type=SmallInteger)
    reason_code: str | None = Field(sa_type=Text)


class Run(Base, table=True):
    """A month's run: what was released, and how it closed."""

    __tablename__ = "run"
    __table_args__ = (Index("run_month", "month"),)

    run_id: UUID = Field(primary_key=True)
    month: str = Field(sa_type=Text)
    released_on: date | None
    persons: int | None = Field(sa_type=BigInteger)
    amount_satang: int | None = Field(sa_type=BigInteger)
    closed_on: date | None
    eligible: int | None = Field(sa_type=BigInteger)
    paid: int | None = Field(sa_type=BigInteger)
    failed: int | None = Field(sa_type=BigInteger)
    held: int | None = Field(sa_type=BigInteger)
    returned: int | None = Field(sa_type=BigInteger)
    eligible_satang: int | None = Field(sa_type=BigInteger)
    paid_satang: int | None = Field(sa_type=BigInteger)
    failed_satang: int | None = Field(sa_type=BigInteger)
    held_satang: int | None = Field(sa_type=BigInteger)
    returned_satang: int | None = Field(sa_type=BigInteger)


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
