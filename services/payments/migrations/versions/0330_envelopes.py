"""Envelopes: how much money there is for a benefit month, what is promised of it and what is spent."""

from alembic import op

from shared.db.floor import APPROVALS, append_only

revision = "0330"
down_revision = "0320"

TABLES = """
CREATE TABLE programme (
    programme text PRIMARY KEY,
    source text NOT NULL
);
INSERT INTO programme VALUES ('TOP_UP_2561', 'WELFARE_FUND');

CREATE TABLE envelope (
    envelope_id uuid PRIMARY KEY,
    source text NOT NULL,
    month date NOT NULL,
    ceiling_satang bigint NOT NULL DEFAULT 0,
    committed_satang bigint NOT NULL DEFAULT 0,
    spent_satang bigint NOT NULL DEFAULT 0,
    version int NOT NULL DEFAULT 1,
    UNIQUE (source, month),
    CHECK (extract(day FROM month) = 1),
    CHECK (0 <= committed_satang AND 0 <= spent_satang AND committed_satang + spent_satang <= ceiling_satang)
);

CREATE TABLE commitment (
    cause_id uuid,
    envelope_id uuid REFERENCES envelope,
    committed_satang bigint NOT NULL DEFAULT 0,
    spent_satang bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (cause_id, envelope_id),
    CHECK (0 <= committed_satang AND 0 <= spent_satang)
);
CREATE INDEX commitment_envelope ON commitment (envelope_id);

CREATE TABLE envelope_entry (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    envelope_id uuid NOT NULL REFERENCES envelope,
    kind text NOT NULL CHECK (kind IN
        ('OPENED', 'RAISED', 'TRANSFERRED_IN', 'TRANSFERRED_OUT', 'COMMITTED', 'FREED', 'SPENT', 'RETURNED')),
    satang bigint NOT NULL CHECK (satang > 0),
    cause_id uuid NOT NULL,
    entered_at timestamptz NOT NULL
);
CREATE INDEX envelope_entry_envelope ON envelope_entry (envelope_id, number);
"""

# Of months that were paid before there were envelopes: each had just the money that its runs needed.
EARLIER_RUNS = """
CREATE TEMPORARY TABLE earlier ON COMMIT DROP AS
SELECT d.run_id, p.source, d.benefit_month AS month,
       coalesce(sum(d.amount_satang) FILTER (WHERE d.state = 'OPEN'), 0)::bigint AS committed,
       coalesce(sum(d.amount_satang) FILTER (WHERE d.state = 'SETTLED'), 0)::bigint AS spent
  FROM disbursement d JOIN run r USING (run_id) JOIN programme p USING (programme)
 WHERE r.status = 'APPROVED' OR r.released_at IS NOT NULL
 GROUP BY 1, 2, 3;
INSERT INTO envelope (envelope_id, source, month, ceiling_satang, committed_satang, spent_satang)
SELECT uuidv7(), source, month, sum(committed + spent), sum(committed), sum(spent) FROM earlier GROUP BY 2, 3;
INSERT INTO commitment (cause_id, envelope_id, committed_satang, spent_satang)
SELECT run_id, envelope_id, committed, spent FROM earlier JOIN envelope USING (source, month);
INSERT INTO envelope_entry (envelope_id, kind, satang, cause_id, entered_at)
SELECT envelope_id, kind, satang, cause_id, now()
  FROM envelope e
 CROSS JOIN LATERAL (
      SELECT 1 AS step, 'OPENED' AS kind, e.ceiling_satang AS satang, e.envelope_id AS cause_id
       UNION ALL SELECT 2, 'COMMITTED', c.committed_satang + c.spent_satang, c.cause_id FROM commitment c WHERE c.envelope_id = e.envelope_id
       UNION ALL SELECT 3, 'SPENT', c.spent_satang, c.cause_id FROM commitment c WHERE c.envelope_id = e.envelope_id) AS step
 WHERE satang > 0 ORDER BY e.month, step.step;
"""


def upgrade() -> None:
    """Make the tables; what moved in an envelope can only be added to."""
    op.execute(APPROVALS)
    op.execute(TABLES)
    op.execute(EARLIER_RUNS)
    append_only("payments_app", "envelope_entry")
