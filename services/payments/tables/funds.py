"""How much money there is for a benefit month, what is promised of it, and what moved."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKey, Index, UniqueConstraint, text
from sqlmodel import Field

from services.payments.tables.columns import Base, big, moment, number, text_


def _envelope(*, key: bool = False) -> Any:
    return Column(ForeignKey("envelope.envelope_id"), primary_key=key, nullable=False)


def _satang() -> Any:
    return Column(BigInteger, nullable=False, server_default=text("0"))


class ProgrammeTable(Base, table=True):
    """A programme of payments, and the source of its money."""

    __tablename__ = "programme"
    programme: str = Field(sa_column=text_(key=True))
    source: str = Field(sa_column=text_())


class EnvelopeTable(Base, table=True):
    """The money of one source for one benefit month; committed and spent together never pass the ceiling (CHECK)."""

    __tablename__ = "envelope"
    __table_args__ = (UniqueConstraint("source", "month"),)
    envelope_id: UUID = Field(primary_key=True)
    source: str = Field(sa_column=text_())
    month: date
    ceiling_satang: int = Field(sa_column=_satang())
    committed_satang: int = Field(sa_column=_satang())
    spent_satang: int = Field(sa_column=_satang())
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})


class CommitmentTable(Base, table=True):
    """What a run (`cause_id`) holds of an envelope, and what of it is spent."""

    __tablename__ = "commitment"
    __table_args__ = (Index("commitment_envelope", "envelope_id"),)
    cause_id: UUID = Field(primary_key=True)
    envelope_id: UUID = Field(sa_column=_envelope(key=True))
    committed_satang: int = Field(sa_column=_satang())
    spent_satang: int = Field(sa_column=_satang())


class EnvelopeEntryTable(Base, table=True):
    """What moved in an envelope; append-only. `cause_id` is the proposal or the run, which know who and why."""

    __tablename__ = "envelope_entry"
    __table_args__ = (Index("envelope_entry_envelope", "envelope_id", "number"),)
    number: int = Field(sa_column=number())
    envelope_id: UUID = Field(sa_column=_envelope())
    kind: str = Field(sa_column=text_())
    satang: int = Field(sa_column=big())
    cause_id: UUID
    entered_at: datetime = Field(sa_column=moment())
