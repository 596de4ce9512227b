"""Change requests, the facts that changes assert, cancelled cards, PromptPay, and lists of deaths."""

from alembic import op

from shared.db.floor import append_only

revision = "0030"
down_revision = "0010"

# Nullable and without a default: nothing is written to the rows that are here, nor to those of a first load.
TABLES = """
ALTER TABLE card_holder
    ADD COLUMN settled text[],
    ADD COLUMN card_cancelled_on date,
    ADD COLUMN promptpay_sealed bytea;

ALTER TABLE card_holder_history ADD COLUMN valid_from date;

CREATE TABLE change_request (
    id uuid PRIMARY KEY,
    holder_id uuid NOT NULL,
    kind text NOT NULL,
    valid_from date NOT NULL,
    document_kind text NOT NULL,
    document_reference text NOT NULL,
    document_on date,
    consent_reference text,
    consent_on date,
    reason text NOT NULL,
    fields jsonb NOT NULL,
    sealed bytea,
    basis int NOT NULL,
    said_by text NOT NULL,
    said_at timestamptz NOT NULL
);
CREATE INDEX change_request_holder ON change_request (holder_id, id);

CREATE TABLE card_holder_fact (
    holder_id uuid,
    version int,
    aspects text[] NOT NULL,
    valid_from date,
    request_id uuid,
    prefix text,
    first_name text,
    last_name text,
    birth_date date,
    birth_precision text,
    income_2559_satang bigint,
    subdistrict text,
    house_no_sealed bytea,
    moo text,
    road text,
    postcode text,
    bank text,
    private_sealed bytea,
    promptpay_sealed bytea,
    mobile_consent boolean,
    card_cancelled_on date,
    status text,
    deceased_on date,
    PRIMARY KEY (holder_id, version)
);

CREATE TABLE death_list_line (
    list_id uuid,
    line int,
    holder_id uuid NOT NULL,
    deceased_on date NOT NULL,
    document text NOT NULL,
    known boolean NOT NULL,
    PRIMARY KEY (list_id, line)
);
CREATE UNIQUE INDEX death_list_line_holder ON death_list_line (list_id, holder_id);
"""

# What the law lets a person take back can be blanked or sealed anew; who said what, when and of when cannot.
_ERASABLE = """DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'registry_app') THEN
    GRANT UPDATE (prefix, first_name, last_name, birth_date, birth_precision, income_2559_satang, house_no_sealed, moo, road, postcode,
                  private_sealed, promptpay_sealed) ON card_holder_fact TO registry_app;
    GRANT UPDATE (sealed, fields) ON change_request TO registry_app;
END IF; END $$"""


def upgrade() -> None:
    """Make the tables and columns."""
    op.execute(TABLES)
    append_only("registry_app", "change_request", "card_holder_fact", "death_list_line")
    op.execute(_ERASABLE)
