"""Senders, messages, transactions and subscriptions of the DCI Social Registry API."""

from alembic import op

revision = "0060"
down_revision = "0050"

TABLES = """
CREATE TABLE dci_sender (
    sender_id text PRIMARY KEY,
    client text NOT NULL,
    organisation text NOT NULL,
    jwks jsonb NOT NULL,
    callback_base text,
    endpoints jsonb NOT NULL,
    reach text NOT NULL,
    reg_types text[] NOT NULL,
    purposes text[] NOT NULL,
    plain boolean NOT NULL,
    status text NOT NULL CONSTRAINT dci_sender_status CHECK (status IN ('ACTIVE', 'SUSPENDED')),
    version int NOT NULL,
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL
);

CREATE TABLE dci_message (
    sender_id text,
    message_id text,
    digest bytea NOT NULL,
    correlation_id uuid NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (sender_id, message_id)
);
CREATE INDEX dci_message_age ON dci_message (received_at);

CREATE TABLE dci_transaction (
    correlation_id uuid PRIMARY KEY,
    sender_id text NOT NULL,
    transaction_id text NOT NULL,
    action text NOT NULL,
    sync boolean NOT NULL,
    digest bytea NOT NULL,
    request_sealed bytea,
    allowed jsonb NOT NULL,
    status text NOT NULL CONSTRAINT dci_transaction_status CHECK (status IN ('rcvd', 'pdng', 'succ', 'rjct')),
    total int NOT NULL,
    completed int NOT NULL DEFAULT 0,
    received_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE UNIQUE INDEX dci_transaction_once ON dci_transaction (sender_id, action, transaction_id) WHERE NOT sync;
CREATE INDEX dci_transaction_named ON dci_transaction (sender_id, transaction_id);
CREATE INDEX dci_transaction_open ON dci_transaction (received_at) WHERE request_sealed IS NOT NULL;

CREATE TABLE dci_reference (
    correlation_id uuid,
    place int,
    reference_id text NOT NULL,
    status text NOT NULL,
    reason_code text,
    reason_message text,
    ended_at timestamptz NOT NULL,
    PRIMARY KEY (correlation_id, place)
);
CREATE INDEX dci_reference_named ON dci_reference (reference_id);

CREATE TABLE dci_subscription (
    code uuid PRIMARY KEY,
    sender_id text NOT NULL,
    correlation_id uuid NOT NULL,
    transaction_id text NOT NULL,
    reference_id text NOT NULL,
    happened text NOT NULL,
    request_sealed bytea NOT NULL,
    digest bytea NOT NULL,
    allowed jsonb NOT NULL,
    starts_at timestamptz,
    ends_at timestamptz,
    status text NOT NULL CONSTRAINT dci_subscription_status CHECK (status IN ('subscribe', 'unsubscribe')),
    subscribed_at timestamptz NOT NULL,
    unsubscribed_at timestamptz
);
CREATE UNIQUE INDEX dci_subscription_once ON dci_subscription (sender_id, digest) WHERE status = 'subscribe';

CREATE TABLE dci_told (
    one boolean PRIMARY KEY CONSTRAINT dci_told_one CHECK (one),
    no bigint NOT NULL
);
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(TABLES)
