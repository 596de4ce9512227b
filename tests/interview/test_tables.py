"""tables.py and the migrations are the same thing, and the server cannot rewrite history."""

from services.interview.tables import Base
from tests.support.service_database import differences, rewritable

HISTORY = (
    "case_history",
    "sync_operation",
    "visit_attempt",
    "follow_up",
    "follow_up_overdue",
    "decision",
    "interview",
    "spot_check_draw",
    "spot_check",
    "spot_check_result",
    "officer_history",
    "team",
    "team_member",
    "place_day_entry",
    "refused_intake",
)
DUTIES = ("guideline", "guideline_acknowledgement", "agency_task_history", "preparation_record", "result_release", "release_receipt")


async def test_migrated_database_is_as_the_tables_say(interview_dsns):
    assert await differences(interview_dsns, Base.metadata) == []


async def test_history_cannot_be_changed_by_the_server(interview_dsns):
    assert await rewritable(interview_dsns, *HISTORY, *DUTIES, "complaint_history") == []
    assert await rewritable(interview_dsns, "holder") == ["holder"]  # the question can be answered yes
