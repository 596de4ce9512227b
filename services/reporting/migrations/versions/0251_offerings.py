"""Copy of where and when programmes are given."""

from alembic import op

revision = "0251"
down_revision = "0250"


def upgrade() -> None:
    """Make the table."""
    op.execute(
        """
        CREATE TABLE offering (
            offering_id uuid PRIMARY KEY,
            version int NOT NULL,
            programme text NOT NULL,
            dimension text NOT NULL,
            agency text NOT NULL,
            province text NOT NULL,
            district text NOT NULL,
            starts_on date NOT NULL,
            ends_on date NOT NULL,
            seats int NOT NULL,
            active boolean NOT NULL,
            synthetic boolean NOT NULL
        )
        """
    )
