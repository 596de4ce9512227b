"""Group keys, the persons' salts in a schema of their own, and erasure."""

from alembic import op

from shared.db.floor import GROUP_KEYS, append_only

revision = "0080"
down_revision = "0003"

TABLES = """
CREATE SCHEMA apart;
CREATE TABLE apart.person_salt (
    holder_id uuid PRIMARY KEY,
    salt bytea NOT NULL CHECK (length(salt) = 16)
);

ALTER TABLE card_holder ADD COLUMN erased_at timestamptz;

CREATE TABLE erasure (
    holder_id uuid PRIMARY KEY,
    proposal_id uuid NOT NULL,
    legal_ground text NOT NULL,
    reference text NOT NULL,
    decided_by text NOT NULL,
    erased_at timestamptz NOT NULL
);

-- The server's role can only add to the history. This is the one exception, and it does this alone: of a person who was
-- erased the history forgets what finds them and what was said about them in free words.
CREATE FUNCTION forget_in_history(erased uuid) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    forgotten int;
BEGIN
    UPDATE public.card_holder_history v
       SET citizen_index = h.citizen_index, card_index = h.card_index, why = CASE WHEN v.what = 'ERASED' THEN v.why ELSE '' END
      FROM public.card_holder h JOIN public.erasure e USING (holder_id)
     WHERE v.holder_id = erased AND h.holder_id = erased AND h.erased_at IS NOT NULL;
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    RETURN forgotten;
END
$$;
REVOKE ALL ON FUNCTION forget_in_history(uuid) FROM PUBLIC;

DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'registry_app') THEN
        GRANT USAGE ON SCHEMA apart TO registry_app;
        GRANT SELECT, INSERT, UPDATE, DELETE ON apart.person_salt TO registry_app;
        GRANT EXECUTE ON FUNCTION forget_in_history(uuid) TO registry_app;
    END IF;
END $$;
"""


def upgrade() -> None:
    """Make everything. Raises RuntimeError where persons are sealed in the former way: they are imported again."""
    op.execute(GROUP_KEYS)
    op.execute(
        "DO $$ BEGIN IF EXISTS (SELECT FROM card_holder) THEN"
        " RAISE EXCEPTION 'persons of this registry are sealed without salts: make the database anew and import the file again'; END IF; END $$"
    )
    op.execute(TABLES)
    append_only("registry_app", "erasure")
