"""The tables that every service's database has: what the bus, idempotency, jobs and the audit stand on. Used by each first migration."""

import re
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
    CHECK (expander IS NOT NULL OR payload IS NOT NULL)
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

CREATE TABLE audit_entry (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    client text NOT NULL,
    reach text NOT NULL,
    purpose text NOT NULL,
    correlation_id text NOT NULL,
    action text NOT NULL,
    holder_id uuid,
    fields text[],
    asked bytea NOT NULL,
    detail text NOT NULL
);
CREATE INDEX audit_entry_holder ON audit_entry (holder_id, seq);

-- What the sealer has not taken yet. Beside the entries, which the app role cannot change.
CREATE TABLE audit_unsealed (
    seq bigint NOT NULL
);

CREATE TABLE audit_seal (
    batch_no bigint PRIMARY KEY,
    covers int8multirange NOT NULL,
    marks bytea NOT NULL,
    head bytea NOT NULL,
    key_id text NOT NULL,
    signature bytea NOT NULL,
    sealed_at timestamptz NOT NULL DEFAULT now()
);
"""

AUDIT_OF_MANY: Final = """
ALTER TABLE audit_entry ADD holders uuid[];
ALTER TABLE audit_entry ALTER holders SET STORAGE EXTERNAL, ALTER asked SET STORAGE EXTERNAL;
CREATE INDEX audit_entry_holders ON audit_entry USING gin (holders) WHERE holders IS NOT NULL;
"""
"""The second step of the audit: an entry about many persons, each asked for, NULL where nobody was found. Ids and digests do not get smaller."""

APPROVALS: Final = """
CREATE TABLE approval (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    subject uuid,
    district text,
    parameters jsonb NOT NULL,
    sealed bytea,
    reason text NOT NULL,
    evidence text NOT NULL,
    status text NOT NULL DEFAULT 'PROPOSED' CHECK (status IN ('PROPOSED', 'APPROVED', 'REJECTED', 'WITHDRAWN')),
    version int NOT NULL DEFAULT 1,
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz,
    decision_reason text,
    CHECK ((status = 'PROPOSED') = (decided_by IS NULL)),
    CHECK (status IN ('PROPOSED', 'WITHDRAWN') OR decided_by <> proposed_by)
);
CREATE INDEX approval_open ON approval (kind, id) WHERE status = 'PROPOSED';
CREATE INDEX approval_subject ON approval (subject) WHERE subject IS NOT NULL;
CREATE INDEX approval_district ON approval (district, id) WHERE district IS NOT NULL;
"""
"""What shared.approvals stands on, for services that need it: `op.execute(APPROVALS)` in a migration."""

GROUP_KEYS: Final = """
CREATE TABLE group_key (
    key_id text PRIMARY KEY CHECK (length(key_id) = 2),
    number smallint NOT NULL UNIQUE,
    status text NOT NULL DEFAULT 'CURRENT' CHECK (status IN ('CURRENT', 'OLD', 'RETIRED')),
    wrapped bytea,
    master_id text NOT NULL,
    made_at timestamptz NOT NULL,
    retired_at timestamptz,
    CHECK ((status = 'RETIRED') = (wrapped IS NULL))
);
CREATE UNIQUE INDEX group_key_current ON group_key (status) WHERE status = 'CURRENT';
"""
"""What shared.keys stands on, the same way."""

WEBHOOKS: Final = """
CREATE TABLE webhook_endpoint (
    id uuid PRIMARY KEY,
    owner text NOT NULL,
    purpose text NOT NULL,
    url text NOT NULL,
    host text NOT NULL,
    ordered boolean NOT NULL,
    status text NOT NULL DEFAULT 'ACTIVE' CHECK (status IN ('ACTIVE', 'PAUSED', 'CLOSED')),
    version int NOT NULL DEFAULT 1,
    registered_at timestamptz NOT NULL,
    served_at timestamptz,
    lease_owner uuid,
    lease_until timestamptz
);
CREATE UNIQUE INDEX webhook_endpoint_open ON webhook_endpoint (owner, purpose, url) WHERE status <> 'CLOSED';
CREATE INDEX webhook_endpoint_leased ON webhook_endpoint (host) WHERE lease_until IS NOT NULL;

-- The body is kept until it is delivered.
CREATE TABLE webhook_delivery (
    id uuid PRIMARY KEY,
    seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    endpoint_id uuid NOT NULL REFERENCES webhook_endpoint,
    about text NOT NULL,
    content_type text NOT NULL,
    body bytea,
    status text NOT NULL DEFAULT 'WAITING' CHECK (status IN ('WAITING', 'DELIVERED', 'DEAD')),
    attempts int NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL,
    last_outcome text,
    enqueued_at timestamptz NOT NULL,
    ended_at timestamptz,
    CHECK (status = 'DELIVERED' OR body IS NOT NULL)
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (endpoint_id, next_at) WHERE status = 'WAITING';
CREATE INDEX webhook_delivery_order ON webhook_delivery (endpoint_id, seq) WHERE status = 'WAITING';
CREATE INDEX webhook_delivery_dead ON webhook_delivery (seq) WHERE status = 'DEAD';
CREATE INDEX webhook_delivery_ended ON webhook_delivery (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE webhook_attempt (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    delivery_id uuid NOT NULL REFERENCES webhook_delivery ON DELETE CASCADE,
    attempt int NOT NULL,
    at timestamptz NOT NULL,
    outcome text NOT NULL,
    took_ms int NOT NULL
);
CREATE INDEX webhook_attempt_delivery ON webhook_attempt (delivery_id, seq);
"""
"""What shared.webhooks stands on, for services that call others back: `op.execute(WEBHOOKS)` in a migration."""

WEBHOOKS_SEALED: Final = "ALTER TABLE webhook_delivery ADD sealed boolean NOT NULL DEFAULT false"
"""The second step of the same: bodies that wait are sealed. What was owed before goes out as it lies there."""

SIGNED_REQUESTS: Final = """
CREATE TABLE signed_request (
    party text,
    jti text,
    signed_at timestamptz NOT NULL,
    PRIMARY KEY (party, jti)
);
CREATE INDEX signed_request_old ON signed_request (signed_at);
"""
"""What shared.http.signed_requests remembers, for services that believe signed requests, the same way."""

_PARTS: Final = (FLOOR, APPROVALS, GROUP_KEYS, WEBHOOKS, SIGNED_REQUESTS)
FLOOR_TABLES: Final = frozenset(name for part in _PARTS for name in re.findall(r"^CREATE TABLE (\w+)", part, re.MULTILINE))
"""The names of the tables of the floor and its parts."""


def create_floor() -> None:
    """Create the tables above; call it first in a service's first migration."""
    op.execute(FLOOR)


def only_for(app_role: str, *functions: str) -> None:
    """Let the app role call the functions (`name(types)`), which do one thing with the owner's rights, and nobody else."""
    for function in functions:
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        op.execute(
            f"DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{app_role}') THEN GRANT EXECUTE ON FUNCTION {function} TO {app_role}; END IF; END $$"
        )


def append_only(app_role: str, *tables: str) -> None:
    """Leave the app role only INSERT and SELECT on the tables (ledger, history), and on the floor's own audit."""
    for table in (*tables, "audit_entry", "audit_seal"):
        op.execute(
            f"DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{app_role}') THEN REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {app_role}; END IF; END $$"
        )
