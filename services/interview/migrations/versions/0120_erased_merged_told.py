"""Persons who were erased, cases of one person under two ids, and what became of the notices that we asked for."""

from alembic import op

revision = "0120"
down_revision = "0020"

TABLES = """
ALTER TABLE holder ADD COLUMN erased_on date;
CREATE INDEX holder_merged_into ON holder (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX holder_subdistrict ON holder (subdistrict, holder_id);

CREATE TABLE notice (
    notice_key varchar NOT NULL,
    holder_id uuid NOT NULL,
    template varchar NOT NULL,
    parameters jsonb NOT NULL,
    version int NOT NULL,
    status varchar NOT NULL,
    reason varchar,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (notice_key)
);
CREATE INDEX notice_holder ON notice (holder_id, notice_key);
CREATE INDEX notice_not_brought ON notice (notice_key) WHERE status IN ('FAILED', 'REFUSED');

-- The server's role can only add to histories. This is the one exception, and it does this alone: of persons whom the registry
-- erased they forget what was told, what was found, and what was written in free words.
CREATE FUNCTION forget_erased(holder_ids uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    erased uuid[] := ARRAY(
        SELECT c.case_id FROM public.case_file c JOIN public.holder h USING (holder_id)
         WHERE h.holder_id = ANY (holder_ids) AND h.erased_on IS NOT NULL);
BEGIN
    UPDATE public.interview
       SET occupation = '', second_occupation = NULL, income_now_baht = 0, answers = '{}', health_sealed = '', debts_sealed = ''
     WHERE case_id = ANY (erased);
    UPDATE public.visit_attempt SET note = '' WHERE case_id = ANY (erased);
    UPDATE public.follow_up SET monthly_income_baht = NULL, yearly_income_baht = NULL, answers = '{}' WHERE case_id = ANY (erased);
    UPDATE public.decision SET reason = '' WHERE case_id = ANY (erased);
    UPDATE public.case_history SET reason = '' WHERE case_id = ANY (erased);
END
$$;
REVOKE ALL ON FUNCTION forget_erased(uuid[]) FROM PUBLIC;
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'interview_app') THEN
        GRANT EXECUTE ON FUNCTION forget_erased(uuid[]) TO interview_app;
    END IF;
END $$;
"""


def upgrade() -> None:
    """Make the columns, the table and the function."""
    op.execute(TABLES)
