"""How much money there is for a benefit month, what is promised of it, and what moved."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKey, Index, UniqueConstraint, text
from sqlmodel import Field

from services.payments.tables.columns import Base, big, moment, number, programme, text_, zero


def _envelope(*, key: bool = False) -> Any:
    return Column(ForeignKey("envelope.envelope_id"), primary_key=key, nullable=False)


def _satang() -> Any:
    return Column(BigInteger, nullable=False, server_default=text("0"))


class ProgrammeTable(Base, table=True):
    """A programme of payments, and the source of its money. One of an agency (others have none) sends batches of lines.

    A line is up to `line_satang_max`; a batch of up to `batch_satang_max` needs no second look: two persons gave that limit.
    """

    __tablename__ = "programme"
    programme: str = Field(sa_column=text_(key=True))
    source: str = Field(sa_column=text_())
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    agency: str | None = Field(default=None, sa_column=text_(needed=False))
    name_th: str = Field(sa_column=text_(default=""))
    name_en: str = Field(sa_column=text_(default=""))
    benefit: str | None = Field(default=None, sa_column=text_(needed=False))
    line_satang_max: int = Field(default=0, sa_column_kwargs=zero())
    batch_satang_max: int = Field(sa_column=_satang())


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


class DisbursementBatchTable(Base, table=True):
    """Lines that an agency asks to be paid; approved by another person, or by the limit that two persons gave its programme."""

    __tablename__ = "disbursement_batch"
    __table_args__ = (Index("disbursement_batch_programme", "programme", "batch_id"),)
    batch_id: UUID = Field(primary_key=True)
    programme: str = Field(sa_column=programme(default=None))
    reference: str = Field(sa_column=text_())
    status: str = Field(sa_column=text_())
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    lines: int
    amount_satang: int = Field(sa_column=big())
    refused_lines: int
    sent_by: str = Field(sa_column=text_())
    sent_at: datetime = Field(sa_column=moment())
    decided_by: str | None = Field(default=None, sa_column=text_(needed=False))
    decided_at: datetime | None = Field(default=None, sa_column=moment(needed=False))
    decision_reason: str | None = Field(default=None, sa_column=text_(needed=False))


class BatchLineTable(Base, table=True):
    """A line of a batch. `standing` until its batch is refused or withdrawn; `holds_money` until a run takes over what its batch holds of the envelope."""

    __tablename__ = "batch_line"
    __table_args__ = (Index("batch_line_once", "programme", "holder_id", "benefit_month", unique=True, postgresql_where=text("standing")),)
    batch_id: UUID = Field(primary_key=True)
    line_no: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    programme: str = Field(sa_column=text_())
    holder_id: UUID
    benefit_month: date
    amount_satang: int
    tier: str = Field(sa_column=text_())
    standing: bool = Field(default=True, sa_column_kwargs={"server_default": text("true")})
    holds_money: bool = Field(default=True, sa_column_kwargs={"server_default": text("true")})
