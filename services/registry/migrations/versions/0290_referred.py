"""To which agencies people are referred, as plan tells it."""

from alembic import op

revision = "0290"
down_revision = "0180"


def upgrade() -> None:
    """Make the table."""
    op.execute(
        """
        CREATE TABLE referred (referral_id uuid PRIMARY KEY, holder_id uuid NOT NULL, agency text NOT NULL, open boolean NOT NULL);
        CREATE INDEX referred_holder ON referred (holder_id, agency)
        """
    )
