"""The values of plan: programmes, the person's situation, plans, referrals, and which state follows which."""

from services.plan.domain.catalogue import Conditions, Lack, Programme
from services.plan.domain.people import Assessment, Because, Holder, Interview, Noted, Situation
from services.plan.domain.plans import ENDED, NOT_AGREED, OPEN, RUNNING, Choice, Line, Plan, PlanStatus, plan_id_of
from services.plan.domain.referrals import BY_OUTCOME, NOT_PLACED, Referral, ReferralStatus, Step, current, referral_id_of

__all__ = [
    "BY_OUTCOME",
    "ENDED",
    "NOT_AGREED",
    "NOT_PLACED",
    "OPEN",
    "RUNNING",
    "Assessment",
    "Because",
    "Choice",
    "Conditions",
    "Holder",
    "Interview",
    "Lack",
    "Line",
    "Noted",
    "Plan",
    "PlanStatus",
    "Programme",
    "Referral",
    "ReferralStatus",
    "Situation",
    "Step",
    "current",
    "plan_id_of",
    "referral_id_of",
]
