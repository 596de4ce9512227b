"""What is known, since when and by whose word; adjustments of months that are granted already; policy sets by proposal."""

from alembic import op

from shared.db.floor import append_only

revision = "0340"
down_revision = "0330"

CHANGES = """
ALTER TABLE entitlement_fact ADD COLUMN source_type text, ADD COLUMN source_event text;
ALTER TABLE tier_correction ADD COLUMN known_at timestamptz;
ALTER TABLE policy_version ADD COLUMN published_at timestamptz, ADD COLUMN proposal_id uuid;

CREATE TABLE life_change (
    holder_id uuid,
    version int,
    known_at timestamptz NOT NULL,
    source_type text NOT NULL,
    source_event text NOT NULL,
    tier_before text,
    tier text NOT NULL,
    deceased_before date,
    deceased_on date,
    merged_before date,
    merged_on date,
    into_before uuid,
    merged_into uuid,
    PRIMARY KEY (holder_id, version)
);
CREATE INDEX life_change_into ON life_change (into_before) WHERE into_before IS NOT NULL;

CREATE TABLE adjustment (
    holder_id uuid,
    benefit_month date,
    adjustment_no smallint CHECK (adjustment_no BETWEEN 1 AND 99),
    kind text NOT NULL CHECK (kind IN ('BACK_PAY', 'GRANT', 'CANCEL', 'RECOVERY', 'DEMAND', 'LIFT')),
    amount_satang int NOT NULL CHECK (amount_satang > 0),
    cause text NOT NULL,
    disbursement_id uuid,
    about_no smallint,
    proposal_id uuid,
    booked_by text NOT NULL,
    booked_at timestamptz NOT NULL,
    PRIMARY KEY (holder_id, benefit_month, adjustment_no),
    CHECK ((kind IN ('RECOVERY', 'DEMAND', 'LIFT')) = (disbursement_id IS NOT NULL)),
    CHECK ((kind IN ('CANCEL', 'DEMAND')) = (about_no IS NOT NULL)),
    CHECK (proposal_id IS NOT NULL OR kind = 'LIFT')
);
CREATE INDEX adjustment_disbursement ON adjustment (disbursement_id) WHERE disbursement_id IS NOT NULL;
CREATE INDEX adjustment_proposal ON adjustment (proposal_id);
CREATE UNIQUE INDEX adjustment_cancelled_once ON adjustment (holder_id, benefit_month, about_no) WHERE kind = 'CANCEL';
CREATE UNIQUE INDEX adjustment_demanded_once ON adjustment (disbursement_id, about_no) WHERE kind = 'DEMAND';
"""


def upgrade() -> None:
    """Make them. What was known before has no source, and was always known."""
    op.execute(CHANGES)
    append_only("payments_app", "life_change", "adjustment")
