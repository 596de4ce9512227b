"""An entry of the audit about many persons."""

from alembic import op

from shared.db.floor import AUDIT_OF_MANY

revision = "0320"
down_revision = "0270"


def upgrade() -> None:
    """Make room for it."""
    op.execute(AUDIT_OF_MANY)
