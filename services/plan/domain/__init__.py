"""The values of plan: programmes, the person's situation, plans, referrals, and which state follows which."""

from services.plan.domain.catalogue import Catalogue, Condition, Example, Lack, Merits, Offering, Programme, SeatHold
from services.plan.domain.people import Assessment, Because, Holder, Interview, Noted, Situation
from services.plan.domain.plans import ENDED, NOT_AGREED, OPEN, RUNNING, Choice, Line, Plan, PlanStatus, plan_id_of
from services.plan.domain.referrals import Referral, ReferralStatus, referral_id_of

__all__ = [
    "ENDED",
    "NOT_AGREED",
    "OPEN",
    "RUNNING",
    "Assessment",
    "Because",
    "Catalogue",
    "Choice",
    "Condition",
    "Example",
    "Holder",
    "Interview",
    "Lack",
    "Line",
    "Merits",
    "Noted",
    "Offering",
    "Plan",
    "PlanStatus",
    "Programme",
    "Referral",
    "ReferralStatus",
    "SeatHold",
    "Situation",
    "plan_id_of",
    "referral_id_of",
]
