"""Proposals that a second person decides."""

from alembic import op

from shared.db.floor import APPROVALS

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table."""
    op.execute(APPROVALS)
