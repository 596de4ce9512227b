"""Copies of what specialists are asked about a plan, and of their opinions."""

from alembic import op

revision = "0291"
down_revision = "0290"

TABLES = """
CREATE TABLE specialist_review (
    review_id uuid NOT NULL,
    holder_id uuid NOT NULL,
    dimension varchar NOT NULL,
    agency varchar,
    asked_on date NOT NULL,
    due_on date NOT NULL,
    opinion varchar,
    programmes varchar[] NOT NULL,
    given_on date,
    withdrawn_on date,
    PRIMARY KEY (review_id)
);
CREATE INDEX specialist_review_holder ON specialist_review (holder_id, asked_on);
"""


def upgrade() -> None:
    """Make the table."""
    op.execute(TABLES)
