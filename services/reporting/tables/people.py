"""Card holders, as registry, interview and plan last told."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Computed, DateTime, Index, SmallInteger, Text, text
from sqlmodel import Field

from services.reporting.tables.base import Base


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
        Index("person_merged_into", "merged_into", postgresql_where=text("merged_into IS NOT NULL")),
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
    # interview: the last wish, where the case is and whose
    last_stated_on: date | None
    last_stated_at: datetime | None = Field(sa_type=DateTime(timezone=True))
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
    home_district: str | None = Field(sa_type=Text, sa_column_args=(Computed('"left"(subdistrict, 4)', persisted=True),))
    responsible_district: str | None = Field(
        sa_type=Text, sa_column_args=(Computed('COALESCE(routed_district, "left"(subdistrict, 4))', persisted=True),)
    )
    # registry too
    merged_into: UUID | None
    erased_on: date | None
