"""Allowances that go on under another id of the same person."""

from alembic import op

revision = "0120"
down_revision = "0030"

INDEXES = """
CREATE INDEX holder_merged_into ON holder (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX entitlement_taken_over ON entitlement (intent_id) WHERE rule = 'taken_over_from_merged_holder';
"""


def upgrade() -> None:
    """Make the indexes; both are of few rows."""
    op.execute(INDEXES)
