"""What is looked at before a run is paid, holds, recalls, and money that could not be paid in time."""

from alembic import op

from shared.db.floor import append_only

revision = "0350"
down_revision = "0340"
branch_labels = None
depends_on = None

CHANGES = """
ALTER TABLE run
    ADD kind text NOT NULL DEFAULT 'REGULAR' CHECK (kind IN ('REGULAR', 'FAILED_ONLY')),
    ADD cut_off_at timestamptz,
    ADD compared_with date,
    ADD persons_before bigint,
    ADD persons_now bigint,
    ADD approvals_needed smallint NOT NULL DEFAULT 1 CHECK (approvals_needed IN (1, 2)),
    ADD second_approved_by text,
    ADD second_approved_at timestamptz,
    ADD CHECK (second_approved_by IS NULL OR approved_by IS NOT NULL AND second_approved_by <> proposed_by AND second_approved_by <> approved_by),
    ADD CHECK (status NOT IN ('APPROVED', 'RELEASED', 'INSTRUCTED', 'RECONCILING', 'CLOSED')
               OR approvals_needed = 1 OR second_approved_by IS NOT NULL);

ALTER TABLE obligation DROP CONSTRAINT obligation_state_check, ADD CONSTRAINT obligation_state_check
    CHECK (state IN ('DUE', 'INSTRUCTED', 'UNKNOWN', 'SETTLED', 'FAILED', 'HELD', 'RETURNED', 'LAPSED'));

CREATE TABLE run_total (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id uuid NOT NULL REFERENCES run,
    district text NOT NULL,
    bank text,
    tier text NOT NULL,
    benefit_month date NOT NULL,
    held text,
    lines bigint NOT NULL CHECK (lines > 0),
    amount_satang bigint NOT NULL CHECK (amount_satang > 0)
);
CREATE INDEX run_total_run ON run_total (run_id, district);

CREATE TABLE run_difference (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id uuid NOT NULL REFERENCES run,
    holder_id uuid NOT NULL,
    cause text NOT NULL CHECK (cause IN
        ('NEW', 'STOPPED', 'AMOUNT_CHANGED', 'DISTRICT_CHANGED', 'BANK_CHANGED', 'MISSED', 'BACK_PAID')),
    reason text,
    months date[] NOT NULL,
    before_satang int NOT NULL,
    now_satang int NOT NULL,
    before_text text,
    now_text text
);
CREATE INDEX run_difference_run ON run_difference (run_id, cause, holder_id);

CREATE TABLE hold (
    hold_id uuid PRIMARY KEY,
    holder_id uuid NOT NULL,
    cause text NOT NULL CHECK (cause IN ('SUSPECTED_DUPLICATE', 'DEATH_PENDING', 'UNDER_REVIEW')),
    subject uuid NOT NULL,
    version int NOT NULL DEFAULT 1,
    reason text NOT NULL,
    placed_by text NOT NULL,
    placed_at timestamptz NOT NULL,
    lifted_by text,
    lifted_at timestamptz,
    lift_reason text,
    CHECK ((lifted_by IS NULL) = (lifted_at IS NULL) AND (lifted_by IS NULL) = (lift_reason IS NULL)),
    CHECK (lifted_by <> placed_by)
);
CREATE UNIQUE INDEX hold_standing ON hold (holder_id, cause, subject) WHERE lifted_at IS NULL;
CREATE INDEX hold_subject ON hold (subject, cause);

CREATE TABLE hold_history (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hold_id uuid NOT NULL REFERENCES hold,
    step text NOT NULL CHECK (step IN ('PLACED', 'LIFTED')),
    who text NOT NULL,
    at timestamptz NOT NULL,
    why text NOT NULL,
    UNIQUE (hold_id, step)
);

CREATE TABLE recall (
    recall_id uuid PRIMARY KEY,
    run_id uuid NOT NULL REFERENCES run,
    reason text NOT NULL,
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL
);
CREATE INDEX recall_run ON recall (run_id);

CREATE TABLE recalled_payment (
    disbursement_id uuid PRIMARY KEY REFERENCES disbursement,
    recall_id uuid NOT NULL REFERENCES recall,
    bank text NOT NULL,
    chunk_no int NOT NULL
);
CREATE INDEX recalled_payment_recall ON recalled_payment (recall_id, bank, chunk_no);

CREATE TABLE recall_refusal (
    disbursement_id uuid PRIMARY KEY REFERENCES recalled_payment,
    reason_code text NOT NULL,
    bank_reference text NOT NULL,
    told_at timestamptz NOT NULL
);

CREATE TABLE lapse (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    holder_id uuid NOT NULL,
    programme text NOT NULL,
    benefit_month date NOT NULL,
    amount_satang int NOT NULL CHECK (amount_satang > 0),
    was text NOT NULL,
    lapsed_at timestamptz NOT NULL
);
CREATE INDEX lapse_obligation ON lapse (holder_id, benefit_month);
"""


def upgrade() -> None:
    """Make the columns and the tables."""
    op.execute(CHANGES)
    append_only(
        "payments_app", "run_total", "run_difference", "hold_history", "recall", "recalled_payment", "recall_refusal", "lapse"
    )
