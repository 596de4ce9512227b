"""Tiers that were corrected, and what was granted otherwise than would be known now."""

from alembic import op

from shared.db.floor import append_only

revision = "0130"
down_revision = "0120"
branch_labels = None
depends_on = None

CHANGES = """
ALTER TABLE holder ADD COLUMN tier text;
ALTER TABLE entitlement ADD COLUMN tiers text[], ADD COLUMN differences jsonb;
CREATE INDEX entitlement_differs ON entitlement (holder_id) WHERE differences IS NOT NULL;

CREATE TABLE tier_correction (
    holder_id uuid,
    from_month date,
    tier_before text NOT NULL,
    PRIMARY KEY (holder_id, from_month)
);
"""


def upgrade() -> None:
    """Make the columns and the table. Of who is here already the tier comes with their next state; till then that of the allowance counts."""
    op.execute(CHANGES)
    append_only("payments_app", "tier_correction")
