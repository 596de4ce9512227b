"""A first load builds most of its indexes when everybody is in: in one go that costs a part of what row by row does.

The server's role may not change tables; two functions of the owner do just this for it.
"""

from alembic import op

from shared.db.floor import append_only, only_for

revision = "0003"
down_revision = "0002"

SCRIPT = """
CREATE TABLE late_index (
    name text PRIMARY KEY,
    definition text NOT NULL
);

-- Notes and drops the indexes of card holders that no rule of an import needs; false, and nothing is done, where somebody is there.
CREATE FUNCTION set_indexes_aside() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    one record;
BEGIN
    IF EXISTS (SELECT FROM card_holder) THEN
        RETURN false;
    END IF;
    LOCK TABLE card_holder IN ACCESS EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM card_holder) THEN
        RETURN false;
    END IF;
    FOR one IN
        SELECT c.relname AS name, pg_get_indexdef(i.indexrelid) AS definition
          FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
         WHERE i.indrelid = 'card_holder'::regclass AND NOT i.indisprimary AND c.relname <> 'card_holder_card'
    LOOP
        INSERT INTO late_index (name, definition) VALUES (one.name, one.definition);
        EXECUTE format('DROP INDEX %I', one.name);
    END LOOP;
    RETURN true;
END $$;

-- Builds what was set aside, and lets the planner know the tables; returns how many indexes were built.
CREATE FUNCTION build_late_indexes() RETURNS int
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
        ANALYZE card_holder, card_holder_history;
    END IF;
    RETURN built;
END $$;
"""


def upgrade() -> None:
    """Make them, for the server's role alone."""
    op.execute(SCRIPT)
    append_only("registry_app", "late_index")
    only_for("registry_app", "set_indexes_aside()", "build_late_indexes()")
