"""Tables of plan's own database (those of the floor are in shared.db.floor). They describe; the migrations make."""

from services.plan.tables.base import Base
from services.plan.tables.catalogue import (
    AgencyTable,
    OfferingHistoryTable,
    OfferingSeatTable,
    OfferingTable,
    PolicyTable,
    ProgrammeHistoryTable,
    ProgrammeTable,
    SeatHoldTable,
)
from services.plan.tables.people import AssessmentTable, DecisionTable, HolderTable, InterviewTable, OfficerTable
from services.plan.tables.plans import PlanHistoryTable, PlanLineTable, PlanTable, ProgrammeRecordTable, RecommendationTable
from services.plan.tables.referrals import ReferralHistoryTable, ReferralTable

__all__ = [
    "AgencyTable",
    "AssessmentTable",
    "Base",
    "DecisionTable",
    "HolderTable",
    "InterviewTable",
    "OfferingHistoryTable",
    "OfferingSeatTable",
    "OfferingTable",
    "OfficerTable",
    "PlanHistoryTable",
    "PlanLineTable",
    "PlanTable",
    "PolicyTable",
    "ProgrammeHistoryTable",
    "ProgrammeRecordTable",
    "ProgrammeTable",
    "RecommendationTable",
    "ReferralHistoryTable",
    "ReferralTable",
    "SeatHoldTable",
]
