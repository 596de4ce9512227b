"""A month costs the same whatever lies behind it: what waits of earlier months has an index, and lines lie together by month."""

from alembic import op

revision = "0410"
down_revision = "0400"
branch_labels = None
depends_on = None

PAGE_OF_OBLIGATIONS = 45
"""Percent that rows may fill when they are made: the release writes each a second time, beside the first, without touching an index."""
PAGE_OF_LINES = 85
"""A bank's answer does the same to a line; answers come a few a page at a time."""

CHANGES = f"""
ALTER TABLE obligation ADD COLUMN late boolean NOT NULL DEFAULT false;
UPDATE obligation SET late = true
 WHERE state = 'DUE' AND split_part(programme, '#', 1) = 'TOP_UP_2561'
   AND (programme <> 'TOP_UP_2561' OR benefit_month <= (SELECT max(month) FROM run WHERE released_at IS NOT NULL AND programme = 'TOP_UP_2561'));
ALTER TABLE obligation ADD COLUMN waits boolean
    GENERATED ALWAYS AS (payable AND (state IN ('FAILED', 'HELD', 'RETURNED') OR state = 'DUE' AND late)) STORED;
DROP INDEX obligation_unpaid;
CREATE INDEX obligation_waits ON obligation (holder_id) WHERE waits;

DROP INDEX disbursement_open;
ALTER TABLE disbursement
    DROP CONSTRAINT disbursement_holder_id_programme_benefit_month_attempt_no_key,
    ADD UNIQUE (benefit_month, holder_id, programme, attempt_no);
ALTER TABLE disbursement SET (fillfactor = {PAGE_OF_LINES});

DO $$
DECLARE
    month regclass;
BEGIN
    FOR month IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'obligation'::regclass LOOP
        EXECUTE format('ALTER TABLE %s SET (fillfactor = {PAGE_OF_OBLIGATIONS})', month);
    END LOOP;
END
$$;
"""


def upgrade() -> None:
    """Change columns, indexes and how full pages are made. Where money waits that was due before the last release, it is marked late."""
    op.execute(CHANGES)


def downgrade() -> None:
    """There is no way back: restore the backup."""
    raise NotImplementedError
