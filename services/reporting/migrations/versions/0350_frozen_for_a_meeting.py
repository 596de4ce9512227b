"""Snapshots are signed, have editions and a position; reports fall due, are submitted and acknowledged; projections can be derived apart."""

from alembic import op

from shared.db.floor import append_only, only_for

revision = "0350"
down_revision = "0340"

SNAPSHOTS = """
-- Of those that were frozen before: no signature, no series of editions.
ALTER TABLE snapshot
    ADD COLUMN signature text,
    ADD COLUMN series text,
    ADD COLUMN edition int NOT NULL DEFAULT 1 CHECK (edition >= 1),
    ADD COLUMN officer_id uuid;
CREATE UNIQUE INDEX snapshot_edition ON snapshot (series, edition);
CREATE INDEX snapshot_officer ON snapshot (officer_id, seq);

CREATE TABLE snapshot_rederivation (
    rederivation_id uuid NOT NULL,
    snapshot_id uuid NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('AGREES', 'DIFFERS', 'EVENTS_GONE')),
    differences jsonb NOT NULL,
    gone jsonb NOT NULL,
    events bigint NOT NULL,
    asked_by text NOT NULL,
    ended_at timestamptz NOT NULL,
    PRIMARY KEY (rederivation_id)
);
CREATE INDEX snapshot_rederivation_snapshot ON snapshot_rederivation (snapshot_id);
"""

DUTIES = """
CREATE TABLE report_due (
    due_id uuid NOT NULL,
    kind text NOT NULL,
    period text NOT NULL,
    level text NOT NULL CHECK (level IN ('OFFICER', 'DISTRICT', 'PROVINCE', 'COUNTRY')),
    area text NOT NULL,
    officer_id uuid,
    due_on date NOT NULL,
    opened_on date NOT NULL,
    status text NOT NULL CHECK (status IN ('OPEN', 'SUBMITTED', 'RETURNED', 'ACKNOWLEDGED')),
    version int NOT NULL,
    PRIMARY KEY (due_id),
    CHECK ((level = 'OFFICER') = (officer_id IS NOT NULL))
);
CREATE INDEX report_due_area ON report_due (area, due_on, due_id);
CREATE INDEX report_due_officer ON report_due (officer_id);
CREATE INDEX report_due_waiting ON report_due (due_on) WHERE status IN ('OPEN', 'RETURNED');

CREATE TABLE report_submission (
    submission_id uuid NOT NULL,
    due_id uuid NOT NULL,
    number int NOT NULL,
    snapshot_id uuid NOT NULL,
    submitted_by text NOT NULL,
    submitted_at timestamptz NOT NULL,
    late boolean NOT NULL,
    remarks text NOT NULL,
    PRIMARY KEY (submission_id),
    UNIQUE (due_id, number)
);

-- Nobody acknowledges their own: who submitted stands beside who reviewed.
CREATE TABLE report_review (
    submission_id uuid NOT NULL,
    decision text NOT NULL CHECK (decision IN ('ACKNOWLEDGED', 'RETURNED')),
    submitted_by text NOT NULL,
    reviewed_by text NOT NULL,
    reviewed_at timestamptz NOT NULL,
    remarks text NOT NULL,
    PRIMARY KEY (submission_id),
    CHECK (reviewed_by <> submitted_by),
    CHECK (decision = 'ACKNOWLEDGED' OR remarks <> '')
);

-- Of days from the due day: before it they are negative.
CREATE TABLE report_reminder (
    due_id uuid NOT NULL,
    days int NOT NULL,
    told_on date NOT NULL,
    PRIMARY KEY (due_id, days)
);
"""

DERIVATIONS = """
-- The server's role makes no tables. It may have those of the projections once more, in a schema that has a derivation's name, and nothing else.
CREATE FUNCTION derivation_open(name text, copied text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE one text;
BEGIN
    IF name !~ '^derived_[0-9a-f]{32}$' THEN
        RAISE EXCEPTION 'not the name of a derivation: %', name;
    END IF;
    EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I', name);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', name, session_user);
    FOREACH one IN ARRAY copied LOOP
        EXECUTE format('CREATE TABLE IF NOT EXISTS %I.%I (LIKE public.%I INCLUDING ALL)', name, one, one);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I.%I TO %I', name, one, session_user);
    END LOOP;
END $$;

CREATE FUNCTION derivation_analyze(name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE one text;
BEGIN
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = name AND name ~ '^derived_[0-9a-f]{32}$' LOOP
        EXECUTE format('ANALYZE %I.%I', name, one);
    END LOOP;
END $$;

CREATE FUNCTION derivation_drop(name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF name !~ '^derived_[0-9a-f]{32}$' THEN
        RAISE EXCEPTION 'not the name of a derivation: %', name;
    END IF;
    EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', name);
END $$;
"""


def upgrade() -> None:
    """What was submitted, reviewed, reminded of and found stays; where a due report stands moves."""
    op.execute(SNAPSHOTS)
    op.execute(DUTIES)
    op.execute(DERIVATIONS)
    only_for("reporting_app", "derivation_open(text, text[])", "derivation_analyze(text)", "derivation_drop(text)")
    append_only("reporting_app", "snapshot", "snapshot_rederivation", "report_submission", "report_review", "report_reminder")
