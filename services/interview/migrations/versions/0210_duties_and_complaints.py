"""What governors and district chiefs do beside the cases, and complaints of card holders."""

from alembic import op

from shared.db.floor import append_only

revision = "0210"
down_revision = "0200"

TABLES = """
ALTER TABLE decision ADD COLUMN power varchar, ADD COLUMN power_standing varchar;

CREATE TABLE guideline (
    guideline_id uuid NOT NULL,
    version int NOT NULL,
    province varchar NOT NULL,
    title varchar NOT NULL,
    content varchar NOT NULL,
    valid_from date NOT NULL,
    published_at timestamptz NOT NULL,
    published_by varchar NOT NULL,
    PRIMARY KEY (guideline_id, version)
);
CREATE INDEX guideline_province ON guideline (province, guideline_id);

CREATE TABLE guideline_acknowledgement (
    guideline_id uuid NOT NULL,
    version int NOT NULL,
    district varchar NOT NULL,
    acknowledged_at timestamptz NOT NULL,
    acknowledged_by varchar NOT NULL,
    PRIMARY KEY (guideline_id, version, district),
    FOREIGN KEY (guideline_id, version) REFERENCES guideline (guideline_id, version)
);

CREATE TABLE team_variant (
    variant_id uuid NOT NULL,
    version int NOT NULL,
    district varchar NOT NULL,
    differs_in varchar NOT NULL,
    what varchar NOT NULL,
    reason varchar NOT NULL,
    from_day date NOT NULL,
    to_day date,
    decided_at timestamptz NOT NULL,
    decided_by varchar NOT NULL,
    ended_by varchar,
    PRIMARY KEY (variant_id)
);
CREATE INDEX team_variant_district ON team_variant (district, variant_id);

CREATE TABLE agency_task (
    task_id uuid NOT NULL,
    version int NOT NULL,
    province varchar NOT NULL,
    agency varchar NOT NULL,
    manner varchar NOT NULL,
    task varchar NOT NULL,
    districts varchar[] NOT NULL,
    due_on date NOT NULL,
    state varchar NOT NULL,
    PRIMARY KEY (task_id)
);
CREATE INDEX agency_task_province ON agency_task (province, task_id);
CREATE INDEX agency_task_agency ON agency_task (agency, task_id);

CREATE TABLE agency_task_history (
    task_id uuid NOT NULL REFERENCES agency_task (task_id),
    version int NOT NULL,
    from_state varchar,
    to_state varchar NOT NULL,
    at timestamptz NOT NULL,
    by varchar NOT NULL,
    remark varchar NOT NULL,
    PRIMARY KEY (task_id, version)
);

CREATE TABLE committee_member (
    member_id uuid NOT NULL,
    version int NOT NULL,
    province varchar NOT NULL,
    committee varchar NOT NULL,
    name_sealed bytea NOT NULL,
    position varchar NOT NULL,
    powers varchar[] NOT NULL,
    order_no varchar NOT NULL,
    from_day date NOT NULL,
    to_day date,
    recorded_at timestamptz NOT NULL,
    recorded_by varchar NOT NULL,
    PRIMARY KEY (member_id)
);
CREATE INDEX committee_member_committee ON committee_member (province, committee, member_id);

CREATE TABLE preparation_record (
    record_id uuid NOT NULL,
    district varchar NOT NULL,
    kind varchar NOT NULL,
    on_day date NOT NULL,
    details jsonb NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by varchar NOT NULL,
    PRIMARY KEY (record_id)
);
CREATE INDEX preparation_record_district ON preparation_record (district, record_id);

CREATE TABLE result_release (
    release_id uuid NOT NULL,
    area varchar NOT NULL,
    addressee varchar NOT NULL,
    first_month varchar NOT NULL,
    last_month varchar NOT NULL,
    revision int NOT NULL,
    taken_at timestamptz NOT NULL,
    content varchar NOT NULL,
    content_hash varchar NOT NULL,
    signature varchar NOT NULL,
    released_by varchar NOT NULL,
    PRIMARY KEY (release_id),
    CONSTRAINT result_release_revision UNIQUE (area, addressee, first_month, last_month, revision)
);

CREATE TABLE release_receipt (
    release_id uuid NOT NULL REFERENCES result_release (release_id),
    received_at timestamptz NOT NULL,
    received_by varchar NOT NULL,
    reference varchar NOT NULL,
    PRIMARY KEY (release_id)
);

CREATE TABLE complaint (
    complaint_id uuid NOT NULL,
    version int NOT NULL,
    reference varchar NOT NULL,
    state varchar NOT NULL,
    level varchar NOT NULL,
    category varchar NOT NULL,
    channel varchar NOT NULL,
    district varchar NOT NULL,
    holder_id uuid,
    about_officer_id uuid,
    received_on date NOT NULL,
    due_on date NOT NULL,
    answered_on date,
    closed_on date,
    person_sealed bytea,
    text_sealed bytea NOT NULL,
    answer_sealed bytea,
    recorded_by varchar NOT NULL,
    PRIMARY KEY (complaint_id),
    CONSTRAINT complaint_reference UNIQUE (reference)
);
CREATE INDEX complaint_district ON complaint (district, complaint_id);
CREATE INDEX complaint_holder ON complaint (holder_id) WHERE holder_id IS NOT NULL;
CREATE INDEX complaint_running ON complaint (due_on, complaint_id) WHERE state IN ('RECEIVED', 'IN_HAND', 'ESCALATED') AND level <> 'PROVINCE';

CREATE TABLE complaint_history (
    complaint_id uuid NOT NULL REFERENCES complaint (complaint_id),
    version int NOT NULL,
    step varchar NOT NULL,
    from_state varchar,
    to_state varchar NOT NULL,
    level varchar NOT NULL,
    due_on date NOT NULL,
    at timestamptz NOT NULL,
    by varchar NOT NULL,
    PRIMARY KEY (complaint_id, version)
);
"""


def upgrade() -> None:
    """Make the tables; what was published, answered, released and received stays as it was."""
    op.execute(TABLES)
    append_only(
        "interview_app",
        "guideline",
        "guideline_acknowledgement",
        "agency_task_history",
        "preparation_record",
        "result_release",
        "release_receipt",
        "complaint_history",
    )
