"""The values of plan: programmes, the person's situation, plans, referrals, and which state follows which."""

from services.plan.domain.agreements import Agreed, AgreementVersion, FirstAnalysis
from services.plan.domain.catalogue import Catalogue, Condition, Example, Lack, Merits, Offering, Programme, SeatHold
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
    "Agreed",
    "AgreementVersion",
    "Assessment",
    "Because",
    "Catalogue",
    "Choice",
    "Condition",
    "Example",
    "FirstAnalysis",
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
    "Review",
    "ReviewStatus",
    "SeatHold",
    "Situation",
    "Step",
    "current",
    "plan_id_of",
    "referral_id_of",
]
