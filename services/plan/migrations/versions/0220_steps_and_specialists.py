"""Versions of an agreement with steps and dates, the first analysis, specialists' reviews and waiting lists for offerings."""

from alembic import op

from shared.db.floor import append_only

revision = "0220"
down_revision = "0200"

CHANGES = """
ALTER TABLE plan DROP CONSTRAINT plan_status_check, ADD CONSTRAINT plan_status_check CHECK (status IN (
    'RECOMMENDED', 'AT_SPECIALIST', 'AGREED', 'REFERRED', 'IN_DEVELOPMENT', 'COMPLETED', 'DROPPED', 'DECLINED', 'WITHDRAWN', 'CLOSED', 'MERGED'));
ALTER TABLE plan ADD COLUMN agreement_version int NOT NULL DEFAULT 0;
ALTER TABLE plan_line
    ADD COLUMN step_no int NOT NULL DEFAULT 1,
    ADD COLUMN offering_id uuid,
    ADD COLUMN starts_on date,
    ADD COLUMN due_on date,
    ADD CONSTRAINT plan_line_dates CHECK (starts_on <= due_on);

CREATE TABLE agreement (
    plan_id uuid REFERENCES plan,
    version int,
    agreed_on date NOT NULL,
    officer_id uuid,
    line_nos int[] NOT NULL,
    side_by_side boolean NOT NULL,
    reason_sealed text,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (plan_id, version)
);
INSERT INTO agreement (plan_id, version, agreed_on, officer_id, line_nos, side_by_side, recorded_by, recorded_at)
SELECT plan.plan_id, 1, plan.agreed_on, coalesce(interview.officer_id, plan.officer_id),
       ARRAY(SELECT line_no FROM plan_line line WHERE line.plan_id = plan.plan_id ORDER BY line_no), false, moved.who, moved.at
  FROM plan
  LEFT JOIN interview USING (holder_id)
 CROSS JOIN LATERAL (SELECT who, at FROM plan_history h WHERE h.plan_id = plan.plan_id AND h.to_status = 'AGREED' ORDER BY number LIMIT 1) moved
 WHERE plan.agreed_on IS NOT NULL;
UPDATE plan SET agreement_version = 1 WHERE agreed_on IS NOT NULL;

CREATE TABLE first_analysis (
    plan_id uuid REFERENCES plan,
    interview_id uuid,
    revision int,
    analysed_on date NOT NULL,
    officer_id uuid NOT NULL,
    approach text,
    problems text[] NOT NULL,
    wishes text[] NOT NULL,
    occupation text NOT NULL,
    second_occupation text,
    income_now_baht bigint,
    specialist_asked boolean NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (plan_id, interview_id, revision)
);

CREATE TABLE specialist_review (
    review_id uuid PRIMARY KEY,
    plan_id uuid NOT NULL REFERENCES plan,
    holder_id uuid NOT NULL,
    dimension text NOT NULL CHECK (dimension IN ('D1', 'D2', 'D3', 'D4')),
    agency text REFERENCES agency (code),
    status text NOT NULL CHECK (status IN ('ASKED', 'TAKEN', 'GIVEN', 'WITHDRAWN')),
    version int NOT NULL,
    asked_on date NOT NULL,
    asked_by text NOT NULL,
    due_on date NOT NULL,
    rises_on date NOT NULL,
    question_sealed text,
    taken_by text,
    opinion text,
    programmes text[] NOT NULL,
    words_sealed text,
    ended_on date,
    ended_reason text,
    CONSTRAINT specialist_review_given CHECK ((status = 'GIVEN') = (opinion IS NOT NULL))
);
CREATE UNIQUE INDEX specialist_review_open ON specialist_review (plan_id, dimension) WHERE status IN ('ASKED', 'TAKEN');
CREATE INDEX specialist_review_plan ON specialist_review (plan_id);
CREATE INDEX specialist_review_due ON specialist_review (due_on, review_id) WHERE status IN ('ASKED', 'TAKEN');

CREATE TABLE specialist_review_history (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    review_id uuid NOT NULL,
    version int NOT NULL,
    from_status text,
    to_status text NOT NULL,
    who text NOT NULL,
    at timestamptz NOT NULL,
    why text NOT NULL
);
CREATE INDEX specialist_review_history_review ON specialist_review_history (review_id, number);

CREATE TABLE specialist_review_overdue (
    review_id uuid REFERENCES specialist_review,
    level text,
    due_on date NOT NULL,
    found_on date NOT NULL,
    PRIMARY KEY (review_id, level)
);

CREATE TABLE seat_waiting (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    offering_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    line_no int NOT NULL,
    holder_id uuid NOT NULL,
    status text NOT NULL CHECK (status IN ('WAITING', 'SEATED', 'LEFT')),
    since timestamptz NOT NULL,
    ended_at timestamptz,
    ended_reason text,
    FOREIGN KEY (plan_id, line_no) REFERENCES plan_line
);
CREATE UNIQUE INDEX seat_waiting_line ON seat_waiting (plan_id, line_no) WHERE status = 'WAITING';
CREATE INDEX seat_waiting_offering ON seat_waiting (offering_id, number) WHERE status = 'WAITING';

-- As forget_erased, for what the server's role can only add to: of persons whom the registry erased.
CREATE FUNCTION forget_erased_agreements(holder_ids uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    plans uuid[] := ARRAY(SELECT plan_id FROM public.plan JOIN public.holder USING (holder_id)
                           WHERE holder_id = ANY (holder_ids) AND erased_on IS NOT NULL);
BEGIN
    UPDATE public.agreement SET reason_sealed = NULL WHERE plan_id = ANY (plans);
    UPDATE public.first_analysis SET approach = NULL, problems = '{}', wishes = '{}', occupation = '', second_occupation = NULL, income_now_baht = NULL
     WHERE plan_id = ANY (plans);
END
$$;
REVOKE ALL ON FUNCTION forget_erased_agreements(uuid[]) FROM PUBLIC;
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'plan_app') THEN
        GRANT EXECUTE ON FUNCTION forget_erased_agreements(uuid[]) TO plan_app;
    END IF;
END $$;
"""


def upgrade() -> None:
    """Make the columns and tables; agreements, analyses and histories can only be added to."""
    op.execute(CHANGES)
    append_only("plan_app", "agreement", "first_analysis", "specialist_review_history", "specialist_review_overdue")
