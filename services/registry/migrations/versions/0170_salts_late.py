"""A first load also does without the index of the salts, which enter with their persons; messages that are compressed are not compressed again.

That a person has one salt follows meanwhile from the person's own key, which stays.
"""

from alembic import op

revision = "0170"
down_revision = "0160"

# As the history's in 0160: a key is made with readers shut out, an index is not.
SCRIPT = """
ALTER TABLE apart.person_salt DROP CONSTRAINT person_salt_pkey;
ALTER TABLE apart.person_salt ALTER COLUMN holder_id SET NOT NULL;
CREATE UNIQUE INDEX person_salt_holder ON apart.person_salt (holder_id);
ALTER TABLE outbox ALTER COLUMN payload SET STORAGE EXTERNAL;

CREATE OR REPLACE FUNCTION set_indexes_aside() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    one record;
BEGIN
    IF EXISTS (SELECT FROM card_holder) THEN
        RETURN false;
    END IF;
    LOCK TABLE card_holder, card_holder_history, apart.person_salt IN ACCESS EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM card_holder) THEN
        RETURN false;
    END IF;
    FOR one IN
        SELECT c.relname AS name, i.indexrelid::regclass AS index, pg_get_indexdef(i.indexrelid) AS definition
          FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
         WHERE (i.indrelid = 'card_holder'::regclass AND NOT i.indisprimary AND c.relname <> 'card_holder_card')
            OR c.relname IN ('card_holder_history_version', 'person_salt_holder')
    LOOP
        INSERT INTO late_index (name, definition) VALUES (one.name, one.definition);
        EXECUTE format('DROP INDEX %s', one.index);
    END LOOP;
    ALTER TABLE card_holder SET (autovacuum_enabled = off);
    ALTER TABLE card_holder_history SET (autovacuum_enabled = off);
    ALTER TABLE apart.person_salt SET (autovacuum_enabled = off);
    RETURN true;
END $$;
"""


def upgrade() -> None:
    """Replace the key and the function."""
    op.execute(SCRIPT)
