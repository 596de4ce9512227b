"""What meeting places counted at the end of a day."""

from alembic import op

revision = "0220"
down_revision = "0210"

TABLE = """
CREATE TABLE place_day (
    place_id uuid NOT NULL,
    day date NOT NULL,
    version int NOT NULL,
    district text NOT NULL,
    closed boolean NOT NULL,
    slips int NOT NULL,
    papers int NOT NULL,
    refused int NOT NULL,
    tickets int NOT NULL,
    served int NOT NULL,
    PRIMARY KEY (place_id, day)
)
"""


def upgrade() -> None:
    """Make the table."""
    op.execute(TABLE)
