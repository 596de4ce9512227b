"""Employers of card holders: employments, wages through the card, trainings, accounting periods and what was certified."""

from alembic import op

from shared.db.floor import append_only

revision = "0260"
down_revision = "0240"

TABLES = """
CREATE TABLE employer (
    tax_id text PRIMARY KEY CHECK (tax_id ~ '^0[0-9]{12}$'),
    version int NOT NULL,
    name_th text NOT NULL,
    name_en text NOT NULL,
    status text NOT NULL CHECK (status IN ('APPLIED', 'REGISTERED', 'REFUSED')),
    applied_by text NOT NULL,
    decided_by text,
    decision_reason text,
    CHECK ((status = 'APPLIED') = (decided_by IS NULL)),
    CHECK (decided_by <> applied_by)
);

CREATE TABLE employer_history (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tax_id text NOT NULL,
    about text NOT NULL,
    version int NOT NULL,
    state text NOT NULL,
    who text NOT NULL,
    at timestamptz NOT NULL,
    why text NOT NULL
);
CREATE INDEX employer_history_about ON employer_history (about, number);

-- Who said that they take wages through the card, since when, or not any more; and by which numbers they were found then.
CREATE TABLE wage_consent (
    holder_id uuid NOT NULL,
    version int NOT NULL,
    since date NOT NULL,
    given boolean NOT NULL,
    citizen_index text,
    card_index text,
    PRIMARY KEY (holder_id, version)
);
CREATE INDEX wage_consent_citizen ON wage_consent (citizen_index);

CREATE TABLE employment (
    employment_id uuid PRIMARY KEY,
    version int NOT NULL,
    tax_id text NOT NULL REFERENCES employer,
    holder_id uuid NOT NULL,
    starts_on date NOT NULL,
    ends_on date,
    CHECK (ends_on >= starts_on)
);
CREATE INDEX employment_employer ON employment (tax_id, employment_id);
CREATE INDEX employment_holder ON employment (holder_id);

CREATE TABLE wage_told (
    wage_id uuid PRIMARY KEY,
    number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    via text NOT NULL,
    bank text NOT NULL,
    bank_reference text NOT NULL,
    employment_id uuid NOT NULL,
    tax_id text NOT NULL,
    wage_month text NOT NULL CHECK (wage_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
    amount_satang bigint NOT NULL CHECK (amount_satang >= 0),
    paid_on date NOT NULL,
    corrects text,
    disposition text NOT NULL,
    received_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX wage_told_once ON wage_told (via, bank_reference) WHERE disposition = 'TAKEN';
CREATE INDEX wage_told_corrects ON wage_told (via, corrects) WHERE corrects IS NOT NULL;
CREATE INDEX wage_told_employment ON wage_told (employment_id) WHERE disposition = 'TAKEN';
CREATE INDEX wage_told_exceptions ON wage_told (number) WHERE disposition <> 'TAKEN';

-- Of each of the next four the newest version counts; the others stay.
CREATE TABLE wage_declared (
    employment_id uuid NOT NULL REFERENCES employment,
    month text NOT NULL CHECK (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
    version int NOT NULL,
    amount_satang bigint NOT NULL CHECK (amount_satang >= 0),
    who text NOT NULL,
    at timestamptz NOT NULL,
    why text NOT NULL,
    PRIMARY KEY (employment_id, month, version)
);

CREATE TABLE training (
    training_id uuid NOT NULL,
    version int NOT NULL,
    employment_id uuid NOT NULL REFERENCES employment,
    title text NOT NULL,
    provider text NOT NULL,
    paid_on date NOT NULL,
    cost_satang bigint NOT NULL CHECK (cost_satang >= 0),
    who text NOT NULL,
    at timestamptz NOT NULL,
    why text NOT NULL,
    PRIMARY KEY (training_id, version)
);
CREATE INDEX training_employment ON training (employment_id);

CREATE TABLE head_count (
    tax_id text NOT NULL REFERENCES employer,
    month text NOT NULL CHECK (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
    version int NOT NULL,
    employees int NOT NULL CHECK (employees >= 0),
    who text NOT NULL,
    at timestamptz NOT NULL,
    why text NOT NULL,
    PRIMARY KEY (tax_id, month, version)
);

CREATE TABLE accounting_period (
    period_id uuid PRIMARY KEY,
    version int NOT NULL,
    tax_id text NOT NULL REFERENCES employer,
    starts_on date NOT NULL,
    ends_on date NOT NULL CHECK (ends_on > starts_on),
    status text NOT NULL CHECK (status IN ('OPEN', 'CLOSED'))
);
CREATE INDEX accounting_period_employer ON accounting_period (tax_id, starts_on);

CREATE TABLE deduction_statement (
    statement_id uuid PRIMARY KEY,
    period_id uuid NOT NULL REFERENCES accounting_period,
    version int NOT NULL CHECK (version >= 1),
    tax_id text NOT NULL REFERENCES employer,
    basis text NOT NULL,
    certificate jsonb NOT NULL,
    items jsonb NOT NULL,
    signed text NOT NULL,
    reference text NOT NULL,
    issued_by text NOT NULL,
    issued_at timestamptz NOT NULL,
    reason text NOT NULL,
    UNIQUE (period_id, version)
);
CREATE INDEX deduction_statement_employer ON deduction_statement (tax_id, statement_id);
"""

# Consents on record are on the compacted topic: it is read once more, which changes nothing else (its handler has natural keys).
READ_AGAIN = "DELETE FROM consumer_position WHERE topic = 'registry.card-holders.v1'"


def upgrade() -> None:
    """Make the tables; what was told and certified can only be added to."""
    op.execute(TABLES)
    op.execute(READ_AGAIN)
    append_only("plan_app", "employer_history", "wage_told", "wage_declared", "training", "head_count", "deduction_statement")
