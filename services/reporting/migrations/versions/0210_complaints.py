"""Complaints: that they came, rose and were answered."""

from alembic import op

revision = "0210"
down_revision = "0120"

TABLES = """
CREATE TABLE complaint (
    complaint_id uuid NOT NULL,
    category text,
    channel text,
    district text,
    received_on date,
    due_on date,
    answer_version int,
    answered_on date,
    answer_due_on date,
    PRIMARY KEY (complaint_id)
);
CREATE INDEX complaint_district ON complaint (district);

CREATE TABLE complaint_escalation (
    complaint_id uuid NOT NULL,
    version int NOT NULL,
    reason text NOT NULL,
    level text NOT NULL,
    due_on date NOT NULL,
    PRIMARY KEY (complaint_id, version)
);
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(TABLES)
