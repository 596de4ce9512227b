"""Books that prove themselves: what runs were eligible for, proofs of runs, days of the ledger that are closed for ever."""

from alembic import op

from shared.db.floor import append_only

revision = "0360"
down_revision = "0350"

TABLES = """
CREATE TABLE run_eligible (
    run_id uuid PRIMARY KEY REFERENCES run,
    lines bigint NOT NULL,
    persons bigint NOT NULL,
    amount_satang bigint NOT NULL
);
INSERT INTO run_eligible (run_id, lines, persons, amount_satang)
SELECT r.run_id, count(d.run_id), count(DISTINCT d.holder_id), coalesce(sum(d.amount_satang), 0)
  FROM run r LEFT JOIN disbursement d USING (run_id) WHERE r.status <> 'PREPARING' GROUP BY 1;

CREATE TABLE run_proof (
    run_id uuid REFERENCES run,
    version int,
    lines bigint NOT NULL,
    root bytea NOT NULL,
    block_hashes bytea NOT NULL,
    through_entry bigint NOT NULL,
    statement text NOT NULL,
    signed text NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (run_id, version)
);

CREATE TABLE run_proof_chunk (
    run_id uuid,
    version int,
    first_leaf bigint,
    lines int NOT NULL,
    bank text,
    chunk_no int NOT NULL,
    PRIMARY KEY (run_id, version, first_leaf),
    FOREIGN KEY (run_id, version) REFERENCES run_proof
);

CREATE TABLE ledger_day (
    day date PRIMARY KEY,
    number int NOT NULL UNIQUE CHECK (number > 0),
    entries bigint NOT NULL,
    payments bigint NOT NULL,
    amount_satang bigint NOT NULL,
    marks bytea NOT NULL,
    head bytea NOT NULL,
    signed text NOT NULL,
    closed_at timestamptz NOT NULL
);

ALTER TABLE ledger_entry ADD posted_on date;
UPDATE ledger_entry SET posted_on = (entered_at AT TIME ZONE 'Asia/Bangkok')::date;
ALTER TABLE ledger_entry ALTER posted_on SET NOT NULL;
CREATE INDEX ledger_entry_day ON ledger_entry (posted_on, number);

-- The day of an entry is its own, or the first that is open: a day that was closed takes none. Who closes a day holds the lock alone, so
-- none is on its way then. Nobody gives another number than the next.
CREATE FUNCTION post_on_open_day() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    closed date;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('payments.ledger_day'));
    SELECT max(day) INTO closed FROM public.ledger_day;
    NEW.posted_on := coalesce(NEW.posted_on, greatest((NEW.entered_at AT TIME ZONE 'Asia/Bangkok')::date, closed + 1));
    IF NEW.posted_on <= closed THEN
        RAISE EXCEPTION 'the ledger is closed up to %: no entry can be added on %', closed, NEW.posted_on USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER ledger_entry_day BEFORE INSERT ON ledger_entry FOR EACH ROW EXECUTE FUNCTION post_on_open_day();

-- Days are closed one after the other: nothing can be slipped in between, and none is left out.
CREATE FUNCTION close_next_day() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    last public.ledger_day;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('payments.ledger_day'));
    SELECT * INTO last FROM public.ledger_day ORDER BY day DESC LIMIT 1;
    IF last.day IS NOT NULL AND (NEW.day, NEW.number) IS DISTINCT FROM (last.day + 1, last.number + 1) THEN
        RAISE EXCEPTION 'the day after % is the next to close, not %', last.day, NEW.day USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER ledger_day_next BEFORE INSERT ON ledger_day FOR EACH ROW EXECUTE FUNCTION close_next_day();
"""


def upgrade() -> None:
    """Make the tables, and the triggers that keep closed days closed."""
    op.execute(TABLES)
    append_only("payments_app", "run_eligible", "run_proof", "run_proof_chunk", "ledger_day")
