"""Each step of a referral, and the attempts at a line."""

from alembic import op

revision = "0290"
down_revision = "0251"


def upgrade() -> None:
    """Add the columns; what was sent before was the first attempt."""
    op.execute(
        """
        ALTER TABLE referral ADD COLUMN attempt smallint, ADD COLUMN received_on date, ADD COLUMN wait_listed_on date,
            ADD COLUMN declined_on date, ADD COLUMN decline_reason text, ADD COLUMN started_on date;
        UPDATE referral SET attempt = 1
        """
    )
