"""Tables of interview. They describe; the migrations make. Nothing is validated here."""

from services.interview.tables.base import Base
from services.interview.tables.cases import CaseFile, CaseHistory, Decision
from services.interview.tables.complaints import Complaint, ComplaintHistory
from services.interview.tables.copies import AgreedPlan, Entitlement, Policy, Programme, Recommendation, Referral
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
from services.interview.tables.holders import Holder
from services.interview.tables.intents import Intent
from services.interview.tables.interviews import Interview
from services.interview.tables.notices import Notice
from services.interview.tables.staff import MeetingPlace, Officer
from services.interview.tables.visits import HomeVisitDue, VisitAttempt

__all__ = [
    "AgencyTask",
    "AgencyTaskHistory",
    "AgreedPlan",
    "Base",
    "CaseFile",
    "CaseHistory",
    "CommitteeMember",
    "Complaint",
    "ComplaintHistory",
    "Decision",
    "Entitlement",
    "FollowUp",
    "FollowUpOverdue",
    "Guideline",
    "GuidelineAcknowledgement",
    "Holder",
    "HomeVisitDue",
    "Intent",
    "Interview",
    "MeetingPlace",
    "Notice",
    "Officer",
    "Policy",
    "PreparationRecord",
    "Programme",
    "Recommendation",
    "Referral",
    "ReleaseReceipt",
    "ResultRelease",
    "TeamVariant",
    "VisitAttempt",
]
