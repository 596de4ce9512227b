"""Persons who were erased, and plans of one person under two ids."""

from alembic import op

revision = "0120"
down_revision = "0001"

CHANGES = """
ALTER TABLE holder ADD COLUMN merged_into uuid, ADD COLUMN erased_on date;
CREATE INDEX holder_merged_into ON holder (merged_into) WHERE merged_into IS NOT NULL;
ALTER TABLE plan DROP CONSTRAINT plan_status_check, ADD CONSTRAINT plan_status_check CHECK (status IN (
    'RECOMMENDED', 'AGREED', 'REFERRED', 'IN_DEVELOPMENT', 'COMPLETED', 'DROPPED', 'DECLINED', 'WITHDRAWN', 'CLOSED', 'MERGED'));

-- The server's role can only add to histories. This is the one exception, and it does this alone: of persons whom the registry
-- erased they forget why something was recommended, what was aimed at, and what was written in free words.
CREATE FUNCTION forget_erased(holder_ids uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    erased uuid[] := ARRAY(SELECT holder_id FROM public.holder WHERE holder_id = ANY (holder_ids) AND erased_on IS NOT NULL);
    plans uuid[] := ARRAY(SELECT plan_id FROM public.plan WHERE holder_id = ANY (erased));
BEGIN
    UPDATE public.recommendation SET programmes = '[]' WHERE plan_id = ANY (plans);
    UPDATE public.plan_line SET goal = '', target_income_baht = NULL WHERE plan_id = ANY (plans);
    UPDATE public.referral_history SET evidence = NULL
     WHERE referral_id IN (SELECT referral_id FROM public.referral WHERE plan_id = ANY (plans));
    UPDATE public.decision SET reason = '' WHERE holder_id = ANY (erased);
END
$$;
REVOKE ALL ON FUNCTION forget_erased(uuid[]) FROM PUBLIC;
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'plan_app') THEN
        GRANT EXECUTE ON FUNCTION forget_erased(uuid[]) TO plan_app;
    END IF;
END $$;
"""


def upgrade() -> None:
    """Make the columns and the function."""
    op.execute(CHANGES)
