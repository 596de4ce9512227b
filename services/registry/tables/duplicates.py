"""People who may be in the registry twice."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Column, Index, SmallInteger, Text, text
from sqlmodel import Field

from services.registry.tables.base import MOMENT, ZERO, Base


class DuplicatePair(Base, table=True):
    """Two holders who may be one person (TWO_IDS), or one whose file gave another name (OTHER_NAME, without `second_id`); what was decided.

    `pair_id` follows from kind and persons, so that a pair is found once. `version` grows with each change, `told_version` is the last published.
    """

    __tablename__ = "duplicate_pair"
    __table_args__ = (
        Index("duplicate_pair_first", "first_id"),
        Index("duplicate_pair_second", "second_id", postgresql_where=text("second_id IS NOT NULL")),
        Index("duplicate_pair_queue", "status", text("score DESC"), "pair_id"),
        Index("duplicate_pair_untold", "pair_id", postgresql_where=text("told_version < version")),
        CheckConstraint("kind IN ('TWO_IDS', 'OTHER_NAME')", name="duplicate_pair_kind"),
        CheckConstraint("status IN ('OPEN', 'DIFFERENT', 'SAME', 'MERGE_PROPOSED', 'MERGED')", name="duplicate_pair_status"),
        CheckConstraint(
            "(kind = 'TWO_IDS') = (second_id IS NOT NULL) AND (second_id IS NULL OR first_id < second_id)", name="duplicate_pair_persons"
        ),
    )

    pair_id: UUID = Field(primary_key=True)
    kind: str = Field(sa_type=Text)
    first_id: UUID
    second_id: UUID | None
    score: int = Field(sa_type=SmallInteger)
    reasons: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    status: str = Field(sa_type=Text, sa_column_kwargs={"server_default": text("'OPEN'")})
    version: int = Field(sa_column_kwargs={"server_default": text("1")})
    told_version: int = Field(sa_column_kwargs={"server_default": ZERO})
    found_at: datetime = Field(sa_type=MOMENT)
    claimed_by: str | None = Field(sa_type=Text)
    claimed_at: datetime | None = Field(sa_type=MOMENT)
    decided_by: str | None = Field(sa_type=Text)
    decided_at: datetime | None = Field(sa_type=MOMENT)
    reason: str | None = Field(sa_type=Text)
