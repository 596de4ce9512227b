"""The first tables of interview."""

from alembic import op

from shared.db.floor import append_only, create_floor

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE holder (
    holder_id uuid NOT NULL,
    version int NOT NULL,
    citizen_index varchar NOT NULL,
    card_index varchar NOT NULL,
    index_key varchar NOT NULL,
    tier varchar NOT NULL,
    age int NOT NULL,
    visit_group boolean NOT NULL,
    policy_version int NOT NULL,
    subdistrict varchar NOT NULL,
    home_district varchar NOT NULL,
    status varchar NOT NULL,
    recorded_on date NOT NULL,
    PRIMARY KEY (holder_id)
);
CREATE INDEX holder_card_index ON holder (card_index);
CREATE INDEX holder_citizen_index ON holder (citizen_index);
CREATE INDEX holder_visit_group ON holder (home_district, holder_id) WHERE visit_group;

CREATE TABLE policy (
    version int NOT NULL,
    profile varchar NOT NULL,
    published_on date NOT NULL,
    parameters jsonb NOT NULL,
    PRIMARY KEY (version)
);

CREATE TABLE programme (
    code varchar NOT NULL,
    version int NOT NULL,
    dimension varchar NOT NULL,
    name_th varchar NOT NULL,
    name_en varchar NOT NULL,
    agency varchar NOT NULL,
    active boolean NOT NULL,
    PRIMARY KEY (code)
);

CREATE TABLE officer (
    officer_id uuid NOT NULL,
    version int NOT NULL,
    district varchar NOT NULL,
    employer varchar NOT NULL,
    staff_no varchar NOT NULL,
    active boolean NOT NULL,
    left_at timestamptz,
    left_by varchar,
    left_why varchar,
    PRIMARY KEY (officer_id),
    CONSTRAINT officer_staff_no UNIQUE (employer, staff_no)
);
CREATE INDEX officer_district ON officer (district, officer_id);

CREATE TABLE meeting_place (
    place_id uuid NOT NULL,
    version int NOT NULL,
    district varchar NOT NULL,
    subdistrict varchar NOT NULL,
    name varchar NOT NULL,
    opens_on date NOT NULL,
    closes_on date NOT NULL,
    capacity_per_day int NOT NULL,
    PRIMARY KEY (place_id)
);
CREATE INDEX meeting_place_district ON meeting_place (district, place_id);

CREATE TABLE case_file (
    case_id uuid NOT NULL,
    holder_id uuid NOT NULL,
    version int NOT NULL,
    state varchar NOT NULL,
    home_district varchar NOT NULL,
    responsible_district varchar NOT NULL,
    subdistrict varchar NOT NULL,
    opened_on date NOT NULL,
    officer_id uuid,
    co_interviewer_id uuid,
    intent_status varchar,
    stated_on date,
    channel varchar,
    attempts int NOT NULL,
    interviews int NOT NULL,
    interviewed_on date,
    plan_declined_on date,
    june_on date,
    september_on date,
    PRIMARY KEY (case_id),
    CONSTRAINT case_file_holder UNIQUE (holder_id),
    CHECK (version >= 1),
    CHECK (state <> 'ASSIGNED' OR officer_id IS NOT NULL),
    CHECK ((intent_status IS NULL) = (stated_on IS NULL) AND (stated_on IS NULL) = (channel IS NULL))
);
CREATE INDEX case_file_home ON case_file (home_district, case_id);
CREATE INDEX case_file_officer ON case_file (officer_id, case_id);
CREATE INDEX case_file_responsible ON case_file (responsible_district, state, case_id);

CREATE TABLE case_history (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    case_id uuid NOT NULL,
    version int NOT NULL,
    step varchar NOT NULL,
    from_state varchar NOT NULL,
    to_state varchar NOT NULL,
    at timestamptz NOT NULL,
    by varchar NOT NULL,
    reason varchar NOT NULL,
    details jsonb NOT NULL,
    PRIMARY KEY (seq),
    FOREIGN KEY(case_id) REFERENCES case_file (case_id)
);
CREATE INDEX case_history_case ON case_history (case_id, seq);
CREATE INDEX case_history_left ON case_history ((details->>'from_district'), case_id) WHERE step = 'ROUTED';

CREATE TABLE intent (
    intent_id uuid NOT NULL,
    case_id uuid NOT NULL,
    holder_id uuid NOT NULL,
    slip_no varchar NOT NULL,
    status varchar NOT NULL,
    stated_on date NOT NULL,
    received_on date NOT NULL,
    channel varchar NOT NULL,
    place_id uuid,
    district varchar NOT NULL,
    tier varchar NOT NULL,
    monthly_satang int NOT NULL,
    first_month varchar,
    last_month varchar,
    months int NOT NULL,
    approved_late_by varchar,
    decision_reference varchar,
    withdrawn_on date,
    policy_version int NOT NULL,
    form jsonb NOT NULL,
    people_sealed bytea,
    recorded_by varchar NOT NULL,
    PRIMARY KEY (intent_id),
    CONSTRAINT intent_case UNIQUE (case_id),
    CONSTRAINT intent_slip_no UNIQUE (slip_no),
    FOREIGN KEY(case_id) REFERENCES case_file (case_id)
);

