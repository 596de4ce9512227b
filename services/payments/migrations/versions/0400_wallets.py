"""What may be bought and until when, what banks report was used of it, and what lapses."""

from alembic import op

from shared.db.floor import append_only

revision = "0400"
down_revision = "0390"

CHANGES = """
-- What was instructed before was told no terms: nothing is reported of it, and nothing of it lapses.
ALTER TABLE run ADD terms jsonb;

CREATE TABLE use_report (
    report_id uuid,
    disposition text,
    seq bigint GENERATED ALWAYS AS IDENTITY,
    batch_id uuid NOT NULL,
    via text NOT NULL,
    bank text NOT NULL,
    instruction_id text NOT NULL,
    disbursement_id uuid,
    use_month date NOT NULL,
    used_satang bigint NOT NULL CHECK (used_satang >= 0),
    bank_reference text NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (report_id, disposition)
);
-- Of a payment's month one report counts.
CREATE UNIQUE INDEX use_report_applied ON use_report (disbursement_id, use_month) WHERE disposition = 'APPLIED';
CREATE INDEX use_report_waiting ON use_report (disbursement_id) WHERE disposition IN ('WAITING', 'NOT_PAID');
CREATE INDEX use_report_exception ON use_report (seq) WHERE disposition NOT IN ('APPLIED', 'NO_CHANGE');

CREATE TABLE wallet_entry (
    disbursement_id uuid,
    entry_no smallint,
    kind text NOT NULL CHECK (kind IN ('USED', 'LAPSED', 'USE_TAKEN_BACK', 'LAPSE_TAKEN_BACK')),
    holder_id uuid NOT NULL,
    use_month date NOT NULL,
    amount_satang int NOT NULL CHECK (amount_satang > 0),
    batch_id uuid NOT NULL,
    entered_at timestamptz NOT NULL,
    PRIMARY KEY (disbursement_id, entry_no)
);
CREATE INDEX wallet_entry_holder ON wallet_entry (holder_id);

CREATE TABLE use_request (
    use_month date,
    request_no smallint,
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL,
    PRIMARY KEY (use_month, request_no)
);

CREATE INDEX holder_deceased ON holder (holder_id) WHERE deceased_on IS NOT NULL;

ALTER TABLE envelope_entry DROP CONSTRAINT envelope_entry_kind_check, ADD CONSTRAINT envelope_entry_kind_check CHECK (kind IN
    ('OPENED', 'RAISED', 'TRANSFERRED_IN', 'TRANSFERRED_OUT', 'COMMITTED', 'FREED', 'SPENT', 'RETURNED', 'LAPSED', 'LAPSE_TAKEN_BACK'));
"""


def upgrade() -> None:
    """Make the tables; what was used and what lapsed can only be added to."""
    op.execute(CHANGES)
    append_only("payments_app", "use_report", "wallet_entry", "use_request")
