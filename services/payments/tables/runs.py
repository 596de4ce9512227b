"""What is looked at before a run is paid, holds, recalls, and money that could not be paid in time."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, UniqueConstraint, text
from sqlmodel import Field

from services.payments.tables.columns import Base, big, moment, months, number, run, text_


class RunTotalTable(Base, table=True):
    """Lines and satang of a run as drawn up, by district, bank (null: none), tier, benefit month and why held (null: not held); append-only."""

    __tablename__ = "run_total"
    __table_args__ = (Index("run_total_run", "run_id", "district"),)
    number: int = Field(sa_column=number())
    run_id: UUID = Field(sa_column=run())
    district: str = Field(sa_column=text_())
    bank: str | None = Field(default=None, sa_column=text_(needed=False))
    tier: str = Field(sa_column=text_())
    benefit_month: date
    held: str | None = Field(default=None, sa_column=text_(needed=False))
    lines: int = Field(sa_column=big())
    amount_satang: int = Field(sa_column=big())


class RunDifferenceTable(Base, table=True):
    """A person whom a run treats otherwise than the last released month did, and why; append-only.

    `before_text` and `now_text` are the district or the bank that changed.
    """

    __tablename__ = "run_difference"
    __table_args__ = (Index("run_difference_run", "run_id", "cause", "holder_id"),)
    number: int = Field(sa_column=number())
    run_id: UUID = Field(sa_column=run())
    holder_id: UUID
    cause: str = Field(sa_column=text_())
    reason: str | None = Field(default=None, sa_column=text_(needed=False))
    months: list[date] = Field(sa_column=months())
    before_satang: int
    now_satang: int
    before_text: str | None = Field(default=None, sa_column=text_(needed=False))
    now_text: str | None = Field(default=None, sa_column=text_(needed=False))


class HoldTable(Base, table=True):
    """Why a person is not paid for now, whoever draws up lists, until another person lifts it.

    `subject` is what it is about: the pair of the suspicion, the report of the death, or the holder.
    """

    __tablename__ = "hold"
    __table_args__ = (
        Index("hold_standing", "holder_id", "cause", "subject", unique=True, postgresql_where=text("lifted_at IS NULL")),
        Index("hold_subject", "subject", "cause"),
    )
    hold_id: UUID = Field(primary_key=True)
    holder_id: UUID
    cause: str = Field(sa_column=text_())
    subject: UUID
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    reason: str = Field(sa_column=text_())
    placed_by: str = Field(sa_column=text_())
    placed_at: datetime = Field(sa_column=moment())
    lifted_by: str | None = Field(default=None, sa_column=text_(needed=False))
    lifted_at: datetime | None = Field(default=None, sa_column=moment(needed=False))
    lift_reason: str | None = Field(default=None, sa_column=text_(needed=False))


class HoldHistoryTable(Base, table=True):
    """Who placed or lifted a hold, when and why; append-only."""

    __tablename__ = "hold_history"
    __table_args__ = (UniqueConstraint("hold_id", "step"),)
    number: int = Field(sa_column=number())
    hold_id: UUID = Field(sa_column=Column(ForeignKey("hold.hold_id"), nullable=False))
    step: str = Field(sa_column=text_())
    who: str = Field(sa_column=text_())
    at: datetime = Field(sa_column=moment())
    why: str = Field(sa_column=text_())


class RecallTable(Base, table=True):
    """Banks were asked to give payments of a released run back: by whom, when, why; append-only."""

    __tablename__ = "recall"
    __table_args__ = (Index("recall_run", "run_id"),)
    recall_id: UUID = Field(primary_key=True)
    run_id: UUID = Field(sa_column=run())
    reason: str = Field(sa_column=text_())
    asked_by: str = Field(sa_column=text_())
    asked_at: datetime = Field(sa_column=moment())


class RecalledPaymentTable(Base, table=True):
    """A payment that was asked back, once; append-only. What came of it is the attempt's state, or a refusal."""

    __tablename__ = "recalled_payment"
    __table_args__ = (Index("recalled_payment_recall", "recall_id", "bank", "chunk_no"),)
    disbursement_id: UUID = Field(sa_column=Column(ForeignKey("disbursement.disbursement_id"), primary_key=True))
    recall_id: UUID = Field(sa_column=Column(ForeignKey("recall.recall_id"), nullable=False))
    bank: str = Field(sa_column=text_())
    chunk_no: int


class RecallRefusalTable(Base, table=True):
    """A bank's answer that it cannot give a payment back; append-only."""

    __tablename__ = "recall_refusal"
    disbursement_id: UUID = Field(sa_column=Column(ForeignKey("recalled_payment.disbursement_id"), primary_key=True))
    reason_code: str = Field(sa_column=text_())
    bank_reference: str = Field(sa_column=text_())
    told_at: datetime = Field(sa_column=moment())


class LapseTable(Base, table=True):
    """A month that could not be paid until its deadline: the money is the envelope's again; append-only. `was` is the state before."""

    __tablename__ = "lapse"
    __table_args__ = (Index("lapse_obligation", "holder_id", "benefit_month"),)
    number: int = Field(sa_column=number())
    holder_id: UUID
    programme: str = Field(sa_column=text_())
    benefit_month: date
    amount_satang: int
    was: str = Field(sa_column=text_())
    lapsed_at: datetime = Field(sa_column=moment())
