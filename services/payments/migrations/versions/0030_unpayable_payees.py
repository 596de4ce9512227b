"""A payee whom no bank can pay now: their card was cancelled."""

from alembic import op

revision = "0030"
down_revision = "0020"


def upgrade() -> None:
    """Let the bank be unknown."""
    op.execute("ALTER TABLE payee ALTER COLUMN bank DROP NOT NULL")
