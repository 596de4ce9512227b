"""Code lists of occupations and training courses, in versions."""

from alembic import op

from shared.db.floor import append_only

revision = "0210"
down_revision = "0200"

TABLES = """
CREATE TABLE code_list (
    code_list text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    label text NOT NULL,
    valid_from date NOT NULL,
    source text NOT NULL,
    approval_reference text NOT NULL,
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (code_list, version),
    UNIQUE (code_list, valid_from)
);
CREATE TABLE code (
    code_list text NOT NULL,
    version integer NOT NULL,
    code text NOT NULL,
    title_th text NOT NULL,
    title_en text NOT NULL,
    hours integer CHECK (hours > 0),
    PRIMARY KEY (code_list, version, code),
    FOREIGN KEY (code_list, version) REFERENCES code_list
);
CREATE TABLE retired_code (
    code_list text NOT NULL,
    version integer NOT NULL,
    code text NOT NULL,
    becomes text[] NOT NULL,
    PRIMARY KEY (code_list, version, code),
    FOREIGN KEY (code_list, version) REFERENCES code_list
);
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(TABLES)
    append_only("plan_app", "code_list", "code", "retired_code")
