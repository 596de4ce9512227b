"""The change feed, and who is sent it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from services.registry.tables.base import MOMENT, Base


class ChangeFeed(Base, table=True):
    """What was published of holders: one version of one, or the versions of a chunk of a bulk lane. Written by a trigger of the outbox.

    `no` is the order of the feed, given after the commit; `seq` the order of writing. With `routed_on` it tells that another district
    is responsible for the holder, who is as in that version; written with the change of the district.
    """

    __tablename__ = "change_feed"
    __table_args__ = (
        Index("change_feed_no", "no", unique=True, postgresql_where=text("no IS NOT NULL")),
        Index("change_feed_unnumbered", "seq", postgresql_where=text("no IS NULL")),
    )
    seq: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    no: int | None = Field(sa_type=BigInteger)
    holder_id: UUID | None
    version: int | None
    change_id: UUID | None
    chunk_no: int | None
    routed_on: date | None
    responsible_district: str | None = Field(sa_type=Text)
    previous_district: str | None = Field(sa_type=Text)


class ChangeSubscription(Base, table=True):
    """The feed by webhook: what an endpoint wants within the reach that its owner had, and how far it is."""

    __tablename__ = "change_subscription"
    endpoint_id: UUID = Field(primary_key=True)
    owner: str = Field(sa_type=Text)
    reach_level: str = Field(sa_type=Text)
    reach_code: str = Field(sa_type=Text)
    kinds: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    area: str = Field(sa_type=Text)
    next_no: int = Field(sa_type=BigInteger)
    next_holder: UUID
    in_hand: UUID | None
    version: int
    subscribed_at: datetime = Field(sa_type=MOMENT)
