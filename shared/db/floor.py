"""The tables that every service's database has: what the bus, idempotency and jobs stand on. Used by each first migration."""

from typing import Final

from alembic import op

FLOOR: Final = """
CREATE TABLE database_epoch (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    epoch uuid NOT NULL DEFAULT gen_random_uuid(),
    last_batch_no bigint NOT NULL DEFAULT 0
);
INSERT INTO database_epoch DEFAULT VALUES;

CREATE TABLE outbox (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    batch_no bigint,
    topic text,
    key text,
    event_id uuid,
    payload bytea,
    expander text,
    chunk jsonb,
    written_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((expander IS NULL) = (payload IS NOT NULL))
);
CREATE INDEX outbox_waiting ON outbox (seq) WHERE batch_no IS NULL;
CREATE INDEX outbox_batch ON outbox (batch_no, seq) WHERE batch_no IS NOT NULL;

CREATE TABLE inbox (
    event_id uuid PRIMARY KEY,
    claimed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE consumer_position (
    topic text,
    partition int,
    position bigint NOT NULL,
    PRIMARY KEY (topic, partition)
);

CREATE TABLE parked (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic text NOT NULL,
    key text NOT NULL,
    waits_for text NOT NULL,
    event_id uuid NOT NULL,
    value bytea NOT NULL,
    parked_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX parked_key ON parked (topic, key, seq);
CREATE INDEX parked_waits ON parked (waits_for);

CREATE TABLE dead_letter (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic text NOT NULL,
    partition int NOT NULL,
    position bigint NOT NULL,
    key text,
    event_id uuid,
    value bytea,
    reason text NOT NULL,
    buried_at timestamptz NOT NULL DEFAULT now(),
    replayed_at timestamptz,
    UNIQUE (topic, partition, position)
);

CREATE TABLE idempotency (
    client text,
    operation text,
    key text,
    request_hash bytea NOT NULL,
    status int,
    body bytea,
    headers jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (client, operation, key)
);

CREATE TABLE job (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    parameters jsonb NOT NULL,
    status text NOT NULL DEFAULT 'QUEUED' CHECK (status IN ('QUEUED', 'RUNNING', 'DONE', 'FAILED')),
    progress jsonb NOT NULL DEFAULT '{}',
    result jsonb,
    error text,
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT now(),
    lease_owner uuid,
    lease_until timestamptz,
    ended_at timestamptz
);
CREATE INDEX job_open ON job (asked_at) WHERE status IN ('QUEUED', 'RUNNING');
"""


def create_floor() -> None:
    """Create the tables above; call it first in a service's first migration."""
    op.execute(FLOOR)


def append_only(app_role: str, *tables: str) -> None:
    """Leave the app role only INSERT and SELECT on the tables (ledger, audit, history)."""
    for table in tables:
        op.execute(
            f"DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{app_role}') THEN REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {app_role}; END IF; END $$"
        )
