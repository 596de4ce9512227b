"""What employers of card holders may deduct."""

from alembic import op

revision = "0260"
down_revision = "0230"


def upgrade() -> None:
    """Make the table."""
    op.execute(
        """
        CREATE TABLE employer_deduction (
            period_id uuid NOT NULL,
            version int NOT NULL,
            tax_id text NOT NULL,
            starts_on date NOT NULL,
            persons int NOT NULL,
            wages_satang bigint NOT NULL,
            training_satang bigint NOT NULL,
            deduction_satang bigint NOT NULL,
            PRIMARY KEY (period_id)
        )
        """
    )
