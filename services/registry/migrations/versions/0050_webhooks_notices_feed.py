"""Calling others back."""

from alembic import op

from shared.db.floor import WEBHOOKS

revision = "0050"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    op.execute(WEBHOOKS)
