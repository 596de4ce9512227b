"""Files that banks send, and files of instructions that they fetch."""

from alembic import op

from shared.db.floor import append_only

revision = "0370"
down_revision = "0360"

TABLES = """
CREATE TABLE bank_file (
    file_id uuid PRIMARY KEY,
    bank text NOT NULL,
    file_name text NOT NULL,
    format text NOT NULL,
    sha256 text NOT NULL,
    bytes bigint NOT NULL,
    status text NOT NULL CHECK (status IN ('RECEIVED', 'DONE', 'REFUSED')),
    version int NOT NULL DEFAULT 1,
    lines int NOT NULL DEFAULT 0,
    taken int NOT NULL DEFAULT 0,
    repeated int NOT NULL DEFAULT 0,
    skipped int NOT NULL DEFAULT 0,
    refused int NOT NULL DEFAULT 0,
    problem_en text,
    problem_th text,
    sent_by text NOT NULL,
    sent_at timestamptz NOT NULL,
    ended_at timestamptz,
    CHECK (lines = taken + repeated + skipped + refused),
    CHECK ((status = 'REFUSED') = (problem_en IS NOT NULL)),
    CHECK ((status = 'RECEIVED') = (ended_at IS NULL))
);
CREATE UNIQUE INDEX bank_file_once ON bank_file (bank, sha256) WHERE status <> 'REFUSED';
CREATE INDEX bank_file_bank ON bank_file (bank, file_id);

CREATE TABLE bank_file_part (
    file_id uuid NOT NULL REFERENCES bank_file,
    part_no int NOT NULL,
    content_sealed bytea NOT NULL,
    PRIMARY KEY (file_id, part_no)
);

CREATE TABLE bank_file_answer (
    file_id uuid NOT NULL REFERENCES bank_file,
    entry int NOT NULL,
    line int NOT NULL,
    result_id uuid NOT NULL,
    PRIMARY KEY (file_id, entry)
);
CREATE INDEX bank_file_answer_result ON bank_file_answer (result_id);

CREATE TABLE bank_file_refusal (
    file_id uuid NOT NULL REFERENCES bank_file,
    entry int NOT NULL,
    fault_no int NOT NULL,
    line int NOT NULL,
    field text NOT NULL,
    code text NOT NULL,
    reason_en text NOT NULL,
    reason_th text NOT NULL,
    value_masked text NOT NULL,
    PRIMARY KEY (file_id, entry, fault_no)
);

CREATE TABLE bank_file_fetch (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id uuid NOT NULL REFERENCES run,
    bank text NOT NULL,
    file_no int NOT NULL,
    message_id text NOT NULL,
    payments int NOT NULL,
    amount_satang bigint NOT NULL,
    fetched_by text NOT NULL,
    fetched_at timestamptz NOT NULL
);
CREATE INDEX bank_file_fetch_file ON bank_file_fetch (run_id, bank, file_no);
"""


def upgrade() -> None:
    """Make the tables; what was told and fetched can only be added to."""
    op.execute(TABLES)
    append_only("payments_app", "bank_file_answer", "bank_file_refusal", "bank_file_fetch")
