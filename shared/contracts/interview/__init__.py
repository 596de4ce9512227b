"""Events that interview publishes: what was asked, wished and decided, and whose case it is."""

from shared.contracts.interview.base import CaseFact
from shared.contracts.interview.complaints import (
    ComplaintAnswered,
    ComplaintCategory,
    ComplaintChannel,
    ComplaintEscalated,
    ComplaintFact,
    ComplaintLevel,
    ComplaintReceived,
    ComplaintState,
    ComplaintStep,
)
from shared.contracts.interview.decisions import DecisionKind, DecisionRecorded
from shared.contracts.interview.follow_ups import FollowUpOverdue, FollowUpRecorded, FollowUpRound, JobStatus, Recommendation
from shared.contracts.interview.interviews import Answer, AssessmentRecorded, InterviewCompleted, MenuLine
from shared.contracts.interview.notices import NoticeRequested
from shared.contracts.interview.place_days import PlaceDayClosed, PlaceDayFact, PlaceDayReopened
from shared.contracts.interview.staff import AccountOfficerAssigned, CaseRouted, Employer, MeetingPlaceAnnounced, OfficerRegistered
from shared.contracts.interview.topics import ASSESSMENTS, CASES, COMPLAINTS, OFFICERS, PLACES
from shared.contracts.interview.visits import (
    DeathReported,
    HomeVisitDue,
    HomeVisitOverdue,
    MoveReported,
    NotMetReason,
    OverdueLevel,
    VisitRefused,
    VisitUnsuccessful,
)
from shared.contracts.interview.wishes import ConsentsCaptured, IntentDeclared, IntentWithdrawn

__all__ = [
    "ASSESSMENTS",
    "CASES",
    "COMPLAINTS",
    "OFFICERS",
    "PLACES",
    "AccountOfficerAssigned",
    "Answer",
    "AssessmentRecorded",
    "CaseFact",
    "CaseRouted",
    "ComplaintAnswered",
    "ComplaintCategory",
    "ComplaintChannel",
    "ComplaintEscalated",
    "ComplaintFact",
    "ComplaintLevel",
    "ComplaintReceived",
    "ComplaintState",
    "ComplaintStep",
    "ConsentsCaptured",
    "DeathReported",
    "DecisionKind",
    "DecisionRecorded",
    "Employer",
    "FollowUpOverdue",
    "FollowUpRecorded",
    "FollowUpRound",
    "HomeVisitDue",
    "HomeVisitOverdue",
    "IntentDeclared",
    "IntentWithdrawn",
    "InterviewCompleted",
    "JobStatus",
    "MeetingPlaceAnnounced",
    "MenuLine",
    "MoveReported",
    "NotMetReason",
    "NoticeRequested",
    "OfficerRegistered",
    "OverdueLevel",
    "PlaceDayClosed",
    "PlaceDayFact",
    "PlaceDayReopened",
    "Recommendation",
    "VisitRefused",
    "VisitUnsuccessful",
]
