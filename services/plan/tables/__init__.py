"""Tables of plan's own database (those of the floor are in shared.db.floor). They describe; the migrations make."""

from services.plan.tables.base import Base
from services.plan.tables.catalogue import AgencyTable, PolicyTable, ProgrammeHistoryTable, ProgrammeTable
from services.plan.tables.employers import (
    AccountingPeriodTable,
    DeductionStatementTable,
    EmployerHistoryTable,
    EmployerTable,
    EmploymentTable,
    HeadCountTable,
    TrainingTable,
    WageConsentTable,
    WageDeclaredTable,
    WageToldTable,
)
from services.plan.tables.people import AssessmentTable, DecisionTable, HolderTable, InterviewTable, OfficerTable
from services.plan.tables.plans import PlanHistoryTable, PlanLineTable, PlanTable, RecommendationTable
from services.plan.tables.referrals import ReferralHistoryTable, ReferralTable

__all__ = [
    "AccountingPeriodTable",
    "AgencyTable",
    "AssessmentTable",
    "Base",
    "DecisionTable",
    "DeductionStatementTable",
    "EmployerHistoryTable",
    "EmployerTable",
    "EmploymentTable",
    "HeadCountTable",
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
    "TrainingTable",
    "WageConsentTable",
    "WageDeclaredTable",
    "WageToldTable",
]
