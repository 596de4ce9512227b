"""Events that plan publishes: the catalogue, the person's plan, and what agencies made of it."""

from shared.contracts.plan.base import PlanFact
from shared.contracts.plan.catalogue import ProgrammeChanged
from shared.contracts.plan.plans import PlanAssigned, PlanCompleted, PlanDeclined, PlanLine, RecommendationPrepared, RecommendedProgramme
from shared.contracts.plan.referrals import (
    DeclineReason,
    Outcome,
    ReferralAccepted,
    ReferralCreated,
    ReferralDeclined,
    ReferralOutcomeRecorded,
    ReferralReceived,
    ReferralStarted,
    ReferralWaitListed,
)
from shared.contracts.plan.topics import PLANS, PROGRAMMES

__all__ = [
    "PLANS",
    "PROGRAMMES",
    "DeclineReason",
    "Outcome",
    "PlanAssigned",
    "PlanCompleted",
    "PlanDeclined",
    "PlanFact",
    "PlanLine",
    "ProgrammeChanged",
    "RecommendationPrepared",
    "RecommendedProgramme",
    "ReferralAccepted",
    "ReferralCreated",
    "ReferralDeclined",
    "ReferralOutcomeRecorded",
    "ReferralReceived",
    "ReferralStarted",
    "ReferralWaitListed",
]
