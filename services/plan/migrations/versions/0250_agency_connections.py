"""How agencies are told, webhooks, and what agencies told on topics and in files."""

from alembic import op

from shared.db.floor import WEBHOOKS, WEBHOOKS_SEALED, append_only

revision = "0250"
down_revision = "0260"

TABLES = """
CREATE TABLE agency_connection (
    agency text PRIMARY KEY REFERENCES agency,
    version int NOT NULL,
    way text NOT NULL CONSTRAINT agency_connection_way CHECK (way IN ('PULL', 'KAFKA', 'FILE', 'WEBHOOK'))
);

CREATE TABLE agency_connection_history (
    agency text NOT NULL,
    version int NOT NULL,
    way text NOT NULL,
    who text NOT NULL,
    at timestamptz NOT NULL,
    why text NOT NULL,
    PRIMARY KEY (agency, version)
);

-- What is to be told by webhook, until it is handed over.
CREATE TABLE agency_notice (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    agency text NOT NULL REFERENCES agency,
    notice jsonb NOT NULL
);
CREATE INDEX agency_notice_agency ON agency_notice (agency, number);

-- Reports of topics, each once: the first that came under an id counts, another under the same is refused once.
CREATE TABLE agency_report (
    agency text NOT NULL,
    report_id text NOT NULL,
    digest text NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (agency, report_id, digest)
);

CREATE TABLE agency_file (
    file_id uuid PRIMARY KEY,
    agency text NOT NULL REFERENCES agency,
    file text NOT NULL,
    sha256 text NOT NULL,
    preview boolean NOT NULL,
    lines int NOT NULL,
    accepted int NOT NULL,
    already int NOT NULL,
    skipped int NOT NULL,
    refused int NOT NULL,
    uploaded_by text NOT NULL,
    uploaded_at timestamptz NOT NULL
);
CREATE INDEX agency_file_agency ON agency_file (agency, file_id);

CREATE TABLE agency_refusal (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    agency text NOT NULL REFERENCES agency,
    way text NOT NULL,
    file_id uuid REFERENCES agency_file,
    line int,
    report_id text,
    referral_id text NOT NULL,
    field text NOT NULL,
    code text NOT NULL,
    reason_en text NOT NULL,
    reason_th text NOT NULL,
    value_masked text NOT NULL,
    refused_at timestamptz NOT NULL
);
CREATE INDEX agency_refusal_agency ON agency_refusal (agency, number);
CREATE INDEX agency_refusal_file ON agency_refusal (file_id, number) WHERE file_id IS NOT NULL;
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(TABLES)
    op.execute(WEBHOOKS)
    op.execute(WEBHOOKS_SEALED)
    append_only("plan_app", "agency_connection_history", "agency_report", "agency_file", "agency_refusal")