CREATE TABLE home_visit_due (
    case_id uuid NOT NULL,
    district varchar NOT NULL,
    subdistrict varchar NOT NULL,
    due_by date NOT NULL,
    listed_on date NOT NULL,
    policy_version int NOT NULL,
    PRIMARY KEY (case_id),
    FOREIGN KEY(case_id) REFERENCES case_file (case_id)
);

CREATE TABLE visit_attempt (
    case_id uuid NOT NULL,
    attempt_no int NOT NULL,
    visited_on date NOT NULL,
    reason varchar NOT NULL,
    officer_id uuid NOT NULL,
    note varchar NOT NULL,
    recorded_by varchar NOT NULL,
    PRIMARY KEY (case_id, attempt_no),
    FOREIGN KEY(case_id) REFERENCES case_file (case_id)
);

CREATE TABLE interview (
    interview_id uuid NOT NULL,
    case_id uuid NOT NULL,
    holder_id uuid NOT NULL,
    revision int NOT NULL,
    interviewed_on date NOT NULL,
    channel varchar NOT NULL,
    officer_id uuid NOT NULL,
    co_interviewer_id uuid,
    district varchar NOT NULL,
    subdistrict varchar NOT NULL,
    answer varchar NOT NULL,
    approach varchar,
    occupation varchar NOT NULL,
    second_occupation varchar,
    income_now_baht int NOT NULL,
    specialist_asked boolean NOT NULL,
    answers jsonb NOT NULL,
    health_sealed bytea NOT NULL,
    debts_sealed bytea NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by varchar NOT NULL,
    PRIMARY KEY (interview_id),
    CONSTRAINT interview_revision UNIQUE (case_id, revision),
    FOREIGN KEY(case_id) REFERENCES case_file (case_id)
);

CREATE TABLE follow_up (
    follow_up_id uuid NOT NULL,
    case_id uuid NOT NULL,
    round varchar NOT NULL,
    contacted_on date NOT NULL,
    reached boolean NOT NULL,
    officer_id uuid NOT NULL,
    job_status varchar,
    monthly_income_baht int,
    yearly_income_baht int,
    recommendation varchar,
    reasonable_cause boolean,
    next_on date,
    answers jsonb NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by varchar NOT NULL,
    PRIMARY KEY (follow_up_id),
    FOREIGN KEY(case_id) REFERENCES case_file (case_id)
);
CREATE INDEX follow_up_case ON follow_up (case_id, contacted_on);

CREATE TABLE follow_up_overdue (
    case_id uuid NOT NULL,
    round varchar NOT NULL,
    due_by date NOT NULL,
    found_on date NOT NULL,
    PRIMARY KEY (case_id, round),
    FOREIGN KEY(case_id) REFERENCES case_file (case_id)
);

CREATE TABLE decision (
    decision_id uuid NOT NULL,
    case_id uuid NOT NULL,
    kind varchar NOT NULL,
    committee varchar NOT NULL,
    decided_on date NOT NULL,
    known_on date NOT NULL,
    effective_month varchar,
    reference varchar NOT NULL,
    reason varchar NOT NULL,
    recorded_by varchar NOT NULL,
    PRIMARY KEY (decision_id),
    CONSTRAINT decision_reference UNIQUE (case_id, kind, reference),
    FOREIGN KEY(case_id) REFERENCES case_file (case_id)
);
CREATE INDEX decision_case ON decision (case_id, decision_id);

CREATE TABLE entitlement (
    holder_id uuid NOT NULL,
    version int NOT NULL,
    status varchar NOT NULL,
    monthly_satang int NOT NULL,
    first_month varchar NOT NULL,
    last_month varchar NOT NULL,
    stop_month varchar,
    stop_reason varchar,
    PRIMARY KEY (holder_id)
);

CREATE TABLE recommendation (
    holder_id uuid NOT NULL,
    version int NOT NULL,
    interview_id uuid NOT NULL,
    programmes jsonb NOT NULL,
    PRIMARY KEY (holder_id)
);

CREATE TABLE agreed_plan (
    holder_id uuid NOT NULL,
    version int NOT NULL,
    plan_id uuid NOT NULL,
    agreed_on date NOT NULL,
    lines jsonb NOT NULL,
    PRIMARY KEY (holder_id)
);

CREATE TABLE referral (
    referral_id uuid NOT NULL,
    holder_id uuid NOT NULL,
    line_no int NOT NULL,
    programme_code varchar NOT NULL,
    agency varchar NOT NULL,
    referred_on date NOT NULL,
    accepted_on date,
    outcome varchar,
    final boolean NOT NULL,
    outcome_on date,
    PRIMARY KEY (referral_id)
);
CREATE INDEX referral_holder ON referral (holder_id, line_no);

-- Numbers of slips: unique, not without gaps.
CREATE SEQUENCE slip_number;
"""


def upgrade() -> None:
    create_floor()
    op.execute(TABLES)
    append_only("interview_app", "case_history", "visit_attempt", "follow_up", "follow_up_overdue", "decision", "interview")
