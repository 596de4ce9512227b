"""A first load may do without any index of persons: who stands twice in its file is told without the database (jobs/doubles.py).

And no statistics are kept of what nobody looks for: to gather them took longer than to build most indexes.
"""

from alembic import op

from shared.db.floor import only_for

revision = "0180"
down_revision = "0170"

# As the history's in 0160: a key is made with readers shut out, an index is not.
SCRIPT = """
ALTER TABLE card_holder DROP CONSTRAINT card_holder_pkey;
ALTER TABLE card_holder ALTER COLUMN holder_id SET NOT NULL;
CREATE UNIQUE INDEX card_holder_holder ON card_holder (holder_id);

DROP FUNCTION set_indexes_aside();
DROP FUNCTION build_late_indexes();

-- With `keys` also those by which a person and a card are there once.
CREATE FUNCTION set_indexes_aside(keys boolean) RETURNS boolean
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
         WHERE (i.indrelid = 'card_holder'::regclass AND (keys OR c.relname NOT IN ('card_holder_holder', 'card_holder_card')))
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

-- Builds what was set aside, or of it the `keys` alone, by which the rest of a load goes on.
CREATE FUNCTION build_late_indexes(keys boolean) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET maintenance_work_mem = '256MB' AS $$
DECLARE
    one late_index;
    built int := 0;
BEGIN
    FOR one IN DELETE FROM late_index WHERE NOT keys OR name IN ('card_holder_holder', 'card_holder_card') RETURNING * LOOP
        EXECUTE one.definition;
        built := built + 1;
    END LOOP;
    IF built > 0 AND NOT keys THEN
        ALTER TABLE card_holder RESET (autovacuum_enabled);
        ALTER TABLE card_holder_history RESET (autovacuum_enabled);
        ALTER TABLE apart.person_salt RESET (autovacuum_enabled);
        ANALYZE card_holder, card_holder_history, apart.person_salt;
    END IF;
    RETURN built;
END $$;
"""

# Beside the keys, of which each value is there once, what is only ever read with the person.
NOT_LOOKED_FOR = {
    "card_holder": (
        *("citizen_index", "card_index", "content_hash", "private_sealed", "house_no_sealed", "promptpay_sealed", "index_key"),
        *("prefix", "birth_precision", "income_2559_satang", "policy_version", "moo", "road"),
        *("import_line", "recorded_at", "routed_version", "assigned_version", "version"),
    ),
    "card_holder_history": (
        *("citizen_index", "card_index", "index_key", "who", "why", "tier", "age", "visit_group", "policy_version"),
        *("subdistrict", "previous_subdistrict", "bank"),
    ),
    "apart.person_salt": ("salt",),
}


def upgrade() -> None:
    """Replace the key and the functions."""
    op.execute(SCRIPT)
    for table, columns in NOT_LOOKED_FOR.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")
    only_for("registry_app", "set_indexes_aside(boolean)", "build_late_indexes(boolean)")
