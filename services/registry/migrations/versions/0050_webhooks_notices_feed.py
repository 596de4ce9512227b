"""Calling others back, and telling people."""

from alembic import op

from shared.db.floor import WEBHOOKS, append_only

revision = "0050"
down_revision = "0002"

NOTICES = """
CREATE TABLE notice (
    notice_id uuid PRIMARY KEY,
    source text NOT NULL,
    notice_key text NOT NULL,
    holder_id uuid NOT NULL,
    template text NOT NULL,
    template_version int NOT NULL,
    parameters jsonb NOT NULL,
    expires_at timestamptz,
    next_at timestamptz NOT NULL,
    status text NOT NULL CHECK (status IN ('REQUESTED', 'SENDING', 'SENT', 'DELIVERED', 'FAILED', 'REFUSED')),
    reason text,
    version int NOT NULL,
    attempts int NOT NULL,
    lease_until timestamptz,
    requested_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT notice_once UNIQUE (source, notice_key)
);
CREATE INDEX notice_holder ON notice (holder_id, notice_id);
CREATE INDEX notice_due ON notice (next_at) WHERE status = 'REQUESTED';
CREATE INDEX notice_in_doubt ON notice (lease_until) WHERE status = 'SENDING';
CREATE INDEX notice_status ON notice (status, notice_id);

CREATE TABLE notice_history (
    notice_id uuid,
    version int,
    status text NOT NULL,
    reason text,
    at timestamptz NOT NULL,
    PRIMARY KEY (notice_id, version)
);
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(WEBHOOKS)
    op.execute(NOTICES)
    append_only("registry_app", "notice_history")
