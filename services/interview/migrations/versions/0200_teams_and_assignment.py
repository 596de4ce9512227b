"""What is known of officers and meeting places, teams and rosters, who lives with whom, and why a case is whose it is."""

from alembic import op

from shared.db.floor import append_only

revision = "0200"
down_revision = "0120"

TABLES = """
ALTER TABLE officer
    ADD COLUMN languages varchar[] NOT NULL DEFAULT '{}',
    ADD COLUMN caseload_max int CHECK (caseload_max >= 0),
    ADD COLUMN subdistricts varchar[] NOT NULL DEFAULT '{}';

CREATE TABLE officer_history (
    officer_id uuid NOT NULL,
    version int NOT NULL,
    what varchar NOT NULL,
    at timestamptz NOT NULL,
    by varchar NOT NULL,
    details jsonb NOT NULL,
    PRIMARY KEY (officer_id, version),
    FOREIGN KEY(officer_id) REFERENCES officer (officer_id)
);

CREATE TABLE officer_absence (
    absence_id uuid NOT NULL,
    officer_id uuid NOT NULL,
    version int NOT NULL,
    from_on date NOT NULL,
    to_on date NOT NULL,
    kind varchar NOT NULL,
    PRIMARY KEY (absence_id),
    FOREIGN KEY(officer_id) REFERENCES officer (officer_id),
    CHECK (to_on >= from_on)
);
CREATE INDEX officer_absence_officer ON officer_absence (officer_id, to_on);

ALTER TABLE meeting_place
    ADD COLUMN latitude double precision,
    ADD COLUMN longitude double precision,
    ADD COLUMN weekdays int[],
    ADD COLUMN days date[],
    ADD COLUMN opens_at varchar,
    ADD COLUMN closes_at varchar;

CREATE TABLE team (
    district varchar NOT NULL,
    version int NOT NULL,
    order_no varchar NOT NULL,
    ordered_on date NOT NULL,
    head_id uuid NOT NULL,
    appointed_by varchar NOT NULL,
    appointed_at timestamptz NOT NULL,
    PRIMARY KEY (district, version),
    CONSTRAINT team_order UNIQUE (district, order_no),
    FOREIGN KEY(head_id) REFERENCES officer (officer_id)
);

CREATE TABLE team_member (
    district varchar NOT NULL,
    version int NOT NULL,
    officer_id uuid NOT NULL,
    duty varchar NOT NULL,
    PRIMARY KEY (district, version, officer_id, duty),
    FOREIGN KEY(district, version) REFERENCES team (district, version),
    FOREIGN KEY(officer_id) REFERENCES officer (officer_id)
);

CREATE TABLE roster_entry (
    entry_id uuid NOT NULL,
    district varchar NOT NULL,
    officer_id uuid NOT NULL,
    duty varchar NOT NULL,
    place_id uuid,
    from_on date NOT NULL,
    to_on date NOT NULL,
    version int NOT NULL,
    cancelled boolean NOT NULL,
    changed_by varchar NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (entry_id),
    FOREIGN KEY(officer_id) REFERENCES officer (officer_id),
    FOREIGN KEY(place_id) REFERENCES meeting_place (place_id),
    CHECK (to_on >= from_on),
    CHECK ((duty = 'INTAKE') = (place_id IS NOT NULL))
);
CREATE INDEX roster_entry_district ON roster_entry (district, entry_id);
CREATE INDEX roster_entry_officer ON roster_entry (officer_id) WHERE NOT cancelled;

CREATE TABLE household (
    household_id uuid NOT NULL,
    version int NOT NULL,
    PRIMARY KEY (household_id)
);

CREATE TABLE household_member (
    household_id uuid NOT NULL,
    holder_id uuid NOT NULL,
    PRIMARY KEY (household_id, holder_id)
);
CREATE INDEX household_member_holder ON household_member (holder_id, household_id);

-- Who counts the cases and the co-interviews to come of an officer reads no history.
CREATE INDEX case_file_co_interviewer ON case_file (co_interviewer_id, case_id) WHERE co_interviewer_id IS NOT NULL;
"""


def upgrade() -> None:
    """Make the columns and tables."""
    op.execute(TABLES)
    append_only("interview_app", "officer_history", "team", "team_member")
