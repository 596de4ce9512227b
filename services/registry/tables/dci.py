"""Who asks by the DCI Social Registry API, what they asked, and what they want to be told."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Boolean, CheckConstraint, Column, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.registry.tables.base import MOMENT, ZERO, Base


class DciSender(Base, table=True):
    """A system that may ask. `client` is whose token it brings, `endpoints` are our webhook endpoints by callback.

    Its keys are given (`jwks`) or fetched from its address (`jwks_url`).
    """

    __tablename__ = "dci_sender"
    __table_args__ = (
        CheckConstraint("status IN ('ACTIVE', 'SUSPENDED')", name="dci_sender_status"),
        CheckConstraint("basis IN ('PUBLIC_TASK', 'CONSENT')", name="dci_sender_basis"),
        CheckConstraint("(jwks IS NULL) <> (jwks_url IS NULL)", name="dci_sender_keys"),
    )

    sender_id: str = Field(primary_key=True, sa_type=Text)
    client: str = Field(sa_type=Text)
    organisation: str = Field(sa_type=Text)
    jwks: dict[str, object] | None = Field(sa_column=Column(JSONB))
    jwks_url: str | None = Field(sa_type=Text)
    callback_base: str | None = Field(sa_type=Text)
    endpoints: dict[str, str] = Field(sa_column=Column(JSONB, nullable=False))
    reach: str = Field(sa_type=Text)
    reg_types: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    purposes: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    plain: bool
    basis: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    version: int
    changed_by: str = Field(sa_type=Text)
    changed_at: datetime = Field(sa_type=MOMENT)


class DciKeySet(Base, table=True):
    """The public keys that a sender publishes at its address, as they were fetched last; `trouble` is why the last try failed."""

    __tablename__ = "dci_key_set"
    __table_args__ = (CheckConstraint("(jwks IS NULL) = (fetched_at IS NULL)", name="dci_key_set_fetched"),)

    url: str = Field(primary_key=True, sa_type=Text)
    jwks: dict[str, object] | None = Field(sa_column=Column(JSONB))
    fetched_at: datetime | None = Field(sa_type=MOMENT)
    tried_at: datetime = Field(sa_type=MOMENT)
    trouble: str | None = Field(sa_type=Text)


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
        Index("dci_transaction_ended", "ended_at", postgresql_where=text("ended_at IS NOT NULL")),
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
    """What a sender wants to be told. The filter is sealed, since it may name a person; `digest` knows the same wish again.

    With a `cron` it is told at its moments, the next of which is `next_at`; without one as things happen.
    """

    __tablename__ = "dci_subscription"
    __table_args__ = (
        Index("dci_subscription_once", "sender_id", "digest", unique=True, postgresql_where=text("status = 'subscribe'")),
        Index("dci_subscription_due", "next_at", postgresql_where=text("status = 'subscribe' AND next_at IS NOT NULL")),
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
    cron: str | None = Field(sa_type=Text)
    next_at: datetime | None = Field(sa_type=MOMENT)


class DciPending(Base, table=True):
    """Whom a subscription with a frequency is to be told of at its next moment."""

    __tablename__ = "dci_pending"

    code: UUID = Field(primary_key=True)
    holder_id: UUID = Field(primary_key=True)


class DciTold(Base, table=True):
    """How far in the change feed subscribers were told: one row."""

    __tablename__ = "dci_told"
    __table_args__ = (CheckConstraint("one", name="dci_told_one"),)

    one: bool = Field(primary_key=True)
    no: int = Field(sa_type=BigInteger)
