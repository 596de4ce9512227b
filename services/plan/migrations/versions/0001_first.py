"""The first tables of plan."""

from alembic import op

from shared.db.floor import append_only, create_floor

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE agency (
    code text PRIMARY KEY,
    name_th text NOT NULL,
    name_en text NOT NULL,
    kind text NOT NULL
);

CREATE TABLE programme (
    code text PRIMARY KEY,
    version int NOT NULL,
    dimension text NOT NULL CHECK (dimension IN ('D1', 'D2', 'D3', 'D4')),
    name_th text NOT NULL,
    name_en text NOT NULL,
    agency text NOT NULL REFERENCES agency (code),
    confidence text NOT NULL,
    active boolean NOT NULL,
    conditions jsonb NOT NULL,
    approval_reference text NOT NULL
);

CREATE TABLE programme_history (
    code text,
    version int,
    dimension text NOT NULL,
    name_th text NOT NULL,
    name_en text NOT NULL,
    agency text NOT NULL,
    confidence text NOT NULL,
    active boolean NOT NULL,
    conditions jsonb NOT NULL,
    approval_reference text NOT NULL,
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (code, version)
);

CREATE TABLE policy (
    version int PRIMARY KEY,
    profile text NOT NULL,
    parameters jsonb NOT NULL
);

CREATE TABLE holder (
    holder_id uuid PRIMARY KEY,
    version int NOT NULL,
    tier text NOT NULL,
    age int NOT NULL,
    bank text,
    status text NOT NULL,
    home_district text NOT NULL,
    responsible_district text NOT NULL,
    route_version int NOT NULL DEFAULT 0,
    officer_id uuid,
    officer_version int NOT NULL DEFAULT 0,
    wish_stated_on date,
    withdrawn_on date
);

CREATE TABLE officer (
    officer_id uuid PRIMARY KEY,
    version int NOT NULL,
    district text NOT NULL,
    employer text NOT NULL,
    active boolean NOT NULL
);

CREATE TABLE interview (
    holder_id uuid PRIMARY KEY,
    interview_id uuid NOT NULL,
    revision int NOT NULL,
    interviewed_on date NOT NULL,
    officer_id uuid NOT NULL,
    approach text,
    problems text[] NOT NULL,
    wishes text[] NOT NULL,
    occupation text NOT NULL,
    second_occupation text,
    income_now_baht bigint NOT NULL,
    wants_loan boolean NOT NULL,
    chosen text[] NOT NULL,
    specialist_asked boolean NOT NULL,
    district text NOT NULL
);

CREATE TABLE assessment (
    holder_id uuid PRIMARY KEY,
    interview_id uuid NOT NULL,
    revision int NOT NULL,
    sealed text NOT NULL
);

CREATE TABLE plan (
    plan_id uuid PRIMARY KEY,
    holder_id uuid NOT NULL UNIQUE,
    version int NOT NULL,
    status text NOT NULL CHECK (status IN (
        'RECOMMENDED', 'AGREED', 'REFERRED', 'IN_DEVELOPMENT', 'COMPLETED', 'DROPPED', 'DECLINED', 'WITHDRAWN', 'CLOSED')),
    interview_id uuid NOT NULL,
    home_district text NOT NULL,
    responsible_district text NOT NULL,
    officer_id uuid,
    specialist_asked boolean NOT NULL,
    recommendation_version int NOT NULL,
    holder_signed boolean NOT NULL,
    officer_signed boolean NOT NULL,
    agreed_on date,
    other_choice_reason text,
    declined_on date,
    sufficient boolean,
    decline_reason text,
    completed_on date,
    succeeded int,
    failed int,
    followed_up_on date,
    follow_up_round text,
    job_status text,
    monthly_income_baht bigint,
    yearly_income_baht bigint,
    CONSTRAINT plan_signed CHECK (agreed_on IS NULL OR holder_signed AND officer_signed)
);
CREATE INDEX plan_home ON plan (home_district, plan_id);
CREATE INDEX plan_responsible ON plan (responsible_district, plan_id);
CREATE INDEX plan_officer ON plan (officer_id, plan_id);
CREATE INDEX plan_status ON plan (status, plan_id);

CREATE TABLE plan_history (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    plan_id uuid NOT NULL,
    version int NOT NULL,
    from_status text,
    to_status text NOT NULL,
    who text NOT NULL,
    at timestamptz NOT NULL,
    why text NOT NULL
);
CREATE INDEX plan_history_plan ON plan_history (plan_id, number);

CREATE TABLE recommendation (
    plan_id uuid,
    version int,
    interview_id uuid NOT NULL,
    interview_revision int NOT NULL,
    with_assessment boolean NOT NULL,
    policy_version int NOT NULL,
    programmes jsonb NOT NULL,
    prepared_at timestamptz NOT NULL,
    PRIMARY KEY (plan_id, version)
);

CREATE TABLE plan_line (
    plan_id uuid REFERENCES plan,
    line_no int,
    dimension text NOT NULL,
    programme_code text NOT NULL,
    programme_version int NOT NULL,
    agency text NOT NULL,
    goal text NOT NULL,
    target_income_baht bigint,
    PRIMARY KEY (plan_id, line_no)
);

CREATE TABLE referral (
    referral_id uuid PRIMARY KEY,
    plan_id uuid NOT NULL REFERENCES plan,
    holder_id uuid NOT NULL,
    line_no int NOT NULL,
    programme_code text NOT NULL,
    dimension text NOT NULL,
    agency text NOT NULL,
    status text NOT NULL CHECK (status IN ('CREATED', 'ACCEPTED', 'CLOSED')),
    version int NOT NULL,
    referred_on date NOT NULL,
    accepted_on date,
    outcome text,
    outcome_final boolean NOT NULL,
    outcome_on date,
    closed_reason text
);
CREATE UNIQUE INDEX referral_line ON referral (plan_id, line_no);
CREATE INDEX referral_agency ON referral (agency, status, referral_id);

CREATE TABLE referral_history (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    referral_id uuid NOT NULL,
    version int NOT NULL,
    from_status text,
    to_status text NOT NULL,
    outcome text,
    evidence text,
    who text NOT NULL,
    at timestamptz NOT NULL,
    why text NOT NULL
);
CREATE INDEX referral_history_referral ON referral_history (referral_id, number);

CREATE TABLE decision (
    decision_id uuid PRIMARY KEY,
    holder_id uuid NOT NULL,
    kind text NOT NULL,
    committee text NOT NULL,
    decided_on date NOT NULL,
    effective_month text,
    reference text NOT NULL,
    reason text NOT NULL
);
CREATE INDEX decision_holder ON decision (holder_id);
"""


def upgrade() -> None:
    """Make the floor and the tables; history tables can only be added to."""
    create_floor()
    op.execute(TABLES)
    append_only("plan_app", "programme_history", "plan_history", "recommendation", "plan_line", "referral_history", "decision")


def downgrade() -> None:
    """There is no way back from the first migration: drop the database."""
    raise NotImplementedError
