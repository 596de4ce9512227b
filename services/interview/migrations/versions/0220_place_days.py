"""Days of meeting places: queue, closing, who could state no wish; and forms that wait for approval."""

from alembic import op

from shared.db.floor import APPROVALS, append_only

revision = "0220"
down_revision = "0210"

TABLES = """
CREATE TABLE place_day (
    place_id uuid NOT NULL,
    day date NOT NULL,
    version int NOT NULL,
    closed boolean NOT NULL,
    last_number int NOT NULL,
    PRIMARY KEY (place_id, day),
    FOREIGN KEY(place_id) REFERENCES meeting_place (place_id)
);

CREATE TABLE place_day_entry (
    entry_id uuid NOT NULL,
    place_id uuid NOT NULL,
    day date NOT NULL,
    version int NOT NULL,
    kind varchar NOT NULL,
    statement jsonb NOT NULL,
    statement_hash varchar NOT NULL,
    signed_by varchar NOT NULL,
    signed_at timestamptz NOT NULL,
    PRIMARY KEY (entry_id),
    CONSTRAINT place_day_entry_version UNIQUE (place_id, day, version),
    FOREIGN KEY(place_id) REFERENCES meeting_place (place_id),
    CHECK (kind IN ('CLOSED', 'REOPENED'))
);

CREATE TABLE queue_ticket (
    ticket_id uuid NOT NULL,
    place_id uuid NOT NULL,
    day date NOT NULL,
    number int NOT NULL,
    status varchar NOT NULL,
    taken_at timestamptz NOT NULL,
    called_at timestamptz,
    counter varchar,
    ended_at timestamptz,
    intent_id uuid,
    PRIMARY KEY (ticket_id),
    CONSTRAINT queue_ticket_number UNIQUE (place_id, day, number),
    FOREIGN KEY(place_id) REFERENCES meeting_place (place_id),
    CHECK (status IN ('WAITING', 'SERVING', 'SERVED', 'LEFT')),
    CHECK ((status IN ('SERVED', 'LEFT')) = (ended_at IS NOT NULL)),
    CHECK (status <> 'SERVING' OR called_at IS NOT NULL)
);
CREATE INDEX queue_ticket_intent ON queue_ticket (intent_id);
CREATE INDEX queue_ticket_waiting ON queue_ticket (place_id, day, number) WHERE status = 'WAITING';

CREATE TABLE refused_intake (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    request_id uuid NOT NULL,
    district varchar,
    place_id uuid,
    day date NOT NULL,
    reason varchar NOT NULL,
    PRIMARY KEY (seq),
    CONSTRAINT refused_intake_request UNIQUE (request_id)
);
CREATE INDEX refused_intake_day ON refused_intake (district, day);
CREATE INDEX refused_intake_place ON refused_intake (place_id, day);

CREATE INDEX intent_place ON intent (place_id, stated_on) WHERE place_id IS NOT NULL;
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(TABLES)
    op.execute(APPROVALS)
    append_only("interview_app", "place_day_entry", "refused_intake")
