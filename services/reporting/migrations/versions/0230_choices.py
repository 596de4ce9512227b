"""What was recommended last, and whether what was agreed had been."""

from alembic import op

revision = "0230"
down_revision = "0251"


def upgrade() -> None:
    """Make the columns; of a recommendation from before only the best programme is known."""
    op.execute(
        """
        ALTER TABLE recommendation ADD COLUMN codes text[] NOT NULL DEFAULT '{}';
        UPDATE recommendation SET codes = ARRAY[best_programme] WHERE best_programme IS NOT NULL;
        ALTER TABLE plan_line ADD COLUMN recommended boolean
        """
    )
