"""What persons' keys are made of, and who was erased."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text
from sqlmodel import Field

from services.registry.tables.base import MOMENT, Base


class PersonSalt(Base, table=True):
    """The salt of a person's key; without it what is sealed of them opens nowhere. In a schema that the long backups leave out."""

    __tablename__ = "person_salt"
    __table_args__ = (Index("person_salt_holder", "holder_id", unique=True), {"schema": "apart"})

    holder_id: UUID = Field(primary_key=True)
    salt: bytes


class Erasure(Base, table=True):
    """Who was erased, by which law and by whom. Append-only; the holder id is a keyed hash of the citizen id, so a file does not bring them back."""

    __tablename__ = "erasure"

    holder_id: UUID = Field(primary_key=True)
    proposal_id: UUID
    legal_ground: str = Field(sa_type=Text)
    reference: str = Field(sa_type=Text)
    decided_by: str = Field(sa_type=Text)
    erased_at: datetime = Field(sa_type=MOMENT)
