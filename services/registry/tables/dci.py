"""Who asks by the DCI Social Registry API, what they asked, and what they want to be told."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Boolean, CheckConstraint, Column, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.registry.tables.base import MOMENT, ZERO, Base


class DciSender(Base, table=True):
    """A system that may ask. `client` is whose token it brings, `endpoints` are our webhook endpoints by callback."""

    __tablename__ = "dci_sender"
    __table_args__ = (CheckConstraint("status IN ('ACTIVE', 'SUSPENDED')", name="dci_sender_status"),)

    sender_id: str = Field(primary_key=True, sa_type=Text)
    client: str = Field(sa_type=Text)
    organisation: str = Field(sa_type=Text)
    jwks: dict[str, object] = Field(sa_column=Column(JSONB, nullable=False))
    callback_base: str | None = Field(sa_type=Text)
    endpoints: dict[str, str] = Field(sa_column=Column(JSONB, nullable=False))
    reach: str = Field(sa_type=Text)
    reg_types: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    purposes: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    plain: bool
    status: str = Field(sa_type=Text)
    version: int
    changed_by: str = Field(sa_type=Text)
    changed_at: datetime = Field(sa_type=MOMENT)


class DciMessage(Base, table=True):
    """Message ids that were taken, so that none is taken twice. `digest` is a keyed hash of the message."""

    __tablename__ = "dci_message"
    __table_args__ = (Index("dci_message_age", "received_at"),)

    sender_id: str = Field(primary_key=True, sa_type=Text)
    message_id: str = Field(primary_key=True, sa_type=Text)
    digest: bytes
    correlation_id: UUID
    received_at: datetime = Field(sa_type=MOMENT)


class DciTransaction(Base, table=True):
    """A message that was taken. The request of an asynchronous search is kept sealed until it is answered.

    `allowed` is what the caller's token allowed when it asked; the sender's registration is asked again when it is worked at.
    """

    __tablename__ = "dci_transaction"
    __table_args__ = (
        Index("dci_transaction_once", "sender_id", "action", "transaction_id", unique=True, postgresql_where=text("NOT sync")),
        Index("dci_transaction_named", "sender_id", "transaction_id"),
        Index("dci_transaction_open", "received_at", postgresql_where=text("request_sealed IS NOT NULL")),
        CheckConstraint("status IN ('rcvd', 'pdng', 'succ', 'rjct')", name="dci_transaction_status"),
    )

    correlation_id: UUID = Field(primary_key=True)
    sender_id: str = Field(sa_type=Text)
    transaction_id: str = Field(sa_type=Text)
    action: str = Field(sa_type=Text)
    sync: bool = Field(sa_type=Boolean)
    digest: bytes
    request_sealed: bytes | None
    allowed: dict[str, object] = Field(sa_column=Column(JSONB, nullable=False))
    status: str = Field(sa_type=Text)
    total: int
    completed: int = Field(default=0, sa_column_kwargs={"server_default": ZERO})
    received_at: datetime = Field(sa_type=MOMENT)
    ended_at: datetime | None = Field(sa_type=MOMENT)


class DciReference(Base, table=True):
    """How one request of a batch ended."""

    __tablename__ = "dci_reference"
    __table_args__ = (Index("dci_reference_named", "reference_id"),)

    correlation_id: UUID = Field(primary_key=True)
    place: int = Field(primary_key=True)
    reference_id: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    reason_code: str | None = Field(sa_type=Text)
    reason_message: str | None = Field(sa_type=Text)
    ended_at: datetime = Field(sa_type=MOMENT)


class DciSubscription(Base, table=True):
    """What a sender wants to be told. The filter is sealed, since it may name a person; `digest` knows the same wish again."""

    __tablename__ = "dci_subscription"
    __table_args__ = (
        Index("dci_subscription_once", "sender_id", "digest", unique=True, postgresql_where=text("status = 'subscribe'")),
        CheckConstraint("status IN ('subscribe', 'unsubscribe')", name="dci_subscription_status"),
    )

    code: UUID = Field(primary_key=True)
    sender_id: str = Field(sa_type=Text)
    correlation_id: UUID
    transaction_id: str = Field(sa_type=Text)
    reference_id: str = Field(sa_type=Text)
    happened: str = Field(sa_type=Text)
    request_sealed: bytes
    digest: bytes
    allowed: dict[str, object] = Field(sa_column=Column(JSONB, nullable=False))
    starts_at: datetime | None = Field(sa_type=MOMENT)
    ends_at: datetime | None = Field(sa_type=MOMENT)
    status: str = Field(sa_type=Text)
    subscribed_at: datetime = Field(sa_type=MOMENT)
    unsubscribed_at: datetime | None = Field(sa_type=MOMENT)


class DciTold(Base, table=True):
    """How far in the change feed subscribers were told: one row."""

    __tablename__ = "dci_told"
    __table_args__ = (CheckConstraint("one", name="dci_told_one"),)

    one: bool = Field(primary_key=True)
    no: int = Field(sa_type=BigInteger)
