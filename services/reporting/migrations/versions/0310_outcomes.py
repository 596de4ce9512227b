"""What outcomes are counted from: first days of jobs, employments, months of wages, groups of occupations."""

from alembic import op

revision = "0310"
down_revision = "0300"

TABLES = """
ALTER TABLE referral ADD COLUMN job_starts_on date, ADD COLUMN programme text;
ALTER TABLE interview ADD COLUMN occupation_group text;

CREATE TABLE employment (
    employment_id uuid NOT NULL,
    holder_id uuid NOT NULL,
    version int NOT NULL,
    starts_on date NOT NULL,
    ends_on date,
    PRIMARY KEY (employment_id)
);
CREATE INDEX employment_holder ON employment (holder_id);

CREATE TABLE wage_month (
    employment_id uuid NOT NULL,
    wage_month text NOT NULL,
    bank text NOT NULL,
    holder_id uuid NOT NULL,
    version bigint NOT NULL,
    paid boolean NOT NULL,
    PRIMARY KEY (employment_id, wage_month, bank)
);
"""


def upgrade() -> None:
    """Make the tables and columns."""
    op.execute(TABLES)
