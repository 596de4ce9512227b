"""Card holders, their history, look-up audit, imports and the copy of the policy."""

from alembic import op

from shared.db.floor import append_only, create_floor

revision = "0001"
down_revision = None


TABLES = """
CREATE TABLE card_holder (
    holder_id uuid PRIMARY KEY,
    version int NOT NULL,
    citizen_index bytea NOT NULL,
    card_index bytea NOT NULL,
    index_key text NOT NULL,
    private_sealed bytea NOT NULL,
    house_no_sealed bytea,
    prefix text NOT NULL,
    first_name text NOT NULL,
    last_name text NOT NULL,
    name_sort_key text NOT NULL,
    birth_date date NOT NULL,
    birth_precision text NOT NULL,
    income_2559_satang bigint NOT NULL,
    tier text NOT NULL CONSTRAINT card_holder_tier CHECK (tier IN ('UP_TO_30000', 'OVER_30000')),
    age smallint NOT NULL,
    visit_group boolean NOT NULL,
    policy_version int NOT NULL,
    subdistrict text NOT NULL,
    moo text NOT NULL,
    road text NOT NULL,
    postcode text NOT NULL,
    bank text NOT NULL,
    mobile_consent boolean NOT NULL,
    status text NOT NULL CONSTRAINT card_holder_status CHECK (status IN ('ALIVE', 'DECEASED')),
    deceased_on date,
    moved_on date,
    home_district text NOT NULL,
    responsible_district text NOT NULL,
    officer_id uuid,
    routed_version int NOT NULL DEFAULT 0,
    assigned_version int NOT NULL DEFAULT 0,
    content_hash bytea NOT NULL,
    import_id uuid NOT NULL,
    import_line int NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX card_holder_citizen ON card_holder (citizen_index);
CREATE UNIQUE INDEX card_holder_card ON card_holder (card_index);
CREATE INDEX card_holder_home ON card_holder (home_district);
CREATE INDEX card_holder_responsible ON card_holder (responsible_district);
CREATE INDEX card_holder_officer ON card_holder (officer_id) WHERE officer_id IS NOT NULL;

CREATE TABLE card_holder_history (
    holder_id uuid,
    version int,
    what text NOT NULL,
    changed text[] NOT NULL,
    who text NOT NULL,
    why text NOT NULL,
    recorded_at timestamptz NOT NULL,
    change_id uuid,
    chunk_no int,
    citizen_index bytea NOT NULL,
    card_index bytea NOT NULL,
    index_key text NOT NULL,
    tier text NOT NULL,
    age smallint NOT NULL,
    visit_group boolean NOT NULL,
    policy_version int NOT NULL,
    subdistrict text NOT NULL,
    previous_subdistrict text,
    bank text NOT NULL,
    status text NOT NULL,
    moved_on date,
    deceased_on date,
    PRIMARY KEY (holder_id, version)
);
CREATE INDEX card_holder_history_chunk ON card_holder_history (change_id, chunk_no) WHERE change_id IS NOT NULL;
CREATE INDEX card_holder_history_later ON card_holder_history (holder_id) WHERE version > 1;

CREATE TABLE import_rejection (
    import_id uuid,
    line int,
    field text,
    code text NOT NULL,
    reason_en text NOT NULL,
    reason_th text NOT NULL,
    PRIMARY KEY (import_id, line, field)
);

CREATE TABLE import_seen (
    import_id uuid,
    holder_id uuid,
    PRIMARY KEY (import_id, holder_id)
);

CREATE TABLE policy (
    version int PRIMARY KEY,
    profile text NOT NULL,
    published_on date NOT NULL,
    parameters jsonb NOT NULL
);
"""


def upgrade() -> None:
    """Make everything."""
    create_floor()
    op.execute(TABLES)
    append_only("registry_app", "card_holder_history", "import_rejection")
