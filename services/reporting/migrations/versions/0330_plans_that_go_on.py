"""A plan that had ended may go on by a further agreement."""

from alembic import op

revision = "0330"
down_revision = "0320"


def upgrade() -> None:
    """Of an end the version of the plan; 0 of those that were told before."""
    op.execute("ALTER TABLE plan_end ADD COLUMN version int NOT NULL DEFAULT 0")
