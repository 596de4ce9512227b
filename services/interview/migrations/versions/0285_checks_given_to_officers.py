"""Checks that are given to an officer; committees are codes: those whose members governors recorded are the provinces' own."""

from alembic import op

from shared.db.floor import append_only

revision = "0285"
down_revision = "0281"

TABLES = """
CREATE TABLE spot_check_assignment (
    check_id uuid NOT NULL REFERENCES spot_check (check_id),
    assignment_no int NOT NULL,
    checker_id uuid NOT NULL,
    assigned_at timestamptz NOT NULL,
    assigned_by varchar NOT NULL,
    PRIMARY KEY (check_id, assignment_no)
);
CREATE INDEX spot_check_assignment_checker ON spot_check_assignment (checker_id, check_id);

UPDATE committee_member SET committee = 'PROVINCIAL_COMMITTEE';
"""


def upgrade() -> None:
    """Make the table, and name the committees."""
    op.execute(TABLES)
    append_only("interview_app", "spot_check_assignment")
