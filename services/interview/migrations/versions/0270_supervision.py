"""Supervision: how long interviews took and how far officers travelled, digests of answers that should differ, spot checks."""

from alembic import op

from shared.db.floor import append_only

revision = "0270"
down_revision = "0260"

TABLES = """
ALTER TABLE interview
    ADD COLUMN started_at timestamptz,
    ADD COLUMN ended_at timestamptz,
    ADD COLUMN travelled_km float,
    ADD COLUMN alike_whole bytea,
    ADD COLUMN alike_person bytea,
    ADD COLUMN alike_words bytea;
CREATE INDEX interview_amends ON interview (amends) WHERE amends IS NOT NULL;
CREATE INDEX interview_district_day ON interview (district, interviewed_on, interview_id);
CREATE INDEX interview_officer_day ON interview (officer_id, interviewed_on);

ALTER TABLE visit_attempt ADD COLUMN travelled_km float;
CREATE INDEX visit_attempt_officer_day ON visit_attempt (officer_id, visited_on);

CREATE TABLE spot_check_draw (
    draw_id uuid NOT NULL,
    district varchar NOT NULL,
    from_day date NOT NULL,
    to_day date NOT NULL,
    seed varchar NOT NULL,
    eligible int NOT NULL,
    drawn int NOT NULL,
    strata jsonb NOT NULL,
    drawn_at timestamptz NOT NULL,
    drawn_by varchar NOT NULL,
    PRIMARY KEY (draw_id)
);
CREATE INDEX spot_check_draw_district ON spot_check_draw (district, draw_id);

CREATE TABLE spot_check (
    check_id uuid NOT NULL,
    draw_id uuid NOT NULL REFERENCES spot_check_draw (draw_id),
    district varchar NOT NULL,
    interview_id uuid NOT NULL REFERENCES interview (interview_id),
    case_id uuid NOT NULL REFERENCES case_file (case_id),
    officer_id uuid NOT NULL,
    PRIMARY KEY (check_id),
    CONSTRAINT spot_check_interview UNIQUE (interview_id),
    CONSTRAINT spot_check_case UNIQUE (case_id)
);
CREATE INDEX spot_check_district ON spot_check (district, check_id);
CREATE INDEX spot_check_draw_checks ON spot_check (draw_id, check_id);
CREATE INDEX spot_check_officer ON spot_check (officer_id, check_id);

CREATE TABLE spot_check_result (
    check_id uuid NOT NULL REFERENCES spot_check (check_id),
    result_no int NOT NULL,
    result varchar NOT NULL,
    checked_on date NOT NULL,
    checker_id uuid,
    interviews int NOT NULL,
    form_version varchar NOT NULL,
    answers jsonb NOT NULL,
    remarks_sealed bytea,
    recorded_at timestamptz NOT NULL,
    recorded_by varchar NOT NULL,
    PRIMARY KEY (check_id, result_no)
);

-- What forget_erased does, for the columns of this migration. That a check was made, and what it came to, stays: it is the officer's work.
CREATE FUNCTION forget_erased_checks(holder_ids uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    erased uuid[] := ARRAY(
        SELECT c.case_id FROM public.case_file c JOIN public.holder h USING (holder_id)
         WHERE h.holder_id = ANY (holder_ids) AND h.erased_on IS NOT NULL);
BEGIN
    UPDATE public.interview SET alike_whole = NULL, alike_person = NULL, alike_words = NULL WHERE case_id = ANY (erased);
    UPDATE public.spot_check_result r SET answers = '{}', remarks_sealed = NULL
      FROM public.spot_check s WHERE s.check_id = r.check_id AND s.case_id = ANY (erased);
END
$$;
REVOKE ALL ON FUNCTION forget_erased_checks(uuid[]) FROM PUBLIC;
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'interview_app') THEN
        GRANT EXECUTE ON FUNCTION forget_erased_checks(uuid[]) TO interview_app;
    END IF;
END $$;
"""


def upgrade() -> None:
    """Add the columns, make the tables and the function."""
    op.execute(TABLES)
    append_only("interview_app", "spot_check_draw", "spot_check", "spot_check_result")
