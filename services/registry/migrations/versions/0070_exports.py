"""Lists of people that leave the registry, and their receipt."""

from alembic import op

from shared.db.floor import append_only

revision = "0070"
down_revision = "0040"


TABLES = """
CREATE TABLE export_recipient (
    recipient_id uuid PRIMARY KEY,
    version int NOT NULL DEFAULT 1,
    kind text NOT NULL CONSTRAINT export_recipient_kind CHECK (kind IN ('GOVERNOR', 'DISTRICT_OFFICE', 'MINISTRY', 'BANK')),
    unit text NOT NULL,
    area text,
    bank text,
    agency text,
    office text NOT NULL,
    public_key text NOT NULL,
    fingerprint text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    status text NOT NULL CONSTRAINT export_recipient_status CHECK (status IN ('PROPOSED', 'ACTIVE', 'REJECTED', 'REVOKED')),
    registered_by text NOT NULL,
    registered_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz,
    ended_by text,
    ended_at timestamptz,
    ended_reason text
);
CREATE INDEX export_recipient_unit ON export_recipient (kind, unit);

CREATE TABLE export (
    export_id uuid PRIMARY KEY,
    version int NOT NULL DEFAULT 1,
    distribution_id uuid,
    recipient_id uuid NOT NULL,
    public_key text NOT NULL,
    fingerprint text NOT NULL,
    area text,
    bank text,
    agency text,
    purpose text NOT NULL,
    basis text NOT NULL,
    reason text NOT NULL,
    scope jsonb NOT NULL,
    columns text[] NOT NULL,
    file_format text NOT NULL,
    keep_days int NOT NULL,
    planned_rows bigint NOT NULL,
    status text NOT NULL CONSTRAINT export_status
        CHECK (status IN ('PROPOSED', 'REJECTED', 'WITHDRAWN', 'QUEUED', 'MAKING', 'FAILED', 'READY', 'EXPIRED', 'REVOKED')),
    correlation_id text NOT NULL,
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz,
    attempt int NOT NULL DEFAULT 0,
    error text,
    rows bigint,
    plain_sha256 text,
    file_sha256 text,
    file_bytes bigint,
    policy_version int,
    made_at timestamptz,
    expires_at timestamptz,
    manifest text,
    signature text,
    ended_by text,
    ended_at timestamptz,
    ended_reason text,
    confirmed_by text,
    confirmed_at timestamptz,
    CONSTRAINT export_manifest CHECK ((status IN ('READY', 'EXPIRED')) <= (manifest IS NOT NULL))
);
CREATE INDEX export_distribution ON export (distribution_id) WHERE distribution_id IS NOT NULL;
CREATE INDEX export_expiring ON export (expires_at) WHERE status = 'READY';
CREATE INDEX export_area ON export (area) WHERE area IS NOT NULL;

CREATE TABLE export_receipt (
    export_id uuid,
    receipt_no bigint GENERATED ALWAYS AS IDENTITY,
    told_by text NOT NULL,
    told_at timestamptz NOT NULL,
    rows bigint NOT NULL,
    plain_sha256 text NOT NULL,
    matched boolean NOT NULL,
    PRIMARY KEY (export_id, receipt_no)
);

CREATE TABLE distribution (
    distribution_id uuid PRIMARY KEY,
    version int NOT NULL DEFAULT 1,
    status text NOT NULL CONSTRAINT distribution_status CHECK (status IN ('PROPOSED', 'APPROVED', 'REJECTED')),
    reason text NOT NULL,
    columns text[] NOT NULL,
    file_format text NOT NULL,
    keep_days int NOT NULL,
    planned_rows bigint NOT NULL,
    correlation_id text NOT NULL,
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz
);

CREATE TABLE distribution_list (
    distribution_id uuid,
    area text,
    kind text NOT NULL,
    planned_rows bigint NOT NULL,
    export_id uuid,
    PRIMARY KEY (distribution_id, area)
);
"""


def upgrade() -> None:
    """Make everything."""
    op.execute(TABLES)
    append_only("registry_app", "export_receipt")
