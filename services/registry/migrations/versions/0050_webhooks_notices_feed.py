"""Calling others back, telling people, and the change feed."""

from alembic import op

from shared.db.floor import WEBHOOKS, append_only

revision = "0050"
down_revision = "0070"

NOTICES = """
CREATE TABLE notice (
    notice_id uuid PRIMARY KEY,
    source text NOT NULL,
    notice_key text NOT NULL,
    holder_id uuid NOT NULL,
    template text NOT NULL,
    template_version int NOT NULL,
    parameters jsonb NOT NULL,
    expires_at timestamptz,
    next_at timestamptz NOT NULL,
    status text NOT NULL CHECK (status IN ('REQUESTED', 'SENDING', 'SENT', 'DELIVERED', 'FAILED', 'REFUSED')),
    reason text,
    version int NOT NULL,
    attempts int NOT NULL,
    lease_until timestamptz,
    requested_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT notice_once UNIQUE (source, notice_key)
);
CREATE INDEX notice_holder ON notice (holder_id, notice_id);
CREATE INDEX notice_due ON notice (next_at) WHERE status = 'REQUESTED';
CREATE INDEX notice_in_doubt ON notice (lease_until) WHERE status = 'SENDING';
CREATE INDEX notice_status ON notice (status, notice_id);

CREATE TABLE notice_history (
    notice_id uuid,
    version int,
    status text NOT NULL,
    reason text,
    at timestamptz NOT NULL,
    PRIMARY KEY (notice_id, version)
);
"""

FEED = """
CREATE TABLE change_feed (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    no bigint,
    holder_id uuid,
    version int,
    change_id uuid,
    chunk_no int,
    CHECK ((holder_id IS NULL) = (version IS NULL) AND (change_id IS NULL) = (chunk_no IS NULL) AND (holder_id IS NULL) <> (change_id IS NULL))
);
CREATE UNIQUE INDEX change_feed_no ON change_feed (no) WHERE no IS NOT NULL;
CREATE INDEX change_feed_unnumbered ON change_feed (seq) WHERE no IS NULL;
CREATE SEQUENCE change_feed_numbers AS bigint;

-- What is published of holders enters the feed in the same transaction, whoever writes it: one row for a version, one for a chunk.
CREATE FUNCTION enter_change_feed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.expander IS NOT NULL THEN
        INSERT INTO change_feed (change_id, chunk_no) VALUES ((NEW.chunk ->> 'change_id')::uuid, (NEW.chunk ->> 'chunk_no')::int);
    ELSE
        INSERT INTO change_feed (holder_id, version)
        VALUES (NEW.key::uuid, (convert_from(NEW.payload, 'UTF8')::jsonb #>> '{data,version}')::int);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER outbox_enters_change_feed AFTER INSERT ON outbox FOR EACH ROW
    WHEN (NEW.expander = 'holders' OR NEW.topic = 'registry.card-holder-history.v1') EXECUTE FUNCTION enter_change_feed();

-- What was published before there was a feed.
INSERT INTO change_feed (no, holder_id, version, change_id, chunk_no)
SELECT nextval('change_feed_numbers'), holder_id, version, change_id, chunk_no
  FROM (SELECT NULL::uuid AS holder_id, NULL::int AS version, change_id, chunk_no, min(recorded_at) AS at
          FROM card_holder_history WHERE change_id IS NOT NULL GROUP BY change_id, chunk_no
        UNION ALL
        SELECT holder_id, version, NULL, NULL, recorded_at FROM card_holder_history WHERE change_id IS NULL
        ORDER BY at, version NULLS FIRST) AS before;

CREATE TABLE change_subscription (
    endpoint_id uuid PRIMARY KEY,
    owner text NOT NULL,
    reach_level text NOT NULL,
    reach_code text NOT NULL,
    kinds text[] NOT NULL,
    area text NOT NULL,
    next_no bigint NOT NULL,
    next_holder uuid NOT NULL,
    in_hand uuid,
    version int NOT NULL,
    subscribed_at timestamptz NOT NULL
);
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(WEBHOOKS)
    op.execute(NOTICES)
    op.execute(FEED)
    append_only("registry_app", "notice_history")
