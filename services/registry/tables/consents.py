"""What card holders consented to."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text
from sqlmodel import Field

from services.registry.tables.base import MOMENT, Base


class Consent(Base, table=True):
    """One purpose given or withdrawn by a person. Append-only; of a person and a purpose the newest `counts_at` holds.

    `card_holder.consents` is what follows: the purposes given, null while there is no row of the person.
    """

    __tablename__ = "consent"
    __table_args__ = (
        Index("consent_holder", "holder_id", "purpose", "counts_at"),
        CheckConstraint("decision IN ('GIVEN', 'WITHDRAWN')", name="consent_decision"),
        CheckConstraint("decision = 'WITHDRAWN' OR notice_version IS NOT NULL", name="consent_notice"),
    )

    consent_id: UUID = Field(primary_key=True)
    holder_id: UUID
    purpose: str = Field(sa_type=Text)
    decision: str = Field(sa_type=Text)
    notice_version: str | None = Field(sa_type=Text)
    signed_on: date
    counts_at: datetime = Field(sa_type=MOMENT)
    channel: str = Field(sa_type=Text)
    evidence: str = Field(sa_type=Text)
    recorded_by: str = Field(sa_type=Text)
    recorded_at: datetime = Field(sa_type=MOMENT)
