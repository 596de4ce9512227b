"""What imports note beside the persons."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.registry.tables.base import MOMENT, Base


class ImportRejection(Base, table=True):
    """What is wrong with a line of a file; of its values no more than a mask. Append-only."""

    __tablename__ = "import_rejection"

    import_id: UUID = Field(primary_key=True)
    line: int = Field(primary_key=True)
    field: str = Field(primary_key=True, sa_type=Text)
    code: str = Field(sa_type=Text)
    reason_en: str = Field(sa_type=Text)
    reason_th: str = Field(sa_type=Text)
    value_masked: str = Field(sa_type=Text, sa_column_kwargs={"server_default": ""})


class ImportSeen(Base, table=True):
    """Unchanged persons that a running import has met, so that a second line of theirs is known for one; emptied at its end."""

    __tablename__ = "import_seen"

    import_id: UUID = Field(primary_key=True)
    holder_id: UUID = Field(primary_key=True)


class LateIndex(Base, table=True):
    """An index of card holders that a first load has set aside, and builds when everybody is in. Written by functions of the owner alone."""

    __tablename__ = "late_index"

    name: str = Field(primary_key=True, sa_type=Text)
    definition: str = Field(sa_type=Text)


class ImportMet(Base, table=True):
    """Persons whom a running import met: by rejected lines (not `taken`), and in a preview by all; emptied at its end."""

    __tablename__ = "import_met"
    __table_args__ = (Index("import_met_card", "import_id", "card_index", postgresql_where=text("card_index IS NOT NULL")),)

    import_id: UUID = Field(primary_key=True)
    holder_id: UUID = Field(primary_key=True)
    taken: bool
    card_index: bytes | None


class ImportReport(Base, table=True):
    """What is known of the quality of an import's data: figures, and ids of examples. Append-only."""

    __tablename__ = "import_report"

    import_id: UUID = Field(primary_key=True)
    made_at: datetime = Field(sa_type=MOMENT)
    report: dict[str, Any] = Field(sa_type=JSONB)


class HolderFlag(Base, table=True):
    """A person who was missing in a full file, or whom a file wants removed: for staff to look into. Nobody is deleted."""

    __tablename__ = "holder_flag"
    __table_args__ = (
        Index("holder_flag_open", "holder_id", "kind", unique=True, postgresql_where=text("resolution IS NULL")),
        Index("holder_flag_import", "import_id"),
        CheckConstraint("kind IN ('ABSENT', 'REMOVED')", name="holder_flag_kind"),
        CheckConstraint("resolution IN ('STAYS', 'CONFIRMED', 'BACK_IN_FILE')", name="holder_flag_resolution"),
        CheckConstraint(
            "(resolution IS NULL) = (resolved_by IS NULL) AND (resolution IS NULL) = (resolved_at IS NULL)", name="holder_flag_resolved"
        ),
    )

    flag_id: int = Field(sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    kind: str = Field(sa_type=Text)
    holder_id: UUID
    import_id: UUID
    line: int | None
    reason: str = Field(sa_type=Text)
    version: int = Field(sa_column_kwargs={"server_default": "1"})
    raised_at: datetime = Field(sa_type=MOMENT)
    resolution: str | None = Field(sa_type=Text)
    resolved_by: str | None = Field(sa_type=Text)
    resolved_at: datetime | None = Field(sa_type=MOMENT)
    resolved_why: str | None = Field(sa_type=Text)
