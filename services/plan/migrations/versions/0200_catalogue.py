"""Programmes as dated versions with their conditions in CEL; offerings and their seats; proposals that another person approves."""

from alembic import op

from shared.db.floor import APPROVALS, append_only

revision = "0200"
down_revision = "0120"

PROGRAMMES = """
ALTER TABLE agency ADD COLUMN ministry text NOT NULL DEFAULT '', ADD COLUMN source text NOT NULL DEFAULT '[S]';
UPDATE agency SET ministry = CASE code WHEN 'DOE' THEN 'MOL' WHEN 'DSD' THEN 'MOL' WHEN 'DLPW' THEN 'MOL' WHEN 'DBD' THEN 'MOC' WHEN 'MOI' THEN 'MOI'
                                       WHEN 'CDD' THEN 'MOI' WHEN 'MOAC' THEN 'MOAC' WHEN 'GHB' THEN 'MOF' ELSE '' END;
ALTER TABLE agency ALTER COLUMN ministry DROP DEFAULT, ALTER COLUMN source DROP DEFAULT;
"""

# What a programme was for stood in seven fields; each becomes a condition of its own, with the words that people are told.
EXPAND = """
ALTER TABLE {table}
    ADD COLUMN valid_from date NOT NULL DEFAULT '2018-01-09',
    ADD COLUMN valid_until date,
    ADD COLUMN gives_th text NOT NULL DEFAULT '',
    ADD COLUMN gives_en text NOT NULL DEFAULT '',
    ADD COLUMN papers text[] NOT NULL DEFAULT '{{}}',
    ADD COLUMN contact text NOT NULL DEFAULT '',
    ADD COLUMN outcomes text[] NOT NULL DEFAULT '{{}}',
    ADD COLUMN examples jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN merits jsonb NOT NULL DEFAULT '{{}}',
    ADD COLUMN source text NOT NULL DEFAULT '[R]';
UPDATE {table} SET
    merits = jsonb_build_object('serves', coalesce(conditions -> 'serves', '[]'), 'approaches', coalesce(conditions -> 'approaches', '[]'),
                                'made_for', coalesce(conditions -> 'occupations', '[]')),
    outcomes = CASE dimension
        WHEN 'D1' THEN ARRAY['JOB_DID_NOT_COME', 'JOB_APPLIED', 'JOB_SENT', 'JOB_PLACED', 'JOB_AWAITING_POST', 'JOB_CHANGED_WISH', 'JOB_NO_SKILL',
                             'JOB_TOO_OLD', 'JOB_ILL', 'DID_NOT_START']
        WHEN 'D2' THEN ARRAY['TRAINING_PASSED', 'TRAINING_FAILED', 'TRAINING_AWAITING_RESULT', 'DID_NOT_START']
        ELSE ARRAY['GRANTED', 'NOT_GRANTED', 'DID_NOT_START'] END,
    conditions = (
        SELECT coalesce(jsonb_agg(jsonb_build_object('name', name, 'when', expression, 'th', th, 'en', en) ORDER BY place), '[]') FROM (
            VALUES (1, 'min-age', 'age >= ' || (conditions ->> 'min_age'), 'อายุ ' || (conditions ->> 'min_age') || ' ปีขึ้นไป',
                    'is ' || (conditions ->> 'min_age') || ' years old or more'),
                   (2, 'max-age', 'age <= ' || (conditions ->> 'max_age'), 'อายุไม่เกิน ' || (conditions ->> 'max_age') || ' ปี',
                    'is not over ' || (conditions ->> 'max_age')),
                   (3, 'occupation', (SELECT string_agg('"' || one || '" in occupation_groups', ' || ')
                                        FROM jsonb_array_elements_text(conditions -> 'occupations') AS one),
                    'ประกอบอาชีพในกลุ่มที่กำหนด', 'has an occupation of the groups it is for'),
                   (4, 'other-occupation', (SELECT string_agg('!("' || one || '" in main_occupation_groups)', ' && ')
                                              FROM jsonb_array_elements_text(conditions -> 'not_occupations') AS one),
                    'อาชีพหลักไม่อยู่ในกลุ่มที่ไม่รับ', 'has a main occupation that it is open to'),
                   (5, 'wants-loan', CASE WHEN (conditions ->> 'wants_loan')::boolean THEN 'wants_loan' END, 'ประสงค์ขอสินเชื่อ', 'asks for a loan'),
                   (6, 'wants-dimension', CASE WHEN (conditions ->> 'wants_dimension')::boolean
                                               THEN '"' || dimension || '" in wishes || "' || dimension || '" in problems' END,
                    'มีปัญหาหรือประสงค์จะพัฒนาในมิตินี้', 'has a problem or a wish in this dimension')
        ) AS part (place, name, expression, th, en) WHERE expression IS NOT NULL);
ALTER TABLE {table}
    ALTER COLUMN valid_from DROP DEFAULT, ALTER COLUMN gives_th DROP DEFAULT, ALTER COLUMN gives_en DROP DEFAULT,
    ALTER COLUMN papers DROP DEFAULT, ALTER COLUMN contact DROP DEFAULT, ALTER COLUMN outcomes DROP DEFAULT,
    ALTER COLUMN examples DROP DEFAULT, ALTER COLUMN merits DROP DEFAULT, ALTER COLUMN source DROP DEFAULT;
"""

