"""Files that banks sent, what became of their lines, and the files of instructions that banks fetched."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, text
from sqlmodel import Field

from services.payments.tables.columns import Base, big, moment, number, run, text_, zero


def _file() -> Column[UUID]:
    """The file that the row belongs to."""
    return Column(ForeignKey("bank_file.file_id"), primary_key=True, nullable=False)


class BankFileTable(Base, table=True):
    """A file that a bank sent. Each of its `lines` is one of `taken`, `repeated`, `skipped` (says nothing of a payment's end) and `refused`."""

    __tablename__ = "bank_file"
    __table_args__ = (
        Index("bank_file_once", "bank", "sha256", unique=True, postgresql_where=text("status <> 'REFUSED'")),
        Index("bank_file_bank", "bank", "file_id"),
    )
    file_id: UUID = Field(primary_key=True)
    bank: str = Field(sa_column=text_())
    file_name: str = Field(sa_column=text_())
    format: str = Field(sa_column=text_())
    sha256: str = Field(sa_column=text_())
    bytes: int = Field(sa_column=big())
    status: str = Field(sa_column=text_())
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    lines: int = Field(default=0, sa_column_kwargs=zero())
    taken: int = Field(default=0, sa_column_kwargs=zero())
    repeated: int = Field(default=0, sa_column_kwargs=zero())
    skipped: int = Field(default=0, sa_column_kwargs=zero())
    refused: int = Field(default=0, sa_column_kwargs=zero())
    problem_en: str | None = Field(default=None, sa_column=text_(needed=False))
    problem_th: str | None = Field(default=None, sa_column=text_(needed=False))
    sent_by: str = Field(sa_column=text_())
    sent_at: datetime = Field(sa_column=moment())
    ended_at: datetime | None = Field(default=None, sa_column=moment(needed=False))


class BankFilePartTable(Base, table=True):
    """A file's content, sealed, until it is read."""

    __tablename__ = "bank_file_part"
    file_id: UUID = Field(sa_column=_file())
    part_no: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    content_sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class BankFileAnswerTable(Base, table=True):
    """Which answer a line of a file was; append-only. `entry` counts the lines that are read, from 1; `line` is where it begins."""

    __tablename__ = "bank_file_answer"
    __table_args__ = (Index("bank_file_answer_result", "result_id"),)
    file_id: UUID = Field(sa_column=_file())
    entry: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    line: int
    result_id: UUID


class BankFileRefusalTable(Base, table=True):
    """What is wrong with a line of a file, field by field; append-only."""

    __tablename__ = "bank_file_refusal"
    file_id: UUID = Field(sa_column=_file())
    entry: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    fault_no: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    line: int
    field: str = Field(sa_column=text_())
    code: str = Field(sa_column=text_())
    reason_en: str = Field(sa_column=text_())
    reason_th: str = Field(sa_column=text_())
    value_masked: str = Field(sa_column=text_())


class BankFileFetchTable(Base, table=True):
    """Who fetched a file of instructions, when, and which payments it had, by its message id; append-only."""

    __tablename__ = "bank_file_fetch"
    __table_args__ = (Index("bank_file_fetch_file", "run_id", "bank", "file_no"),)
    number: int = Field(sa_column=number())
    run_id: UUID = Field(sa_column=run())
    bank: str = Field(sa_column=text_())
    file_no: int
    message_id: str = Field(sa_column=text_())
    payments: int
    amount_satang: int = Field(sa_column=big())
    fetched_by: str = Field(sa_column=text_())
    fetched_at: datetime = Field(sa_column=moment())
