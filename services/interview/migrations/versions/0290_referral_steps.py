"""What agencies report of a referral between taking a person in and the outcome, and the attempts at a line."""

from alembic import op

revision = "0290"
down_revision = "0281"


def upgrade() -> None:
    """Add the columns; what was sent before was the first attempt."""
    op.execute(
        """
        ALTER TABLE referral ADD COLUMN attempt smallint NOT NULL DEFAULT 1, ADD COLUMN declined_on date, ADD COLUMN decline_reason varchar,
            ADD COLUMN started_on date, ADD COLUMN closed_on date, ADD COLUMN closed_reason varchar
        """
    )
