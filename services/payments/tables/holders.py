"""Copies of the card holders, of where their money goes, and of who may be one person."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, Column, Index, Text, text
from sqlmodel import Field

from services.payments.tables.columns import Base, moment, text_, zero


class HolderTable(Base, table=True):
    """Copy of a card holder: whether they live, whether they were merged into another, and whose reach they are in."""

    __tablename__ = "holder"
    __table_args__ = (
        Index("holder_home", "home_district", "holder_id"),
        Index("holder_responsible", "responsible_district", "holder_id"),
        Index("holder_officer", "officer_id", "holder_id", postgresql_where=text("officer_id IS NOT NULL")),
        Index("holder_citizen", "citizen_index", postgresql_using="hash"),
        Index("holder_deceased", "holder_id", postgresql_where=text("deceased_on IS NOT NULL")),
        Index("holder_merged_into", "merged_into", postgresql_where=text("merged_into IS NOT NULL")),
    )
    holder_id: UUID = Field(primary_key=True)
    version: int
    status: str = Field(sa_column=text_())
    deceased_on: date | None = None
    subdistrict: str = Field(sa_column=text_())
    home_district: str = Field(sa_column=text_())
    responsible_district: str = Field(sa_column=text_())
    route_version: int = Field(default=0, sa_column_kwargs=zero())
    officer_id: UUID | None = None
    officer_version: int = Field(default=0, sa_column_kwargs=zero())
    merged_into: UUID | None = None
    merged_on: date | None = None
    tier: str | None = Field(default=None, sa_column=text_(needed=False))
    citizen_index: bytes | None = None


class TierCorrectionTable(Base, table=True):
    """The tier was corrected after an allowance had been on a list: the months before `from_month` keep `tier_before`. Append-only."""

    __tablename__ = "tier_correction"
    holder_id: UUID = Field(primary_key=True)
    from_month: date = Field(primary_key=True)
    tier_before: str = Field(sa_column=text_())
    known_at: datetime | None = Field(default=None, sa_column=moment(needed=False))


class LifeChangeTable(Base, table=True):
    """A holder's state brought another tier, death or merge than was known before: since when, and by which event. Append-only."""

    __tablename__ = "life_change"
    __table_args__ = (Index("life_change_into", "into_before", postgresql_where=text("into_before IS NOT NULL")),)
    holder_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    known_at: datetime = Field(sa_column=moment())
    source_type: str = Field(sa_column=text_())
    source_event: str = Field(sa_column=text_())
    tier_before: str | None = Field(default=None, sa_column=text_(needed=False))
    tier: str = Field(sa_column=text_())
    deceased_before: date | None = None
    deceased_on: date | None = None
    merged_before: date | None = None
    merged_on: date | None = None
    into_before: UUID | None = None
    merged_into: UUID | None = None


class SuspectedDuplicateTable(Base, table=True):
    """What the registry thinks of a holder and another: whether they may be one person. Stops no allowance; it may hold money."""

    __tablename__ = "suspected_duplicate"
    __table_args__ = (
        Index("suspected_duplicate_open", "pair_id", "holder_id", postgresql_where=text("status IN ('OPEN', 'MERGE_PROPOSED')")),
    )
    holder_id: UUID = Field(primary_key=True)
    pair_id: UUID = Field(primary_key=True)
    other_holder_id: UUID
    version: int
    status: str = Field(sa_column=text_())
    score: int
    reasons: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))


class PayeeTable(Base, table=True):
    """The newest payee of a person: which bank (none while nobody can pay them), and which sealed version."""

    __tablename__ = "payee"
    holder_id: UUID = Field(primary_key=True)
    version: int
    bank: str | None = Field(sa_column=text_(needed=False))


class PayeeSealedTable(Base, table=True):
    """Every payee as the registry sealed it; append-only, since instructions name the version that they were sent with."""

    __tablename__ = "payee_sealed"
    holder_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    key_id: str = Field(sa_column=text_())
    sealed: str = Field(sa_column=text_())


class PayeeErasedTable(Base, table=True):
    """Whose payee the registry erased, up to which version; `seals_kept` while open lines of a run still need one of the seals."""

    __tablename__ = "payee_erased"
    holder_id: UUID = Field(primary_key=True)
    version: int
    seals_kept: bool
