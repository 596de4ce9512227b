"""Devices of officers who work without a network, what came from them, and the packs they took."""

from alembic import op

from shared.db.floor import append_only

revision = "0260"
down_revision = "0250"

TABLES = """
CREATE TABLE device (
    device_id uuid NOT NULL,
    officer_id uuid NOT NULL REFERENCES officer (officer_id),
    name varchar NOT NULL,
    public_key jsonb NOT NULL,
    registered_at timestamptz NOT NULL,
    registered_by varchar NOT NULL,
    revoked_at timestamptz,
    revoked_by varchar,
    revoked_why varchar,
    last_seq bigint NOT NULL,
    last_sync_at timestamptz,
    clock_offset_seconds int,
    PRIMARY KEY (device_id)
);
CREATE INDEX device_officer ON device (officer_id, device_id);

CREATE TABLE sync_operation (
    operation_id uuid NOT NULL,
    device_id uuid NOT NULL REFERENCES device (device_id),
    seq bigint NOT NULL,
    kind varchar NOT NULL,
    request_hash bytea NOT NULL,
    made_at timestamptz NOT NULL,
    corrected_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    outcome varchar NOT NULL,
    choice varchar,
    case_id uuid,
    case_version int,
    done jsonb NOT NULL,
    PRIMARY KEY (operation_id),
    CONSTRAINT sync_operation_seq UNIQUE (device_id, seq)
);
CREATE INDEX sync_operation_case ON sync_operation (case_id, case_version);

CREATE TABLE sync_pack (
    device_id uuid NOT NULL REFERENCES device (device_id),
    pack_no bigint NOT NULL,
    taken_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    sections jsonb NOT NULL,
    cases jsonb NOT NULL,
    PRIMARY KEY (device_id, pack_no)
);
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(TABLES)
    append_only("interview_app", "sync_operation")
