"""The first tables of payments."""

from alembic import op

from shared.db.floor import append_only, create_floor

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

FIRST_MONTH, MONTHS = (2018, 3), 11
"""Partitions of obligations: 2018-03 to 2019-01, and one for the rest."""

TABLES = """
CREATE TABLE policy_version (
    version int PRIMARY KEY,
    profile text NOT NULL,
    parameters jsonb NOT NULL,
    content_hash text NOT NULL,
    published_on date NOT NULL,
    from_month date,
    CHECK ((version = 1) = (from_month IS NULL))
);

CREATE TABLE holder (
    holder_id uuid PRIMARY KEY,
    version int NOT NULL,
    status text NOT NULL,
    deceased_on date,
    subdistrict text NOT NULL,
    home_district text NOT NULL,
    responsible_district text NOT NULL,
    route_version int NOT NULL DEFAULT 0,
    officer_id uuid,
    officer_version int NOT NULL DEFAULT 0,
    CHECK ((status = 'DECEASED') = (deceased_on IS NOT NULL))
);
CREATE INDEX holder_home ON holder (home_district, holder_id);
CREATE INDEX holder_responsible ON holder (responsible_district, holder_id);
CREATE INDEX holder_officer ON holder (officer_id, holder_id) WHERE officer_id IS NOT NULL;

CREATE TABLE payee (
    holder_id uuid PRIMARY KEY,
    version int NOT NULL,
    bank text NOT NULL
);
CREATE TABLE payee_sealed (
    holder_id uuid,
    version int,
    key_id text NOT NULL,
    sealed text NOT NULL,
    PRIMARY KEY (holder_id, version)
);

CREATE TABLE entitlement_fact (
    fact_id uuid PRIMARY KEY,
    seq bigint GENERATED ALWAYS AS IDENTITY,
    holder_id uuid NOT NULL,
    fact jsonb NOT NULL,
    taken_at timestamptz NOT NULL
);
CREATE INDEX entitlement_fact_holder ON entitlement_fact (holder_id, seq);

CREATE TABLE entitlement (
    holder_id uuid PRIMARY KEY,
    entitlement_id uuid NOT NULL UNIQUE,
    intent_id uuid NOT NULL,
    version int NOT NULL,
    status text NOT NULL CHECK (status IN ('PENDING', 'ACTIVE', 'STOPPED', 'REINSTATED', 'ENDED')),
    tier text NOT NULL,
    stated_on date NOT NULL,
    monthly_satang int NOT NULL CHECK (monthly_satang > 0),
    first_month date NOT NULL,
    last_month date NOT NULL,
    payable date[] NOT NULL,
    amounts int[] NOT NULL,
    rule text NOT NULL,
    stop_reason text,
    stop_month date,
    stop_rule text,
    reinstated_by text,
    deceased_on date,
    plan_agreed_on date,
    policy_version int NOT NULL REFERENCES policy_version,
    changed_in bigint NOT NULL,
    CHECK (first_month <= last_month),
    CHECK (cardinality(amounts) = cardinality(payable) AND 0 < ALL (amounts)),
    CHECK ((stop_reason IS NULL) = (stop_month IS NULL) AND (stop_reason IS NULL) = (stop_rule IS NULL)),
    CHECK (status <> 'STOPPED' OR stop_month IS NOT NULL)
);
CREATE INDEX entitlement_changed ON entitlement (changed_in);
CREATE INDEX entitlement_status ON entitlement (status, holder_id);
CREATE INDEX entitlement_policy ON entitlement (policy_version, holder_id);

CREATE TABLE entitlement_history (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    entitlement_id uuid NOT NULL,
    version int NOT NULL,
    status text NOT NULL,
    payable date[] NOT NULL,
    who text NOT NULL,
    at timestamptz NOT NULL,
    why text NOT NULL,
    UNIQUE (entitlement_id, version)
);

CREATE TABLE obligations_made (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    generation bigint NOT NULL DEFAULT 1,
    through_month date
);
INSERT INTO obligations_made DEFAULT VALUES;

CREATE TABLE obligation (
    holder_id uuid,
    programme text,
    benefit_month date,
    amount_satang int NOT NULL CHECK (amount_satang > 0),
    tier text NOT NULL,
    state text NOT NULL CHECK (state IN ('DUE', 'INSTRUCTED', 'UNKNOWN', 'SETTLED', 'FAILED', 'HELD', 'RETURNED')),
    payable boolean NOT NULL,
    disputed boolean NOT NULL DEFAULT false,
    attempts smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (holder_id, programme, benefit_month)
) PARTITION BY RANGE (benefit_month);
CREATE INDEX obligation_unpaid ON obligation (holder_id) WHERE payable AND state IN ('DUE', 'FAILED', 'HELD', 'RETURNED');

CREATE TABLE run (
    run_id uuid PRIMARY KEY,
    month date NOT NULL,
    status text NOT NULL CHECK (status IN
        ('PREPARING', 'PROPOSED', 'APPROVED', 'RELEASED', 'INSTRUCTED', 'RECONCILING', 'CLOSED', 'CANCELLED')),
    version int NOT NULL DEFAULT 1,
    benefit text NOT NULL,
    lines bigint NOT NULL DEFAULT 0,
    amount_satang bigint NOT NULL DEFAULT 0,
    list_hash text,
    totals jsonb NOT NULL DEFAULT '[]',
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    approved_by text,
    approved_at timestamptz,
    release_asked_by text,
    released_at timestamptz,
    status_requests smallint NOT NULL DEFAULT 0,
    closed_at timestamptz,
    CHECK (approved_by <> proposed_by),
    CHECK (status NOT IN ('APPROVED', 'RELEASED', 'INSTRUCTED', 'RECONCILING', 'CLOSED') OR approved_by IS NOT NULL)
);
CREATE UNIQUE INDEX run_one_open ON run ((true)) WHERE status IN ('PREPARING', 'PROPOSED', 'APPROVED');

CREATE TABLE run_history (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id uuid NOT NULL REFERENCES run,
    from_status text,
    to_status text NOT NULL,
    who text NOT NULL,
    at timestamptz NOT NULL,
    why text NOT NULL
);
CREATE INDEX run_history_run ON run_history (run_id, number);

CREATE TABLE disbursement (
    disbursement_id uuid PRIMARY KEY,
    run_id uuid NOT NULL,
    holder_id uuid NOT NULL,
    programme text NOT NULL,
    benefit_month date NOT NULL,
    attempt_no smallint NOT NULL,
    amount_satang int NOT NULL CHECK (amount_satang > 0),
    tier text NOT NULL,
    district text NOT NULL,
    bank text,
    payee_version int,
    chunk_no int NOT NULL,
    state text NOT NULL CHECK (state IN ('OPEN', 'SETTLED', 'FAILED', 'RETURNED', 'HELD', 'CANCELLED')),
    reason text,
    asked_no smallint NOT NULL DEFAULT 0,
    value_date date,
    bank_reference text,
    UNIQUE (holder_id, programme, benefit_month, attempt_no),
    CHECK (state IN ('HELD', 'CANCELLED') OR bank IS NOT NULL AND payee_version IS NOT NULL)
);
CREATE INDEX disbursement_run ON disbursement (run_id, bank, chunk_no);
CREATE INDEX disbursement_open ON disbursement (run_id) WHERE state = 'OPEN';

CREATE TABLE status_request (
    run_id uuid REFERENCES run,
    request_no smallint,
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL,
    instructions bigint NOT NULL,
    PRIMARY KEY (run_id, request_no)
);

CREATE TABLE bank_result (
    result_id uuid PRIMARY KEY,
    seq bigint GENERATED ALWAYS AS IDENTITY,
    batch_id uuid NOT NULL,
    via text NOT NULL,
    bank text NOT NULL,
    instruction_id text NOT NULL,
    disbursement_id uuid,
    status text NOT NULL,
    amount_satang bigint NOT NULL,
    value_date date NOT NULL,
    bank_reference text NOT NULL,
    reason_code text,
    disposition text NOT NULL,
    outcomes text NOT NULL,
    received_at timestamptz NOT NULL
);
CREATE INDEX bank_result_batch ON bank_result (batch_id, seq);
CREATE INDEX bank_result_disbursement ON bank_result (disbursement_id);
CREATE INDEX bank_result_exception ON bank_result (seq) WHERE disposition NOT IN ('APPLIED', 'NO_CHANGE');

CREATE TABLE resolution (
    resolution_id uuid PRIMARY KEY,
    disbursement_id uuid NOT NULL,
    finding text NOT NULL CHECK (finding IN ('PAID', 'NOT_PAID', 'RETURNED')),
    paid_on date,
    reference text NOT NULL,
    reason text NOT NULL,
    status text NOT NULL CHECK (status IN ('PROPOSED', 'APPROVED', 'REFUSED')),
    state_before text NOT NULL,
    through_seq bigint NOT NULL,
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz,
    CHECK ((finding = 'NOT_PAID') = (paid_on IS NULL)),
    CHECK ((status = 'PROPOSED') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)),
    CHECK (status <> 'APPROVED' OR decided_by <> proposed_by)
);
CREATE INDEX resolution_disbursement ON resolution (disbursement_id);
CREATE UNIQUE INDEX resolution_waits ON resolution (disbursement_id) WHERE status = 'PROPOSED';

CREATE TABLE resolution_history (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    resolution_id uuid NOT NULL REFERENCES resolution,
    status text NOT NULL,
    who text NOT NULL,
    at timestamptz NOT NULL,
    why text NOT NULL
);
CREATE INDEX resolution_history_resolution ON resolution_history (resolution_id, number);

CREATE TABLE recovery (
    disbursement_id uuid,
    entry_no smallint,
    kind text NOT NULL CHECK (kind IN ('NOTED', 'LIFTED')),
    holder_id uuid NOT NULL,
    benefit_month date NOT NULL,
    amount_satang int NOT NULL CHECK (amount_satang > 0),
    reason text NOT NULL,
    noted_at timestamptz NOT NULL,
    PRIMARY KEY (disbursement_id, entry_no)
);
CREATE INDEX recovery_holder ON recovery (holder_id);

CREATE TABLE ledger_entry (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    batch_id uuid NOT NULL,
    run_id uuid NOT NULL,
    outcome text NOT NULL,
    debit text NOT NULL,
    credit text NOT NULL,
    bank text NOT NULL,
    tier text NOT NULL,
    benefit_month date NOT NULL,
    payments bigint NOT NULL CHECK (payments > 0),
    amount_satang bigint NOT NULL CHECK (amount_satang > 0),
    entered_at timestamptz NOT NULL,
    CHECK (debit <> credit),
    UNIQUE (batch_id, run_id, outcome, bank, tier, benefit_month)
);
CREATE INDEX ledger_entry_run ON ledger_entry (run_id);
"""


def upgrade() -> None:
    """Make the floor, the tables and the partitions; what tells of money that moved can only be added to."""
    create_floor()
    op.execute(TABLES)
    for step in range(MONTHS):
        op.execute(_partition(step))
    op.execute("CREATE TABLE obligation_rest PARTITION OF obligation DEFAULT")
    append_only(
        "payments_app",
        "policy_version",
        "payee_sealed",
        "entitlement_fact",
        "entitlement_history",
        "run_history",
        "status_request",
        "bank_result",
        "resolution_history",
        "recovery",
        "ledger_entry",
    )


def _partition(step: int) -> str:
    first, after = _month(step), _month(step + 1)
    return f"CREATE TABLE obligation_{first[:4]}_{first[5:7]} PARTITION OF obligation FOR VALUES FROM ('{first}') TO ('{after}')"


def _month(step: int) -> str:
    number = FIRST_MONTH[0] * 12 + FIRST_MONTH[1] - 1 + step
    return f"{number // 12}-{number % 12 + 1:02d}-01"


def downgrade() -> None:
    """There is no way back from the first migration: drop the database."""
    raise NotImplementedError
