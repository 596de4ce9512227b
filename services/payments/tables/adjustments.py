"""Adjustments of months that are granted already, and what two persons decide."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, SmallInteger, text
from sqlmodel import Field

from services.payments.tables.columns import Base, moment, small, text_


class AdjustmentTable(Base, table=True):
    """An entry about a benefit month of a person whose obligation is there: its numbered child (services.payments.rules.adjusting). Append-only.

    `disbursement_id` is the payment that is to be got back; `about_no` the back-pay that is cancelled, or the recovery's entry that
    is demanded. Without `proposal_id` it followed by itself from money that came back or a month that is not due.
    """

    __tablename__ = "adjustment"
    __table_args__ = (
        Index("adjustment_disbursement", "disbursement_id", postgresql_where=text("disbursement_id IS NOT NULL")),
        Index("adjustment_proposal", "proposal_id"),
        Index("adjustment_cancelled_once", "holder_id", "benefit_month", "about_no", unique=True, postgresql_where=text("kind = 'CANCEL'")),
        Index("adjustment_demanded_once", "disbursement_id", "about_no", unique=True, postgresql_where=text("kind = 'DEMAND'")),
    )
    holder_id: UUID = Field(primary_key=True)
    benefit_month: date = Field(primary_key=True)
    adjustment_no: int = Field(sa_column=small(key=True))
    kind: str = Field(sa_column=text_())
    amount_satang: int
    cause: str = Field(sa_column=text_())
    disbursement_id: UUID | None = None
    about_no: int | None = Field(default=None, sa_type=SmallInteger)
    proposal_id: UUID | None = None
    booked_by: str = Field(sa_column=text_())
    booked_at: datetime = Field(sa_column=moment())
