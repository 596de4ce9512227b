"""Consents with the state that follows from them, households, and who may act for a person."""

from alembic import op

from shared.db.floor import append_only

revision = "0040"
down_revision = "0020"


TABLES = """
CREATE TABLE consent (
    consent_id uuid PRIMARY KEY,
    holder_id uuid NOT NULL,
    purpose text NOT NULL,
    decision text NOT NULL CONSTRAINT consent_decision CHECK (decision IN ('GIVEN', 'WITHDRAWN')),
    notice_version text,
    signed_on date NOT NULL,
    counts_at timestamptz NOT NULL,
    channel text NOT NULL,
    evidence text NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT consent_notice CHECK (decision = 'WITHDRAWN' OR notice_version IS NOT NULL)
);
CREATE INDEX consent_holder ON consent (holder_id, purpose, counts_at);
ALTER TABLE card_holder ADD COLUMN consents text[];
ALTER TABLE card_holder_history ADD COLUMN consents text[];

CREATE TABLE household (
    household_id uuid PRIMARY KEY,
    version int NOT NULL,
    subdistrict text NOT NULL,
    formed_on date NOT NULL,
    ended_on date,
    split_from uuid,
    merged_into uuid
);
CREATE TABLE household_member (
    member_id uuid PRIMARY KEY,
    household_id uuid NOT NULL,
    holder_id uuid,
    role text NOT NULL CONSTRAINT household_member_role CHECK (role IN ('HEAD', 'SPOUSE', 'CHILD', 'PARENT', 'OTHER')),
    birth_year smallint,
    from_on date NOT NULL,
    to_on date,
    ended_how text,
    CONSTRAINT household_member_kind CHECK (CASE WHEN holder_id IS NULL THEN birth_year IS NOT NULL AND role <> 'HEAD' ELSE birth_year IS NULL END),
    CONSTRAINT household_member_end CHECK ((to_on IS NULL) = (ended_how IS NULL) AND to_on >= from_on)
);
CREATE INDEX household_member_household ON household_member (household_id);
CREATE INDEX household_member_holder ON household_member (holder_id) WHERE holder_id IS NOT NULL;
CREATE UNIQUE INDEX household_member_one_household ON household_member (holder_id) WHERE to_on IS NULL AND holder_id IS NOT NULL;
CREATE UNIQUE INDEX household_member_one_head ON household_member (household_id) WHERE to_on IS NULL AND role = 'HEAD';
CREATE TABLE household_history (
    household_id uuid,
    version int,
    what text NOT NULL,
    happened_on date NOT NULL,
    members uuid[] NOT NULL,
    who text NOT NULL,
    why text NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (household_id, version)
);

CREATE TABLE representative (
    representative_id uuid PRIMARY KEY,
    version int NOT NULL,
    holder_id uuid NOT NULL,
    kind text NOT NULL CONSTRAINT representative_kind CHECK (kind IN ('GUARDIAN', 'PROXY')),
    grounds text NOT NULL,
    agent_holder_id uuid,
    agent_sealed bytea,
    agent_index bytea,
    purposes text[] NOT NULL,
    paper_kind text NOT NULL,
    paper_reference text NOT NULL,
    paper_issued_on date NOT NULL,
    from_on date NOT NULL,
    until_on date,
    ended_on date,
    ended_how text,
    ended_by text,
    ended_why text,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT representative_agent CHECK (agent_holder_id <> holder_id AND agent_sealed IS NULL AND agent_index IS NULL
                                           OR agent_holder_id IS NULL AND agent_sealed IS NOT NULL AND agent_index IS NOT NULL),
    CONSTRAINT representative_time CHECK (until_on >= from_on AND (kind <> 'PROXY' OR until_on IS NOT NULL)),
    CONSTRAINT representative_end CHECK ((ended_on IS NULL) = (ended_how IS NULL))
);
CREATE INDEX representative_holder ON representative (holder_id);
CREATE INDEX representative_agent_holder ON representative (agent_holder_id) WHERE agent_holder_id IS NOT NULL;
CREATE INDEX representative_agent_index ON representative (agent_index) WHERE agent_index IS NOT NULL;
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(TABLES)
    append_only("registry_app", "consent", "household_history")
