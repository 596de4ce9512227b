"""Persons who were erased: of their incomes the band alone stays."""

from alembic import op

revision = "0120"
down_revision = "0020"


def upgrade() -> None:
    """Make the column."""
    op.execute("ALTER TABLE person ADD COLUMN erased_on date")
