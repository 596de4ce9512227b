"""What specialists are asked and answer, and the seats of offerings."""

from alembic import op

revision = "0291"
down_revision = "0290"

TABLES = """
CREATE TABLE specialist_review (
    review_id uuid NOT NULL,
    holder_id uuid NOT NULL,
    dimension text NOT NULL,
    agency text,
    asked_on date,
    due_on date,
    opinion text,
    given_on date,
    withdrawn_on date,
    PRIMARY KEY (review_id)
);
CREATE INDEX specialist_review_holder ON specialist_review (holder_id);

CREATE TABLE specialist_review_overdue (
    review_id uuid NOT NULL,
    level text NOT NULL,
    found_on date NOT NULL,
    PRIMARY KEY (review_id, level)
);

CREATE TABLE line_seat (
    plan_id uuid NOT NULL,
    line_no smallint NOT NULL,
    offering_id uuid NOT NULL,
    holder_id uuid NOT NULL,
    programme text NOT NULL,
    step smallint NOT NULL,
    told_at timestamptz NOT NULL,
    had_seat boolean NOT NULL,
    PRIMARY KEY (plan_id, line_no, offering_id)
);
CREATE INDEX line_seat_holder ON line_seat (holder_id);
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(TABLES)
