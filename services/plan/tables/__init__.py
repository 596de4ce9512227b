"""Tables of plan's own database (those of the floor are in shared.db.floor). They describe; the migrations make."""

from services.plan.tables.agencies import (
    AgencyConnectionHistoryTable,
    AgencyConnectionTable,
    AgencyFileTable,
    AgencyNoticeTable,
    AgencyRefusalTable,
    AgencyReportTable,
)
from services.plan.tables.agreements import AgreementTable, FirstAnalysisTable
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
from services.plan.tables.code_lists import CodeListTable, CodeTable, RetiredCodeTable
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
from services.plan.tables.plans import PlanHistoryTable, PlanLineTable, PlanTable, ProgrammeRecordTable, RecommendationTable
from services.plan.tables.referrals import (
    AttendanceTable,
    ReferralAlarmTable,
    ReferralClockTable,
    ReferralEvidenceTable,
    ReferralHistoryTable,
    ReferralTable,
)
from services.plan.tables.specialists import SpecialistReviewHistoryTable, SpecialistReviewOverdueTable, SpecialistReviewTable
from services.plan.tables.waiting import SeatWaitingTable

__all__ = [
    "AccountingPeriodTable",
    "AgencyConnectionHistoryTable",
    "AgencyConnectionTable",
    "AgencyFileTable",
    "AgencyNoticeTable",
    "AgencyRefusalTable",
    "AgencyReportTable",
    "AgencyTable",
    "AgreementTable",
    "AssessmentTable",
    "AttendanceTable",
    "Base",
    "CodeListTable",
    "CodeTable",
    "DecisionTable",
    "DeductionStatementTable",
    "EmployerHistoryTable",
    "EmployerTable",
    "EmploymentTable",
    "FirstAnalysisTable",
    "HeadCountTable",
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
    "ReferralAlarmTable",
    "ReferralClockTable",
    "ReferralEvidenceTable",
    "ReferralHistoryTable",
    "ReferralTable",
    "RetiredCodeTable",
    "SeatHoldTable",
    "SeatWaitingTable",
    "SpecialistReviewHistoryTable",
    "SpecialistReviewOverdueTable",
    "SpecialistReviewTable",
    "TrainingTable",
    "WageConsentTable",
    "WageDeclaredTable",
    "WageToldTable",
]
