"""What of the wishes for seats is unmet."""

from alembic import op

revision = "0300"
down_revision = "0291"


def upgrade() -> None:
    """Make the table."""
    op.execute(
        """
        CREATE TABLE unmet_need (
            district text NOT NULL,
            month text NOT NULL,
            number int NOT NULL,
            programmes jsonb NOT NULL,
            PRIMARY KEY (district, month)
        )
        """
    )
