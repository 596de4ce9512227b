"""The values of plan: programmes, the person's situation, plans, referrals, and which state follows which."""

from services.plan.domain.agreements import Agreed, AgreementVersion, FirstAnalysis
from services.plan.domain.catalogue import Catalogue, Condition, Example, Lack, Merits, Offering, Programme, SeatHold
from services.plan.domain.employers import (
    AccountingPeriod,
    Employer,
    EmployerStatus,
    Employment,
    ItemKind,
    PeriodStatus,
    Standing,
    Training,
    WageDisposition,
    WageTold,
)
from services.plan.domain.people import Assessment, Because, Holder, Interview, Noted, Situation
from services.plan.domain.plans import ENDED, NOT_AGREED, OPEN, RUNNING, WAITING, Choice, Line, Plan, PlanStatus, plan_id_of
from services.plan.domain.referrals import Referral, ReferralStatus, Step, current, referral_id_of
from services.plan.domain.specialists import Review, ReviewStatus

__all__ = [
    "ENDED",
    "NOT_AGREED",
    "OPEN",
    "RUNNING",
    "WAITING",
    "AccountingPeriod",
    "Agreed",
    "AgreementVersion",
    "Assessment",
    "Because",
    "Catalogue",
    "Choice",
    "Condition",
    "Employer",
    "EmployerStatus",
    "Employment",
    "Example",
    "FirstAnalysis",
    "Holder",
    "Interview",
    "ItemKind",
    "Lack",
    "Line",
    "Merits",
    "Noted",
    "Offering",
    "PeriodStatus",
    "Plan",
    "PlanStatus",
    "Programme",
    "Referral",
    "ReferralStatus",
    "Review",
    "ReviewStatus",
    "SeatHold",
    "Situation",
    "Standing",
    "Step",
    "Training",
    "WageDisposition",
    "WageTold",
    "current",
    "plan_id_of",
    "referral_id_of",
]
