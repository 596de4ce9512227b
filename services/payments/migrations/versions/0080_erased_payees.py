"""Persons whose payee was erased: the seals go, the books stay."""

from alembic import op

revision = "0080"
down_revision = "0001"

TABLES = """
CREATE TABLE payee_erased (
    holder_id uuid PRIMARY KEY,
    version int NOT NULL,
    seals_kept boolean NOT NULL
);

-- The server's role can only add seals. Of erased persons, and of them alone, it can let those go that no open line of a run
-- needs; those go when the run is closed.
CREATE FUNCTION forget_erased_payees() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    forgotten int;
BEGIN
    DELETE FROM public.payee_sealed p USING public.payee_erased e
     WHERE e.seals_kept AND p.holder_id = e.holder_id AND p.version <= e.version
       AND NOT EXISTS (SELECT FROM public.disbursement d WHERE d.holder_id = p.holder_id AND d.payee_version = p.version AND d.state = 'OPEN');
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    UPDATE public.payee_erased e SET seals_kept = false
     WHERE e.seals_kept AND NOT EXISTS (SELECT FROM public.payee_sealed p WHERE p.holder_id = e.holder_id AND p.version <= e.version);
    RETURN forgotten;
END
$$;
REVOKE ALL ON FUNCTION forget_erased_payees() FROM PUBLIC;
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'payments_app') THEN
        GRANT EXECUTE ON FUNCTION forget_erased_payees() TO payments_app;
    END IF;
END $$;
"""


def upgrade() -> None:
    """Make the table and the function."""
    op.execute(TABLES)
