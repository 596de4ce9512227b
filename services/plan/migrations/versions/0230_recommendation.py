"""What a recommendation was made from, what it recommended and why something else was agreed, and how programmes ended so far."""

from alembic import op

from shared.db.floor import append_only

revision = "0230"
down_revision = "0220"

CHANGES = """
-- The day it was made for, the scoring of that day, and the count of outcomes: with these the same answer comes out again.
ALTER TABLE recommendation ADD COLUMN advised_on date, ADD COLUMN scoring_from date, ADD COLUMN record_version int;

-- The codes that were recommended last, best first: on the plan, so that choices are counted without opening every recommendation.
ALTER TABLE plan ADD COLUMN recommended text[] NOT NULL DEFAULT '{}', ADD COLUMN other_choice text;
ALTER TABLE plan ADD CONSTRAINT plan_other_choice CHECK (other_choice IN (
    'PERSON_PREFERS', 'NEARER_PLACE', 'BETTER_TIME', 'HAS_DONE_IT', 'KNOWS_THE_TRADE', 'NO_SEAT', 'CARES_FOR_FAMILY', 'SPECIALIST_ADVISED',
    'SIGNED_AT_INTERVIEW', 'OTHER'));
UPDATE plan SET recommended = ARRAY(SELECT one->>'programme_code' FROM jsonb_array_elements(last.programmes) AS one)
  FROM recommendation last
 WHERE last.plan_id = plan.plan_id AND last.version = plan.recommendation_version AND last.programmes <> '[]';

-- Each count of how the referrals to every programme ended.
CREATE TABLE programme_record (
    version int,
    programme_code text,
    counted_on date NOT NULL,
    finished int NOT NULL CHECK (finished >= 0),
    succeeded int NOT NULL CHECK (succeeded BETWEEN 0 AND finished),
    PRIMARY KEY (version, programme_code)
);
"""


def upgrade() -> None:
    """Make the columns, fill them, and make the table."""
    op.execute(CHANGES)
    append_only("plan_app", "programme_record")
