"""What governors and district chiefs do beside the cases: guidelines, variants, tasks of agencies, committees, preparation, releases."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Column, ForeignKeyConstraint, Index, PrimaryKeyConstraint, String, UniqueConstraint
from sqlmodel import Field

from services.interview.tables.base import Base, json_column, moment


def codes_column() -> Any:
    """A column of several codes, never null."""
    return Field(sa_column=Column(ARRAY(String), nullable=False))


class Guideline(Base, table=True):
    """One version of what a governor lays down for the districts of the province. Append only."""

    __tablename__ = "guideline"
    __table_args__ = (PrimaryKeyConstraint("guideline_id", "version"), Index("guideline_province", "province", "guideline_id"))

    guideline_id: UUID
    version: int
    province: str
    title: str
    content: str
    valid_from: date
    published_at: datetime = moment()
    published_by: str


class GuidelineAcknowledgement(Base, table=True):
    """That a district has read a version of a guideline. Append only."""

    __tablename__ = "guideline_acknowledgement"
    __table_args__ = (
        PrimaryKeyConstraint("guideline_id", "version", "district"),
        ForeignKeyConstraint(["guideline_id", "version"], ["guideline.guideline_id", "guideline.version"]),
    )

    guideline_id: UUID
    version: int
    district: str
    acknowledged_at: datetime = moment()
    acknowledged_by: str


class TeamVariant(Base, table=True):
    """In what the team or the process of a district differs from the circular's, from when to when, and why."""

    __tablename__ = "team_variant"
    __table_args__ = (Index("team_variant_district", "district", "variant_id"),)

    variant_id: UUID = Field(primary_key=True)
    version: int
    district: str
    differs_in: str
    what: str
    reason: str
    from_day: date
    to_day: date | None
    decided_at: datetime = moment()
    decided_by: str
    ended_by: str | None


class AgencyTask(Base, table=True):
    """What a governor asks an agency to do for card holders of some districts."""

    __tablename__ = "agency_task"
    __table_args__ = (Index("agency_task_province", "province", "task_id"), Index("agency_task_agency", "agency", "task_id"))

    task_id: UUID = Field(primary_key=True)
    version: int
    province: str
    agency: str
    manner: str
    task: str
    districts: list[str] = codes_column()
    due_on: date
    state: str


class AgencyTaskHistory(Base, table=True):
    """How the task went from state to state. Append only."""

    __tablename__ = "agency_task_history"
    __table_args__ = (PrimaryKeyConstraint("task_id", "version"),)

    task_id: UUID = Field(foreign_key="agency_task.task_id")
    version: int
    from_state: str | None
    to_state: str
    at: datetime = moment()
    by: str
    remark: str


class CommitteeMember(Base, table=True):
    """A member of a province's committee with the powers that the order gives, from when to when. The name is sealed."""

    __tablename__ = "committee_member"
    __table_args__ = (Index("committee_member_committee", "province", "committee", "member_id"),)

    member_id: UUID = Field(primary_key=True)
    version: int
    province: str
    committee: str
    name_sealed: bytes
    position: str
    powers: list[str] = codes_column()
    order_no: str
    from_day: date
    to_day: date | None
    recorded_at: datetime = moment()
    recorded_by: str


class PreparationRecord(Base, table=True):
    """A rehearsal, a publicity or the method that a district chief set; `details` by its kind. Append only."""

    __tablename__ = "preparation_record"
    __table_args__ = (Index("preparation_record_district", "district", "record_id"),)

    record_id: UUID = Field(primary_key=True)
    district: str
    kind: str
    on_day: date
    details: dict[str, Any] = json_column()
    recorded_at: datetime = moment()
    recorded_by: str


class ResultRelease(Base, table=True):
    """The results of a district or province, given to who is to have them; canonical JSON with hash and signature. Append only."""

    __tablename__ = "result_release"
    __table_args__ = (UniqueConstraint("area", "addressee", "first_month", "last_month", "revision", name="result_release_revision"),)

    release_id: UUID = Field(primary_key=True)
    area: str
    addressee: str
    first_month: str
    last_month: str
    revision: int
    taken_at: datetime = moment()
    content: str
    content_hash: str
    signature: str
    released_by: str


class ReleaseReceipt(Base, table=True):
    """That the addressee has taken the release in. Append only."""

    __tablename__ = "release_receipt"

    release_id: UUID = Field(primary_key=True, foreign_key="result_release.release_id")
    received_at: datetime = moment()
    received_by: str
    reference: str
