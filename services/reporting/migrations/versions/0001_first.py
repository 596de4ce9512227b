"""The first tables of reporting."""

from alembic import op

from shared.db.floor import append_only, create_floor

revision = "0001"
down_revision = None

TABLES = """
CREATE TABLE person (
    holder_id uuid NOT NULL,
    holder_version int,
    tier text,
    age smallint,
    visit_group boolean,
    subdistrict text,
    bank text,
    status text,
    recorded_on date,
    deceased_on date,
    moved_on date,
    route_version int,
    routed_district text,
    officer_version int,
    officer_id uuid,
    assigned_on date,
    plan_id uuid,
    plan_version int,
    planned_on date,
    plan_told_at timestamptz,
    home_district text GENERATED ALWAYS AS ("left"(subdistrict, 4)) STORED,
    responsible_district text GENERATED ALWAYS AS (COALESCE(routed_district, "left"(subdistrict, 4))) STORED,
    PRIMARY KEY (holder_id)
);
CREATE INDEX person_home_district ON person (home_district);
CREATE INDEX person_officer_id ON person (officer_id);
CREATE INDEX person_responsible_district ON person (responsible_district);

CREATE TABLE intake (
    holder_id uuid NOT NULL,
    intent_id uuid NOT NULL,
    stated_on date NOT NULL,
    received_on date NOT NULL,
    channel text NOT NULL,
    tier text NOT NULL,
    district text NOT NULL,
    place_id uuid,
    approved_late boolean NOT NULL,
    PRIMARY KEY (holder_id)
);
CREATE INDEX intake_stated_on ON intake (stated_on, district);

CREATE TABLE withdrawal (
    holder_id uuid NOT NULL,
    withdrawn_on date NOT NULL,
    known_on date NOT NULL,
    PRIMARY KEY (holder_id)
);

CREATE TABLE visit_due (
    holder_id uuid NOT NULL,
    district text NOT NULL,
    due_by date NOT NULL,
    told_at timestamptz NOT NULL,
    PRIMARY KEY (holder_id)
);

CREATE TABLE visit_attempt (
    holder_id uuid NOT NULL,
    attempt_no smallint NOT NULL,
    visited_on date NOT NULL,
    reason text NOT NULL,
    final boolean NOT NULL,
    told_at timestamptz NOT NULL,
    PRIMARY KEY (holder_id, attempt_no)
);

CREATE TABLE interview (
    holder_id uuid NOT NULL,
    interview_id uuid NOT NULL,
    revision int NOT NULL,
    interviewed_on date NOT NULL,
    channel text NOT NULL,
    answer text NOT NULL,
    approach text,
    income_now_baht bigint NOT NULL,
    district text NOT NULL,
    told_at timestamptz NOT NULL,
    PRIMARY KEY (holder_id)
);

CREATE TABLE decision (
    decision_id uuid NOT NULL,
    holder_id uuid NOT NULL,
    kind text NOT NULL,
    decided_on date NOT NULL,
    effective_month text,
    PRIMARY KEY (decision_id)
);
CREATE INDEX decision_holder ON decision (holder_id);

CREATE TABLE follow_up (
    follow_up_id uuid NOT NULL,
    holder_id uuid NOT NULL,
    round text NOT NULL,
    contacted_on date NOT NULL,
    reached boolean NOT NULL,
    job_status text,
    yearly_income_baht bigint,
    recommendation text,
    told_at timestamptz NOT NULL,
    PRIMARY KEY (follow_up_id)
);
CREATE INDEX follow_up_holder ON follow_up (holder_id, contacted_on);

CREATE TABLE follow_up_overdue (
    holder_id uuid NOT NULL,
    round text NOT NULL,
    due_by date NOT NULL,
    PRIMARY KEY (holder_id, round)
);

CREATE TABLE recommendation (
    holder_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    version int NOT NULL,
    prepared_on date NOT NULL,
    programmes smallint NOT NULL,
    best_programme text,
    PRIMARY KEY (holder_id)
);

CREATE TABLE plan_line (
    plan_id uuid NOT NULL,
    version int NOT NULL,
    line_no smallint NOT NULL,
    holder_id uuid NOT NULL,
    dimension text NOT NULL,
    programme text NOT NULL,
    agency text NOT NULL,
    PRIMARY KEY (plan_id, version, line_no)
);
CREATE INDEX plan_line_holder ON plan_line (holder_id);

CREATE TABLE plan_decline (
    holder_id uuid NOT NULL,
    interview_id uuid NOT NULL,
    declined_on date NOT NULL,
    sufficient boolean NOT NULL,
    PRIMARY KEY (holder_id)
);

CREATE TABLE referral (
    referral_id uuid NOT NULL,
    holder_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    line_no smallint NOT NULL,
    agency text NOT NULL,
    referred_on date,
    accepted_on date,
    outcome text,
    outcome_final boolean,
    outcome_on date,
    outcome_at timestamptz,
    outcome_event uuid,
    PRIMARY KEY (referral_id)
);
CREATE INDEX referral_holder ON referral (holder_id);
CREATE INDEX referral_line ON referral (plan_id, line_no);

CREATE TABLE plan_end (
    plan_id uuid NOT NULL,
    holder_id uuid NOT NULL,
    completed_on date NOT NULL,
    succeeded smallint NOT NULL,
    failed smallint NOT NULL,
    dropped boolean NOT NULL,
    told_at timestamptz NOT NULL,
    PRIMARY KEY (plan_id)
);
CREATE INDEX plan_end_holder ON plan_end (holder_id);

CREATE TABLE entitlement (
    entitlement_id uuid NOT NULL,
    holder_id uuid NOT NULL,
    version int NOT NULL,
    status text NOT NULL,
    tier text NOT NULL,
    monthly_satang bigint NOT NULL,
    first_month text NOT NULL,
    last_month text NOT NULL,
    stop_reason text,
    stop_month text,
    PRIMARY KEY (entitlement_id)
);
CREATE INDEX entitlement_holder ON entitlement (holder_id);

CREATE TABLE payment (
    disbursement_id uuid NOT NULL,
    attempt_no smallint NOT NULL,
    holder_id uuid NOT NULL,
    run_id uuid NOT NULL,
    month text NOT NULL,
    tier text NOT NULL,
    bank text NOT NULL,
    district text NOT NULL,
    amount_satang bigint NOT NULL,
    outcome text NOT NULL,
    finality smallint NOT NULL CHECK (finality BETWEEN 1 AND 3),
    reason_code text,
    PRIMARY KEY (disbursement_id, attempt_no)
);
CREATE INDEX payment_holder ON payment (holder_id);
CREATE INDEX payment_month ON payment (month, tier);
CREATE INDEX payment_run ON payment (run_id);

CREATE TABLE run (
    run_id uuid NOT NULL,
    month text NOT NULL,
    released_on date,
    persons bigint,
    amount_satang bigint,
    closed_on date,
    eligible bigint,
    paid bigint,
    failed bigint,
    held bigint,
    returned bigint,
    eligible_satang bigint,
    paid_satang bigint,
    failed_satang bigint,
    held_satang bigint,
    returned_satang bigint,
    PRIMARY KEY (run_id)
);
CREATE INDEX run_month ON run (month);

CREATE TABLE registry_import (
    import_id uuid NOT NULL,
    completed_on date NOT NULL,
    lines bigint NOT NULL,
    registered bigint NOT NULL,
    updated bigint NOT NULL,
    unchanged bigint NOT NULL,
    rejected bigint NOT NULL,
    PRIMARY KEY (import_id)
);

CREATE TABLE officer (
    officer_id uuid NOT NULL,
    version int NOT NULL,
    district text NOT NULL,
    employer text NOT NULL,
    active boolean NOT NULL,
    PRIMARY KEY (officer_id)
);

CREATE TABLE place (
    place_id uuid NOT NULL,
    version int NOT NULL,
    district text NOT NULL,
    title text NOT NULL,
    PRIMARY KEY (place_id)
);

CREATE TABLE programme (
    code text NOT NULL,
    version int NOT NULL,
    dimension text NOT NULL,
    title_th text NOT NULL,
    title_en text NOT NULL,
    agency text NOT NULL,
    PRIMARY KEY (code)
);

CREATE TABLE policy (
    profile text NOT NULL,
    version int NOT NULL,
    published_on date NOT NULL,
    parameters jsonb NOT NULL,
    PRIMARY KEY (profile, version)
);

CREATE TABLE snapshot (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    snapshot_id uuid NOT NULL,
    report text NOT NULL,
    area text NOT NULL,
    as_of timestamptz NOT NULL,
    content text NOT NULL,
    content_hash text NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
    prev_hash text NOT NULL,
    taken_by text NOT NULL,
    PRIMARY KEY (seq),
    UNIQUE (snapshot_id)
);
CREATE INDEX snapshot_area ON snapshot (area, seq);
"""


def upgrade() -> None:
    """Make the floor and the tables; snapshots are only ever added."""
    create_floor()
    op.execute(TABLES)
    append_only("reporting_app", "snapshot")
