"""Allocations of a province's seats in a month, and what each line got."""

from alembic import op

revision = "0270"
down_revision = "0250"

CHANGES = """
CREATE TABLE seat_allocation (
    allocation_id uuid PRIMARY KEY,
    province text NOT NULL,
    month date NOT NULL CHECK (extract(day FROM month) = 1),
    number int NOT NULL,
    status text NOT NULL CHECK (status IN ('PREPARING', 'READY', 'APPLYING', 'APPLIED', 'SUPERSEDED', 'FAILED')),
    version int NOT NULL,
    day date NOT NULL,
    rules_from date NOT NULL,
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL,
    applied_by text,
    applied_at timestamptz,
    offerings int NOT NULL DEFAULT 0,
    seats int NOT NULL DEFAULT 0,
    wishes int NOT NULL DEFAULT 0,
    given int NOT NULL DEFAULT 0,
    total_points bigint NOT NULL DEFAULT 0,
    bound_points bigint NOT NULL DEFAULT 0,
    CONSTRAINT seat_allocation_number UNIQUE (province, month, number),
    CONSTRAINT seat_allocation_two_persons CHECK (applied_by <> asked_by)
);
CREATE UNIQUE INDEX seat_allocation_under_way ON seat_allocation (province, month) WHERE status IN ('PREPARING', 'APPLYING');

CREATE TABLE seat_allocation_line (
    allocation_id uuid REFERENCES seat_allocation,
    plan_id uuid,
    line_no int,
    holder_id uuid NOT NULL,
    programme_code text NOT NULL,
    district text NOT NULL,
    fit int,
    need int,
    waiting int,
    nearness int NOT NULL,
    offering_id uuid REFERENCES offering,
    why text[] NOT NULL,
    least int,
    outcome text CHECK (outcome IN ('SEATED', 'PLAN_NOT_OPEN', 'LINE_NOT_OPEN', 'MOVED_AWAY', 'HAS_SEAT', 'OFFERING_CLOSED', 'SEAT_GONE')),
    PRIMARY KEY (allocation_id, plan_id, line_no),
    FOREIGN KEY (plan_id, line_no) REFERENCES plan_line,
    CONSTRAINT seat_allocation_line_outcome CHECK (outcome IS NULL OR offering_id IS NOT NULL)
);
CREATE INDEX seat_allocation_line_to_give ON seat_allocation_line (allocation_id, plan_id) WHERE offering_id IS NOT NULL AND outcome IS NULL;
CREATE INDEX seat_allocation_line_holder ON seat_allocation_line (holder_id);
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(CHANGES)
