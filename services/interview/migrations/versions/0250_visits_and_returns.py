"""Lists of home visits are kept with why each is on them, what follows from an attempt, visits that are overdue, wishes before the present one."""

from alembic import op

from shared.db.floor import append_only

revision = "0250"
down_revision = "0230"

TABLES = """
CREATE TABLE home_visit_list (
    list_id uuid NOT NULL,
    district varchar NOT NULL,
    listed_on date NOT NULL,
    made_by varchar NOT NULL,
    policy_version int NOT NULL,
    no_wish_by date NOT NULL,
    due_by date NOT NULL,
    cases int NOT NULL,
    PRIMARY KEY (list_id)
);
CREATE INDEX home_visit_list_district ON home_visit_list (district, list_id);

ALTER TABLE home_visit_due ADD COLUMN list_id uuid, ADD COLUMN age int, ADD COLUMN tier varchar;
-- Lists that were made before they were kept.
INSERT INTO home_visit_list (list_id, district, listed_on, made_by, policy_version, no_wish_by, due_by, cases)
SELECT gen_random_uuid(), d.district, d.listed_on, '', d.policy_version, coalesce((p.parameters->'walk_in_window'->>'to')::date, d.listed_on),
       d.due_by, count(*)
  FROM home_visit_due d LEFT JOIN policy p ON p.version = d.policy_version GROUP BY 2, 3, 5, 6, 7;
UPDATE home_visit_due d SET list_id = l.list_id, age = h.age, tier = h.tier
  FROM home_visit_list l, case_file c JOIN holder h USING (holder_id)
 WHERE c.case_id = d.case_id AND (l.district, l.listed_on, l.policy_version, l.due_by) = (d.district, d.listed_on, d.policy_version, d.due_by);
ALTER TABLE home_visit_due ALTER COLUMN list_id SET NOT NULL, ALTER COLUMN age SET NOT NULL, ALTER COLUMN tier SET NOT NULL,
    ADD FOREIGN KEY (list_id) REFERENCES home_visit_list (list_id);

ALTER TABLE visit_attempt ADD COLUMN next_step varchar, ADD COLUMN again_on date;

CREATE TABLE home_visit_overdue (
    case_id uuid NOT NULL,
    level varchar NOT NULL,
    due_by date NOT NULL,
    found_on date NOT NULL,
    PRIMARY KEY (case_id, level),
    FOREIGN KEY(case_id) REFERENCES case_file (case_id)
);
CREATE INDEX case_file_to_visit ON case_file (holder_id) WHERE state IN ('VISIT_DUE', 'VISITED');

CREATE TABLE former_intent (
    intent_id uuid NOT NULL,
    case_id uuid NOT NULL,
    slip_no varchar NOT NULL,
    status varchar NOT NULL,
    stated_on date NOT NULL,
    channel varchar NOT NULL,
    district varchar NOT NULL,
    withdrawn_on date,
    replaced_on date NOT NULL,
    form_version varchar NOT NULL,
    form jsonb NOT NULL,
    people_sealed bytea,
    PRIMARY KEY (intent_id),
    FOREIGN KEY(case_id) REFERENCES case_file (case_id)
);
CREATE INDEX former_intent_case ON former_intent (case_id, replaced_on);
"""


def upgrade() -> None:
    """Make the tables and columns, and put the lists that there are into them."""
    op.execute(TABLES)
    append_only("interview_app", "home_visit_list", "home_visit_overdue")
