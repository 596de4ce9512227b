"""To which agencies people are referred."""

from uuid import UUID

from sqlalchemy import Index, Text
from sqlmodel import Field

from services.registry.tables.base import Base


class Referred(Base, table=True):
    """Copy of plan's referrals: an agency may ask for the contact of who is referred to it now and consents."""

    __tablename__ = "referred"
    __table_args__ = (Index("referred_holder", "holder_id", "agency"),)

    referral_id: UUID = Field(primary_key=True)
    holder_id: UUID
    agency: str = Field(sa_type=Text)
    open: bool
