"""Holders who were merged into others, and who may be one person."""

from alembic import op

revision = "0020"
down_revision = "0080"
branch_labels = None
depends_on = None

CHANGES = """
ALTER TABLE holder ADD COLUMN merged_into uuid, ADD COLUMN merged_on date, ADD CHECK ((merged_into IS NULL) = (merged_on IS NULL));
ALTER TABLE entitlement ADD COLUMN merged_on date;

CREATE TABLE suspected_duplicate (
    holder_id uuid,
    pair_id uuid,
    other_holder_id uuid NOT NULL,
    version int NOT NULL,
    status text NOT NULL,
    score int NOT NULL,
    reasons text[] NOT NULL,
    PRIMARY KEY (holder_id, pair_id)
);
CREATE INDEX suspected_duplicate_open ON suspected_duplicate (pair_id, holder_id) WHERE status IN ('OPEN', 'MERGE_PROPOSED');
"""


def upgrade() -> None:
    """Make the columns and the table."""
    op.execute(CHANGES)
