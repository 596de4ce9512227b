"""Since when and until when a version of a programme holds."""

from alembic import op

revision = "0281"
down_revision = "0270"


def upgrade() -> None:
    """Make the columns; of the versions that are here it is not known."""
    op.execute("ALTER TABLE programme ADD COLUMN valid_from date, ADD COLUMN valid_until date")
