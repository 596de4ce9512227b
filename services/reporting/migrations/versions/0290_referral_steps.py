"""Each step of a referral, and the attempts at a line."""

from alembic import op

revision = "0290"
down_revision = "0260"


def upgrade() -> None:
    """Add the columns and the table; what was sent before was the first attempt."""
    op.execute(
        """
        ALTER TABLE referral ADD COLUMN attempt smallint, ADD COLUMN received_on date, ADD COLUMN wait_listed_on date,
            ADD COLUMN declined_on date, ADD COLUMN decline_reason text, ADD COLUMN started_on date,
            ADD COLUMN closed_reason text, ADD COLUMN closing_told_at timestamptz;
        UPDATE referral SET attempt = 1;
        CREATE TABLE referral_alarm (
            referral_id uuid,
            clock text,
            level text,
            due_on date,
            raised_on date NOT NULL,
            PRIMARY KEY (referral_id, clock, level, due_on)
        )
        """
    )
