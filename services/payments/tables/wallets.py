"""What banks report was used of payments that are to be spent in shops, and what became of the rest."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from services.payments.tables.columns import Base, big, moment, number, small, text_


class UseReportTable(Base, table=True):
    """Every different report of a bank with what became of it, and again if that changed later; append-only.

    `via` is the bank whose channel brought it.
    """

    __tablename__ = "use_report"
    __table_args__ = (
        Index("use_report_applied", "disbursement_id", "use_month", unique=True, postgresql_where=text("disposition = 'APPLIED'")),
        Index("use_report_waiting", "disbursement_id", postgresql_where=text("disposition IN ('WAITING', 'NOT_PAID')")),
        Index("use_report_exception", "seq", postgresql_where=text("disposition NOT IN ('APPLIED', 'NO_CHANGE')")),
    )
    report_id: UUID = Field(primary_key=True)
    disposition: str = Field(sa_column=text_(key=True))
    seq: int = Field(sa_column=number(key=False))
    batch_id: UUID
    via: str = Field(sa_column=text_())
    bank: str = Field(sa_column=text_())
    instruction_id: str = Field(sa_column=text_())
    disbursement_id: UUID | None = None
    use_month: date
    used_satang: int = Field(sa_column=big())
    bank_reference: str = Field(sa_column=text_())
    received_at: datetime = Field(sa_column=moment())


class WalletEntryTable(Base, table=True):
    """What was used of a payment or lapsed, and what of that was taken back; append-only. `use_month` is the month of the report that caused it."""

    __tablename__ = "wallet_entry"
    __table_args__ = (Index("wallet_entry_holder", "holder_id"),)
    disbursement_id: UUID = Field(primary_key=True)
    entry_no: int = Field(sa_column=small(key=True))
    kind: str = Field(sa_column=text_())
    holder_id: UUID
    use_month: date
    amount_satang: int
    batch_id: UUID
    entered_at: datetime = Field(sa_column=moment())


class UseRequestTable(Base, table=True):
    """When banks were asked for what was used up to a month; append-only."""

    __tablename__ = "use_request"
    use_month: date = Field(primary_key=True)
    request_no: int = Field(sa_column=small(key=True))
    asked_by: str = Field(sa_column=text_())
    asked_at: datetime = Field(sa_column=moment())
