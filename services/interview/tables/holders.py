"""The copy of the registry's card holders."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index, PrimaryKeyConstraint, text
from sqlmodel import Field

from services.interview.tables.base import Base


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


class Household(Base, table=True):
    """Which state of a household of the registry is held; its members stand beside it."""

    __tablename__ = "household"

    household_id: UUID = Field(primary_key=True)
    version: int


class HouseholdMember(Base, table=True):
    """Copy of who lives with whom, by ids only. While the states of two households cross each other a person may be in both."""

    __tablename__ = "household_member"
    __table_args__ = (PrimaryKeyConstraint("household_id", "holder_id"), Index("household_member_holder", "holder_id", "household_id"))

    household_id: UUID
    holder_id: UUID
