"""The values of plan: programmes, the person's situation, plans, referrals, and which state follows which."""

from services.plan.domain.catalogue import Conditions, Lack, Programme
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
from services.plan.domain.plans import ENDED, NOT_AGREED, OPEN, RUNNING, Choice, Line, Plan, PlanStatus, plan_id_of
from services.plan.domain.referrals import Referral, ReferralStatus, referral_id_of

__all__ = [
    "ENDED",
    "NOT_AGREED",
    "OPEN",
    "RUNNING",
    "AccountingPeriod",
    "Assessment",
    "Because",
    "Choice",
    "Conditions",
    "Employer",
    "EmployerStatus",
    "Employment",
    "Holder",
    "Interview",
    "ItemKind",
    "Lack",
    "Line",
    "Noted",
    "PeriodStatus",
    "Plan",
    "PlanStatus",
    "Programme",
    "Referral",
    "ReferralStatus",
    "Situation",
    "Standing",
    "Training",
    "WageDisposition",
    "WageTold",
    "plan_id_of",
    "referral_id_of",
]
