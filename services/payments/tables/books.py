"""What makes the books provable: what a run was eligible for, proofs of runs, closed days of the ledger."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, LargeBinary
from sqlmodel import Field

from services.payments.tables.columns import Base, big, moment, run, text_


def _bytes() -> Column[bytes]:
    return Column(LargeBinary, nullable=False)


class RunEligibleTable(Base, table=True):
    """What was due when the run was drawn up, counted from what is owed and not from the lines; append-only."""

    __tablename__ = "run_eligible"
    run_id: UUID = Field(sa_column=run(key=True))
    lines: int = Field(sa_column=big())
    persons: int = Field(sa_column=big())
    amount_satang: int = Field(sa_column=big())


class RunProofTable(Base, table=True):
    """A proof of a run: the root of the Merkle tree over its lines, and what is said of it, signed; append-only.

    `block_hashes` are those of the tree's nodes over each 4,096 lines. `through_entry` is the run's last ledger entry that it counts.
    """

    __tablename__ = "run_proof"
    run_id: UUID = Field(sa_column=run(key=True))
    version: int = Field(primary_key=True)
    lines: int = Field(sa_column=big())
    root: bytes = Field(sa_column=_bytes())
    block_hashes: bytes = Field(sa_column=_bytes())
    through_entry: int = Field(sa_column=big())
    statement: str = Field(sa_column=text_())
    signed: str = Field(sa_column=text_())
    made_at: datetime = Field(sa_column=moment())


class RunProofChunkTable(Base, table=True):
    """Where the lines of a run's chunk stand among the leaves of a proof; append-only."""

    __tablename__ = "run_proof_chunk"
    __table_args__ = (ForeignKeyConstraint(["run_id", "version"], ["run_proof.run_id", "run_proof.version"]),)
    run_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    first_leaf: int = Field(sa_type=BigInteger, primary_key=True)
    lines: int
    bank: str | None = Field(default=None, sa_column=text_(needed=False))
    chunk_no: int


class LedgerDayTable(Base, table=True):
    """A day of the ledger that is closed: nothing can be posted on it any more. Its head follows from the day before; append-only.

    `marks` are the first eight bytes of each entry's digest, to name the entry that was changed.
    """

    __tablename__ = "ledger_day"
    day: date = Field(primary_key=True)
    number: int = Field(unique=True)
    entries: int = Field(sa_column=big())
    payments: int = Field(sa_column=big())
    amount_satang: int = Field(sa_column=big())
    marks: bytes = Field(sa_column=_bytes())
    head: bytes = Field(sa_column=_bytes())
    signed: str = Field(sa_column=text_())
    closed_at: datetime = Field(sa_column=moment())
