"""Each step of a referral by its agency, and the attempts at a line that was declined."""

from alembic import op

from shared.db.floor import append_only

revision = "0240"
down_revision = "0230"
branch_labels = None
depends_on = None

CHANGES = """
ALTER TABLE referral
    DROP CONSTRAINT referral_status_check,
    ADD CONSTRAINT referral_status_check CHECK (status IN (
        'CREATED', 'RECEIVED', 'WAIT_LISTED', 'ACCEPTED', 'DECLINED', 'STARTED', 'CLOSED')),
    ADD COLUMN attempt int NOT NULL DEFAULT 1,
    ADD COLUMN current boolean NOT NULL DEFAULT true,
    ADD COLUMN programme_version int,
    ADD COLUMN offering_id uuid,
    ADD COLUMN starts_on date,
    ADD COLUMN received_on date,
    ADD COLUMN wait_listed_on date,
    ADD COLUMN wait_position int,
    ADD COLUMN declined_on date,
    ADD COLUMN decline_reason text,
    ADD COLUMN started_on date;
UPDATE referral SET programme_version = line.programme_version,
       status = CASE WHEN referral.status = 'ACCEPTED' AND referral.outcome IS NOT NULL THEN 'STARTED' ELSE referral.status END
  FROM plan_line line WHERE line.plan_id = referral.plan_id AND line.line_no = referral.line_no;
ALTER TABLE referral ALTER COLUMN programme_version SET NOT NULL;
DROP INDEX referral_line;
CREATE UNIQUE INDEX referral_line ON referral (plan_id, line_no) WHERE current;
CREATE UNIQUE INDEX referral_attempt ON referral (plan_id, line_no, attempt);
ALTER TABLE referral_history ADD COLUMN step text, ADD COLUMN step_on date;

CREATE TABLE referral_clock (
    referral_id uuid PRIMARY KEY REFERENCES referral,
    clock text NOT NULL,
    since date NOT NULL,
    due_on date NOT NULL,
    raised int NOT NULL,
    next_on date
);
CREATE INDEX referral_clock_next ON referral_clock (next_on) WHERE next_on IS NOT NULL;
CREATE INDEX referral_clock_due ON referral_clock (due_on);

CREATE TABLE referral_alarm (
    referral_id uuid,
    clock text,
    since date,
    number int,
    level text,
    due_on date NOT NULL,
    raised_on date NOT NULL,
    PRIMARY KEY (referral_id, clock, since, number)
);

CREATE TABLE referral_evidence (
    referral_id uuid REFERENCES referral,
    version int,
    kind text NOT NULL,
    sealed text NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (referral_id, version)
);

CREATE TABLE attendance (
    referral_id uuid REFERENCES referral,
    held_on date,
    session_no int,
    minutes int NOT NULL,
    present boolean NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (referral_id, held_on, session_no)
);

ALTER TABLE holder ADD COLUMN consents text[];
"""


def upgrade() -> None:
    """Widen the referral."""
    op.execute(CHANGES)
    append_only("plan_app", "referral_alarm")
