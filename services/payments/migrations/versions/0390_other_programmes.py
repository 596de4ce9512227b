"""Programmes of others: their batches of lines, found by holder id or citizen id, paid by runs of their own."""

from alembic import op

revision = "0390"
down_revision = "0340"

CHANGES = """
ALTER TABLE holder ADD COLUMN citizen_index bytea;
CREATE INDEX holder_citizen ON holder USING hash (citizen_index);

ALTER TABLE programme
    ADD COLUMN version int NOT NULL DEFAULT 1,
    ADD COLUMN agency text,
    ADD COLUMN name_th text NOT NULL DEFAULT '',
    ADD COLUMN name_en text NOT NULL DEFAULT '',
    ADD COLUMN benefit text,
    ADD COLUMN line_satang_max int NOT NULL DEFAULT 0,
    ADD COLUMN batch_satang_max bigint NOT NULL DEFAULT 0,
    ADD CHECK ((agency IS NULL) = (benefit IS NULL) AND (agency IS NULL) = (line_satang_max = 0) AND 0 <= batch_satang_max);
UPDATE programme SET name_th = 'เงินเพิ่มตามมาตรการพัฒนาคุณภาพชีวิตผู้มีบัตรสวัสดิการแห่งรัฐ', name_en = 'Monthly allowance of the measure of 2561';

ALTER TABLE run ADD COLUMN programme text NOT NULL DEFAULT 'TOP_UP_2561' REFERENCES programme;
DROP INDEX run_one_open;
CREATE UNIQUE INDEX run_one_open ON run (programme) WHERE status IN ('PREPARING', 'PROPOSED', 'APPROVED');

-- Of the one programme that pays the whole country it has no row.
CREATE INDEX obligation_of_others ON obligation (programme, benefit_month) WHERE programme <> 'TOP_UP_2561';

CREATE TABLE disbursement_batch (
    batch_id uuid PRIMARY KEY,
    programme text NOT NULL REFERENCES programme,
    reference text NOT NULL,
    status text NOT NULL CHECK (status IN ('WAITING', 'APPROVED', 'REFUSED', 'WITHDRAWN')),
    version int NOT NULL DEFAULT 1,
    lines int NOT NULL,
    amount_satang bigint NOT NULL CHECK (amount_satang > 0),
    refused_lines int NOT NULL,
    sent_by text NOT NULL,
    sent_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz,
    decision_reason text,
    CHECK ((status = 'WAITING') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)),
    CHECK (status IN ('WAITING', 'WITHDRAWN') OR decided_by <> sent_by)
);
CREATE INDEX disbursement_batch_programme ON disbursement_batch (programme, batch_id);

CREATE TABLE batch_line (
    batch_id uuid,
    line_no int,
    programme text NOT NULL,
    holder_id uuid NOT NULL,
    benefit_month date NOT NULL,
    amount_satang int NOT NULL CHECK (amount_satang > 0),
    tier text NOT NULL,
    standing boolean NOT NULL DEFAULT true,
    holds_money boolean NOT NULL DEFAULT true,
    PRIMARY KEY (batch_id, line_no),
    CHECK (standing OR NOT holds_money)
);
CREATE UNIQUE INDEX batch_line_once ON batch_line (programme, holder_id, benefit_month) WHERE standing;
"""


def upgrade() -> None:
    """Make the columns and tables. Of holders who are here already the index comes with their next state."""
    op.execute(CHANGES)
