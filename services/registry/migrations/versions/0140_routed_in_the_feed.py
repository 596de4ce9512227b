"""The change feed tells whose case a person is, too; what waits for others lies sealed."""

from alembic import op

from shared.db.floor import WEBHOOKS_SEALED

revision = "0140"
down_revision = "0130"

FEED = """
ALTER TABLE change_feed ADD routed_on date, ADD responsible_district text, ADD previous_district text;
ALTER TABLE change_feed ADD CONSTRAINT change_feed_routed CHECK (
    num_nulls(routed_on, responsible_district, previous_district) IN (0, 3) AND (routed_on IS NULL OR holder_id IS NOT NULL)
) NOT VALID;
ALTER TABLE change_feed VALIDATE CONSTRAINT change_feed_routed;
"""


def upgrade() -> None:
    """Make the columns."""
    op.execute(FEED)
    op.execute(WEBHOOKS_SEALED)
