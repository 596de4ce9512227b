"""Keys of DCI senders by the address of their key set; subscriptions that are told by a frequency; what retention looks for."""

from alembic import op

revision = "0110"
down_revision = "0030"

TABLES = """
ALTER TABLE dci_sender
    ALTER COLUMN jwks DROP NOT NULL,
    ADD COLUMN jwks_url text,
    ADD CONSTRAINT dci_sender_keys CHECK ((jwks IS NULL) <> (jwks_url IS NULL));

CREATE TABLE dci_key_set (
    url text PRIMARY KEY,
    jwks jsonb,
    fetched_at timestamptz,
    tried_at timestamptz NOT NULL,
    trouble text,
    CONSTRAINT dci_key_set_fetched CHECK ((jwks IS NULL) = (fetched_at IS NULL))
);

ALTER TABLE dci_subscription
    ADD COLUMN cron text,
    ADD COLUMN next_at timestamptz;
CREATE INDEX dci_subscription_due ON dci_subscription (next_at) WHERE status = 'subscribe' AND next_at IS NOT NULL;

CREATE TABLE dci_pending (
    code uuid,
    holder_id uuid,
    PRIMARY KEY (code, holder_id)
);

CREATE INDEX dci_transaction_ended ON dci_transaction (ended_at) WHERE ended_at IS NOT NULL;
"""


def upgrade() -> None:
    """Make the tables and columns."""
    op.execute(TABLES)
