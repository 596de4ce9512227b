"""What banks are told, numbered, so that it can be read again; and the signed requests that came."""

from alembic import op

from shared.db.floor import SIGNED_REQUESTS, append_only

revision = "0380"
down_revision = "0370"
branch_labels = None
depends_on = None

CHANGES = """
CREATE TABLE bank_message (
    bank text,
    number bigint,
    expander text NOT NULL,
    chunk jsonb NOT NULL,
    told_at timestamptz NOT NULL,
    PRIMARY KEY (bank, number)
);
"""

BEFORE = """
INSERT INTO bank_message (bank, number, expander, chunk, told_at)
SELECT bank, row_number() OVER (PARTITION BY bank ORDER BY told_at, run_id, request_no, chunk_no),
       CASE WHEN request_no = 0 THEN 'instructions' ELSE 'status_requests' END,
       CASE WHEN request_no = 0 THEN jsonb_build_object('run_id', run_id, 'bank', bank, 'chunk_no', chunk_no)
            ELSE jsonb_build_object('run_id', run_id, 'bank', bank, 'request_no', request_no, 'first_chunk', chunk_no, 'last_chunk', chunk_no) END,
       told_at
  FROM (SELECT DISTINCT d.run_id, d.bank, d.chunk_no, 0 AS request_no, r.released_at AS told_at
          FROM disbursement d JOIN run r USING (run_id) WHERE r.released_at IS NOT NULL AND d.state <> 'HELD'
        UNION ALL
        SELECT DISTINCT d.run_id, d.bank, d.chunk_no, s.request_no, s.asked_at
          FROM disbursement d JOIN status_request s ON s.run_id = d.run_id AND s.request_no <= d.asked_no) AS told;
"""


def upgrade() -> None:
    """Make the tables; what was told before is numbered in the order in which it was told."""
    op.execute(CHANGES)
    op.execute(BEFORE)
    append_only("payments_app", "bank_message")
    op.execute(SIGNED_REQUESTS)
