"""Copies of plan's code lists."""

from alembic import op

revision = "0280"
down_revision = "0270"

TABLES = """
CREATE TABLE code_list (
    code_list varchar NOT NULL,
    version integer NOT NULL,
    label varchar NOT NULL,
    valid_from date NOT NULL,
    PRIMARY KEY (code_list, version)
);
CREATE TABLE listed_code (
    code_list varchar NOT NULL,
    version integer NOT NULL,
    code varchar NOT NULL,
    title_th varchar NOT NULL,
    title_en varchar NOT NULL,
    hours integer,
    PRIMARY KEY (code_list, version, code)
);
CREATE TABLE retired_code (
    code_list varchar NOT NULL,
    version integer NOT NULL,
    code varchar NOT NULL,
    becomes jsonb NOT NULL,
    PRIMARY KEY (code_list, version, code)
);
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(TABLES)
