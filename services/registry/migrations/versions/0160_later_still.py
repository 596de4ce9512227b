"""A first load also does without the index of the history, and is not vacuumed while it runs.

What enters is new with its person, whose own key stays. Vacuuming has nothing to clear away from rows that only come, and
would read them again and again.
"""

from alembic import op

revision = "0160"
down_revision = "0140"

# The key of the history becomes an index with the same rule: a key is made with readers shut out, an index is not.
SCRIPT = """
ALTER TABLE card_holder_history DROP CONSTRAINT card_holder_history_pkey;
CREATE UNIQUE INDEX card_holder_history_version ON card_holder_history (holder_id, version);

CREATE OR REPLACE FUNCTION set_indexes_aside() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    one record;
BEGIN
    IF EXISTS (SELECT FROM card_holder) THEN
        RETURN false;
    END IF;
    LOCK TABLE card_holder, card_holder_history IN ACCESS EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM card_holder) THEN
        RETURN false;
    END IF;
    FOR one IN
        SELECT c.relname AS name, pg_get_indexdef(i.indexrelid) AS definition
          FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
         WHERE (i.indrelid = 'card_holder'::regclass AND NOT i.indisprimary AND c.relname <> 'card_holder_card')
            OR c.relname = 'card_holder_history_version'
    LOOP
        INSERT INTO late_index (name, definition) VALUES (one.name, one.definition);
        EXECUTE format('DROP INDEX %I', one.name);
    END LOOP;
    ALTER TABLE card_holder SET (autovacuum_enabled = off);
    ALTER TABLE card_holder_history SET (autovacuum_enabled = off);
    ALTER TABLE apart.person_salt SET (autovacuum_enabled = off);
    RETURN true;
END $$;

CREATE OR REPLACE FUNCTION build_late_indexes() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET maintenance_work_mem = '256MB' AS $$
DECLARE
    one late_index;
    built int := 0;
BEGIN
    FOR one IN DELETE FROM late_index RETURNING * LOOP
        EXECUTE one.definition;
        built := built + 1;
    END LOOP;
    IF built > 0 THEN
        ALTER TABLE card_holder RESET (autovacuum_enabled);
        ALTER TABLE card_holder_history RESET (autovacuum_enabled);
        ALTER TABLE apart.person_salt RESET (autovacuum_enabled);
        ANALYZE card_holder, card_holder_history, apart.person_salt;
    END IF;
    RETURN built;
END $$;
"""


def upgrade() -> None:
    """Replace the key and both functions."""
    op.execute(SCRIPT)
