"""Home visits that were not made in time, and wishes that were stated anew."""

from alembic import op

revision = "0250"
down_revision = "0220"


def upgrade() -> None:
    """Make the table and the column."""
    op.execute(
        """
        CREATE TABLE visit_overdue (
            holder_id uuid NOT NULL,
            level text NOT NULL,
            found_on date NOT NULL,
            PRIMARY KEY (holder_id, level)
        );
        ALTER TABLE person ADD COLUMN last_stated_on date
        """
    )
