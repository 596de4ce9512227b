"""Interviews under versioned forms, their revisions with reasons, what the rules proposed, and drafts."""

from alembic import op

revision = "0230"
down_revision = "0220"

TABLES = """
ALTER TABLE interview
    ADD COLUMN form_version varchar NOT NULL DEFAULT '1',
    ADD COLUMN code_lists jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN proposed jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN revision_reason varchar,
    ADD COLUMN amends uuid;

-- What was recorded before stands in the places of the form from now on.
UPDATE interview
   SET answers = jsonb_strip_nulls(jsonb_build_object(
           'visit', jsonb_build_object('interviewed_on', interviewed_on, 'place', answers -> 'place',
                                       'officer_id', officer_id, 'co_interviewer_id', co_interviewer_id),
           'person', answers -> 'person', 'abilities', answers -> 'abilities', 'diagnosis', answers -> 'diagnosis',
           'wishes', jsonb_build_object('answer', answer, 'decline_reason', answers -> 'decline_reason', 'dimensions', answers -> 'wishes'),
           'menu', answers -> 'menu', 'specialist_asked', specialist_asked))
 WHERE answers <> '{}';
UPDATE interview SET revision_reason = 'ก่อนเริ่มเก็บเหตุผล · before reasons were kept' WHERE revision > 1;
ALTER TABLE interview ADD CONSTRAINT interview_revision_has_reason CHECK (revision = 1 OR revision_reason IS NOT NULL);

ALTER TABLE intent ADD COLUMN form_version varchar NOT NULL DEFAULT '1';
ALTER TABLE follow_up ADD COLUMN form_version varchar NOT NULL DEFAULT '1';

CREATE TABLE interview_draft (
    case_id uuid NOT NULL REFERENCES case_file (case_id),
    version int NOT NULL,
    form_version varchar NOT NULL,
    content_sealed bytea,
    saved_at timestamptz NOT NULL,
    saved_by varchar NOT NULL,
    expires_on date NOT NULL,
    ended_at timestamptz,
    end_reason varchar,
    PRIMARY KEY (case_id),
    CONSTRAINT interview_draft_is_open_or_empty CHECK ((ended_at IS NULL) = (content_sealed IS NOT NULL) AND (ended_at IS NULL) = (end_reason IS NULL))
);
CREATE INDEX interview_draft_open ON interview_draft (saved_at, case_id) WHERE ended_at IS NULL;

-- What forget_erased does, for the columns of this migration.
CREATE FUNCTION forget_erased_interviews(holder_ids uuid[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    UPDATE public.interview i
       SET proposed = '{}', revision_reason = CASE WHEN i.revision_reason IS NOT NULL THEN '' END
      FROM public.case_file c JOIN public.holder h USING (holder_id)
     WHERE c.case_id = i.case_id AND h.holder_id = ANY (holder_ids) AND h.erased_on IS NOT NULL
$$;
REVOKE ALL ON FUNCTION forget_erased_interviews(uuid[]) FROM PUBLIC;
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'interview_app') THEN
        GRANT EXECUTE ON FUNCTION forget_erased_interviews(uuid[]) TO interview_app;
    END IF;
END $$;
"""


def upgrade() -> None:
    """Change the tables, make the new one, and teach the erasure of them."""
    op.execute(TABLES)
