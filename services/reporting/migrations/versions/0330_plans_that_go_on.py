"""A plan that had ended may go on by a further agreement, and a wish may be stated anew on the day of its withdrawal."""

from alembic import op

revision = "0330"
down_revision = "0320"


def upgrade() -> None:
    """Of an end the version of the plan; 0 of those that were told before. Of the last wish and withdrawal the moment."""
    op.execute("ALTER TABLE plan_end ADD COLUMN version int NOT NULL DEFAULT 0")
    op.execute("ALTER TABLE withdrawal ADD COLUMN told_at timestamptz")
    op.execute("ALTER TABLE person ADD COLUMN last_stated_at timestamptz")
