"""Who lives with whom, and who may act for whom."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Column, Index, SmallInteger, Text, Uuid, text
from sqlmodel import Field

from services.registry.tables.base import MOMENT, Base


class Household(Base, table=True):
    """A household of card holders; whoever is in its members while `to_on` is null."""

    __tablename__ = "household"

    household_id: UUID = Field(primary_key=True)
    version: int
    subdistrict: str = Field(sa_type=Text)
    formed_on: date
    ended_on: date | None
    split_from: UUID | None
    merged_into: UUID | None


class HouseholdMember(Base, table=True):
    """A card holder of a household, or a dependant who is none and of whom only role and birth year are known.

    They belong to it from `from_on` until the day before `to_on`. Another role is another row.
    """

    __tablename__ = "household_member"
    __table_args__ = (
        Index("household_member_household", "household_id"),
        Index("household_member_holder", "holder_id", postgresql_where=text("holder_id IS NOT NULL")),
        Index("household_member_one_household", "holder_id", unique=True, postgresql_where=text("to_on IS NULL AND holder_id IS NOT NULL")),
        Index("household_member_one_head", "household_id", unique=True, postgresql_where=text("to_on IS NULL AND role = 'HEAD'")),
        CheckConstraint("role IN ('HEAD', 'SPOUSE', 'CHILD', 'PARENT', 'OTHER')", name="household_member_role"),
        CheckConstraint(
            "CASE WHEN holder_id IS NULL THEN birth_year IS NOT NULL AND role <> 'HEAD' ELSE birth_year IS NULL END",
            name="household_member_kind",
        ),
        CheckConstraint("(to_on IS NULL) = (ended_how IS NULL) AND to_on >= from_on", name="household_member_end"),
    )

    member_id: UUID = Field(primary_key=True)
    household_id: UUID
    holder_id: UUID | None
    role: str = Field(sa_type=Text)
    birth_year: int | None = Field(sa_type=SmallInteger)
    from_on: date
    to_on: date | None
    ended_how: str | None = Field(sa_type=Text)


class HouseholdHistory(Base, table=True):
    """What happened to a household, to which of its members, who said so and why. Append-only."""

    __tablename__ = "household_history"

    household_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    what: str = Field(sa_type=Text)
    happened_on: date
    members: list[UUID] = Field(sa_column=Column(ARRAY(Uuid), nullable=False))
    who: str = Field(sa_type=Text)
    why: str = Field(sa_type=Text)
    recorded_at: datetime = Field(sa_type=MOMENT)


class Representative(Base, table=True):
    """Who may act for a card holder: another card holder, or somebody whose name and citizen id are sealed as one value.

    In force from `from_on` to `until_on` (the last day), and only before `ended_on`.
    """

    __tablename__ = "representative"
    __table_args__ = (
        Index("representative_holder", "holder_id"),
        Index("representative_agent_holder", "agent_holder_id", postgresql_where=text("agent_holder_id IS NOT NULL")),
        Index("representative_agent_index", "agent_index", postgresql_where=text("agent_index IS NOT NULL")),
        CheckConstraint("kind IN ('GUARDIAN', 'PROXY')", name="representative_kind"),
        CheckConstraint(
            "agent_holder_id <> holder_id AND agent_sealed IS NULL AND agent_index IS NULL"
            " OR agent_holder_id IS NULL AND agent_sealed IS NOT NULL AND agent_index IS NOT NULL",
            name="representative_agent",
        ),
        CheckConstraint("until_on >= from_on AND (kind <> 'PROXY' OR until_on IS NOT NULL)", name="representative_time"),
        CheckConstraint("(ended_on IS NULL) = (ended_how IS NULL)", name="representative_end"),
    )

    representative_id: UUID = Field(primary_key=True)
    version: int
    holder_id: UUID
    kind: str = Field(sa_type=Text)
    grounds: str = Field(sa_type=Text)
    agent_holder_id: UUID | None
    agent_sealed: bytes | None
    agent_index: bytes | None
    purposes: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    paper_kind: str = Field(sa_type=Text)
    paper_reference: str = Field(sa_type=Text)
    paper_issued_on: date
    from_on: date
    until_on: date | None
    ended_on: date | None
    ended_how: str | None = Field(sa_type=Text)
    ended_by: str | None = Field(sa_type=Text)
    ended_why: str | None = Field(sa_type=Text)
    recorded_by: str = Field(sa_type=Text)
    recorded_at: datetime = Field(sa_type=MOMENT)
