"""Files of changes, previews, flags of the absent, masked values of rejections, reports of imports."""

from alembic import op

from shared.db.floor import append_only

revision = "0010"
down_revision = "0060"


TABLES = """
ALTER TABLE import_rejection ADD COLUMN value_masked text NOT NULL DEFAULT '';

CREATE TABLE import_met (
    import_id uuid,
    holder_id uuid,
    taken boolean NOT NULL,
    card_index bytea,
    PRIMARY KEY (import_id, holder_id)
);
CREATE INDEX import_met_card ON import_met (import_id, card_index) WHERE card_index IS NOT NULL;

CREATE TABLE import_report (
    import_id uuid PRIMARY KEY,
    made_at timestamptz NOT NULL,
    report jsonb NOT NULL
);

CREATE TABLE holder_flag (
    flag_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CONSTRAINT holder_flag_kind CHECK (kind IN ('ABSENT', 'REMOVED')),
    holder_id uuid NOT NULL,
    import_id uuid NOT NULL,
    line int,
    reason text NOT NULL,
    version int NOT NULL DEFAULT 1,
    raised_at timestamptz NOT NULL,
    resolution text CONSTRAINT holder_flag_resolution CHECK (resolution IN ('STAYS', 'CONFIRMED', 'BACK_IN_FILE')),
    resolved_by text,
    resolved_at timestamptz,
    resolved_why text,
    CONSTRAINT holder_flag_resolved CHECK ((resolution IS NULL) = (resolved_by IS NULL) AND (resolution IS NULL) = (resolved_at IS NULL))
);
CREATE UNIQUE INDEX holder_flag_open ON holder_flag (holder_id, kind) WHERE resolution IS NULL;
CREATE INDEX holder_flag_import ON holder_flag (import_id);
"""


def upgrade() -> None:
    """Make them."""
    op.execute(TABLES)
    append_only("registry_app", "import_report")
