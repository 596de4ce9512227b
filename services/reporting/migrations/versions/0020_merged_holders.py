"""Holders who were merged into others."""

from alembic import op

revision = "0020"
down_revision = "0001"


def upgrade() -> None:
    """Make the column."""
    op.execute("ALTER TABLE person ADD COLUMN merged_into uuid")