_CONTENT = """
    province text NOT NULL,
    district text,
    place text NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    apply_until date NOT NULL,
    hours int,
    seats int NOT NULL,
    cost_baht int NOT NULL,
    kit text,
    kit_value_baht int NOT NULL,
    stipend_baht_a_day int NOT NULL,
    course_code text,
    active boolean NOT NULL,
    synthetic boolean NOT NULL,"""

OFFERINGS = f"""
CREATE TABLE offering (
    offering_id uuid PRIMARY KEY,
    programme_code text NOT NULL REFERENCES programme,
    version int NOT NULL,{_CONTENT}
    CONSTRAINT offering_days CHECK (starts_on <= ends_on AND apply_until <= ends_on),
    CONSTRAINT offering_amounts CHECK (seats >= 0 AND hours > 0 AND least(cost_baht, kit_value_baht, stipend_baht_a_day) >= 0),
    CONSTRAINT offering_area CHECK (district IS NULL OR left(district, 2) = province)
);
CREATE INDEX offering_programme ON offering (programme_code, province, offering_id);
CREATE INDEX offering_open ON offering (apply_until) WHERE active;

CREATE TABLE offering_history (
    offering_id uuid,
    programme_code text NOT NULL,
    version int,{_CONTENT}
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL,
    why text NOT NULL,
    PRIMARY KEY (offering_id, version)
);

-- Apart from the offering, so that a seat is taken by one short update, and however many ask at once, it is never taken twice.
CREATE TABLE offering_seat (
    offering_id uuid PRIMARY KEY REFERENCES offering,
    seats int NOT NULL,
    taken int NOT NULL DEFAULT 0,
    CONSTRAINT offering_seat_never_overbooked CHECK (0 <= taken AND taken <= seats)
);

CREATE TABLE seat_hold (
    plan_id uuid,
    line_no int,
    offering_id uuid NOT NULL REFERENCES offering_seat,
    held_at timestamptz NOT NULL,
    PRIMARY KEY (plan_id, line_no)
);
CREATE INDEX seat_hold_offering ON seat_hold (offering_id);
"""


def upgrade() -> None:
    """Make and fill the columns, and the tables."""
    op.execute(PROGRAMMES)
    for table in ("programme", "programme_history"):
        op.execute(EXPAND.format(table=table))
    op.execute(OFFERINGS)
    op.execute(APPROVALS)
    append_only("plan_app", "offering_history")
