"""Tables of plan's own database (those of the floor are in shared.db.floor). They describe; the migrations make."""

from services.plan.tables.base import Base
from services.plan.tables.catalogue import AgencyTable, PolicyTable, ProgrammeHistoryTable, ProgrammeTable
from services.plan.tables.code_lists import CodeListTable, CodeTable, RetiredCodeTable
from services.plan.tables.people import AssessmentTable, DecisionTable, HolderTable, InterviewTable, OfficerTable
from services.plan.tables.plans import PlanHistoryTable, PlanLineTable, PlanTable, RecommendationTable
from services.plan.tables.referrals import ReferralHistoryTable, ReferralTable

__all__ = [
    "AgencyTable",
    "AssessmentTable",
    "Base",
    "CodeListTable",
    "CodeTable",
    "DecisionTable",
    "HolderTable",
    "InterviewTable",
    "OfficerTable",
    "PlanHistoryTable",
    "PlanLineTable",
    "PlanTable",
    "PolicyTable",
    "ProgrammeHistoryTable",
    "ProgrammeTable",
    "RecommendationTable",
    "ReferralHistoryTable",
    "ReferralTable",
    "RetiredCodeTable",
]
