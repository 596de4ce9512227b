"""What agencies report of a referral between taking a person in and the outcome, attempts at a line, who did not develop, and appeals."""

from alembic import op

revision = "0290"
down_revision = "0281"


def upgrade() -> None:
    """Add the columns and tables; what was sent before was the first attempt."""
    op.execute(
        """
        ALTER TABLE referral ADD COLUMN attempt smallint NOT NULL DEFAULT 1, ADD COLUMN declined_on date, ADD COLUMN decline_reason varchar,
            ADD COLUMN started_on date, ADD COLUMN closed_on date, ADD COLUMN closed_reason varchar;

        CREATE TABLE development_failure (
            plan_id uuid PRIMARY KEY,
            holder_id uuid NOT NULL,
            failure varchar NOT NULL,
            failed_on date NOT NULL,
            lines jsonb NOT NULL
        );
        CREATE INDEX development_failure_holder ON development_failure (holder_id);

        CREATE TABLE appeal (
            appeal_id uuid PRIMARY KEY,
            decision_id uuid NOT NULL UNIQUE REFERENCES decision,
            case_id uuid NOT NULL REFERENCES case_file,
            received_on date NOT NULL,
            due_on date NOT NULL,
            grounds_sealed varchar,
            recorded_by varchar NOT NULL,
            recorded_at timestamptz NOT NULL,
            granted boolean,
            decided_on date,
            committee varchar,
            reference varchar,
            reinstated_by uuid,
            decided_by varchar
        );
        CREATE INDEX appeal_case ON appeal (case_id)
        """
    )
