"""Finding people by what staff know of them, and people who are in the registry twice."""

from alembic import op

revision = "0020"
down_revision = "0080"

EXTENSIONS = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch;
"""

MERGED = """
ALTER TABLE card_holder ADD COLUMN merged_into uuid, ADD COLUMN merged_on date,
    ADD CONSTRAINT card_holder_merged CHECK ((merged_into IS NULL) = (merged_on IS NULL) AND merged_into <> holder_id);
ALTER TABLE card_holder_history ADD COLUMN merged_into uuid, ADD COLUMN merged_on date;
CREATE INDEX card_holder_merged_into ON card_holder (merged_into) WHERE merged_into IS NOT NULL;
"""

SEARCH = """
CREATE INDEX card_holder_search_order ON card_holder (home_district, name_sort_key, holder_id);
CREATE INDEX card_holder_search_away ON card_holder (responsible_district, home_district, name_sort_key, holder_id)
    WHERE responsible_district <> home_district;
CREATE INDEX card_holder_search_name ON card_holder USING gin ((' ' || first_name || ' ' || last_name) gin_trgm_ops);
"""

DUPLICATES = """
CREATE TABLE duplicate_pair (
    pair_id uuid PRIMARY KEY,
    kind text NOT NULL CONSTRAINT duplicate_pair_kind CHECK (kind IN ('TWO_IDS', 'OTHER_NAME')),
    first_id uuid NOT NULL,
    second_id uuid,
    score smallint NOT NULL,
    reasons text[] NOT NULL,
    status text NOT NULL DEFAULT 'OPEN' CONSTRAINT duplicate_pair_status CHECK (status IN ('OPEN', 'DIFFERENT', 'SAME', 'MERGE_PROPOSED', 'MERGED')),
    version int NOT NULL DEFAULT 1,
    told_version int NOT NULL DEFAULT 0,
    found_at timestamptz NOT NULL,
    claimed_by text,
    claimed_at timestamptz,
    decided_by text,
    decided_at timestamptz,
    reason text,
    CONSTRAINT duplicate_pair_persons CHECK ((kind = 'TWO_IDS') = (second_id IS NOT NULL) AND (second_id IS NULL OR first_id < second_id))
);
CREATE INDEX duplicate_pair_first ON duplicate_pair (first_id);
CREATE INDEX duplicate_pair_second ON duplicate_pair (second_id) WHERE second_id IS NOT NULL;
CREATE INDEX duplicate_pair_queue ON duplicate_pair (status, score DESC, pair_id);
CREATE INDEX duplicate_pair_untold ON duplicate_pair (pair_id) WHERE told_version < version;
"""


def upgrade() -> None:
    """Make the extensions, columns, indexes and the table."""
    op.execute(EXTENSIONS)
    op.execute(MERGED)
    op.execute(SEARCH)
    op.execute(DUPLICATES)
