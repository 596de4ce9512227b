"""What imports note beside the persons."""

from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field

from services.registry.tables.base import Base


class ImportRejection(Base, table=True):
    """What is wrong with a line of a file; never its values. Append-only."""

    __tablename__ = "import_rejection"

    import_id: UUID = Field(primary_key=True)
    line: int = Field(primary_key=True)
    field: str = Field(primary_key=True, sa_type=Text)
    code: str = Field(sa_type=Text)
    reason_en: str = Field(sa_type=Text)
    reason_th: str = Field(sa_type=Text)


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
