"""Deaths that were recorded wrongly and taken back."""

from alembic import op

revision = "0130"
down_revision = "0110"


def upgrade() -> None:
    """Keep of the last one the day that was wrong, and the day on which it was taken back. Nothing is written to the rows that are here."""
    for table in ("card_holder", "card_holder_history"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN wrong_death_on date, ADD COLUMN alive_again_on date")
