"""tables.py and the migrations are the same thing, and the server cannot rewrite history."""

from services.plan.tables import Base
from tests.support.service_database import differences, rewritable

HISTORY = ("programme_history", "offering_history", "plan_history", "recommendation", "plan_line", "referral_history", "decision")
HISTORY += ("agreement", "first_analysis", "specialist_review_history", "specialist_review_overdue")


async def test_migrated_database_is_as_the_tables_say(plan_dsns):
    assert await differences(plan_dsns, Base.metadata) == []


async def test_history_cannot_be_changed_by_the_server(plan_dsns):
    assert await rewritable(plan_dsns, *HISTORY) == []
    assert await rewritable(plan_dsns, "holder") == ["holder"]  # the question can be answered yes
