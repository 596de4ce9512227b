"""Tables of interview. They describe; the migrations make. Nothing is validated here."""

from services.interview.tables.appeals import Appeal, DevelopmentFailure
from services.interview.tables.base import Base
from services.interview.tables.cases import CaseFile, CaseHistory, Decision
from services.interview.tables.code_lists import CodeList, ListedCode, RetiredCode
from services.interview.tables.complaints import Complaint, ComplaintHistory
from services.interview.tables.copies import AgreedPlan, Entitlement, Policy, Programme, Recommendation, Referral, SpecialistReview
from services.interview.tables.duties import (
    AgencyTask,
    AgencyTaskHistory,
    CommitteeMember,
    Guideline,
    GuidelineAcknowledgement,
    PreparationRecord,
    ReleaseReceipt,
    ResultRelease,
    TeamVariant,
)
from services.interview.tables.follow_ups import FollowUp, FollowUpOverdue
from services.interview.tables.holders import Holder, Household, HouseholdMember
from services.interview.tables.intents import FormerIntent, Intent
from services.interview.tables.interviews import Interview, InterviewDraft
from services.interview.tables.notices import Notice
from services.interview.tables.offline import Device, SyncOperation, SyncPack
from services.interview.tables.place_days import PlaceDay, PlaceDayEntry, QueueTicket, RefusedIntake
from services.interview.tables.spot_checks import SpotCheck, SpotCheckAssignment, SpotCheckDraw, SpotCheckResult
from services.interview.tables.staff import MeetingPlace, Officer, OfficerAbsence, OfficerHistory
from services.interview.tables.teams import RosterEntry, Team, TeamMember
from services.interview.tables.visits import HomeVisitDue, HomeVisitList, HomeVisitOverdue, VisitAttempt

__all__ = [
    "AgencyTask",
    "AgencyTaskHistory",
    "AgreedPlan",
    "Appeal",
    "Base",
    "CaseFile",
    "CaseHistory",
    "CodeList",
    "CommitteeMember",
    "Complaint",
    "ComplaintHistory",
    "Decision",
    "DevelopmentFailure",
    "Device",
    "Entitlement",
    "FollowUp",
    "FollowUpOverdue",
    "FormerIntent",
    "Guideline",
    "GuidelineAcknowledgement",
    "Holder",
    "HomeVisitDue",
    "HomeVisitList",
    "HomeVisitOverdue",
    "Household",
    "HouseholdMember",
    "Intent",
    "Interview",
    "InterviewDraft",
    "ListedCode",
    "MeetingPlace",
    "Notice",
    "Officer",
    "OfficerAbsence",
    "OfficerHistory",
    "PlaceDay",
    "PlaceDayEntry",
    "Policy",
    "PreparationRecord",
    "Programme",
    "QueueTicket",
    "Recommendation",
    "Referral",
    "RefusedIntake",
    "ReleaseReceipt",
    "ResultRelease",
    "RetiredCode",
    "RosterEntry",
    "SpecialistReview",
    "SpotCheck",
    "SpotCheckAssignment",
    "SpotCheckDraw",
    "SpotCheckResult",
    "SyncOperation",
    "SyncPack",
    "Team",
    "TeamMember",
    "TeamVariant",
    "VisitAttempt",
]
