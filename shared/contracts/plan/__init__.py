"""Events that plan publishes: the catalogue, the person's plan, and what agencies made of it."""

from shared.contracts.plan.base import PlanFact
from shared.contracts.plan.catalogue import ProgrammeChanged
from shared.contracts.plan.plans import PlanAssigned, PlanCompleted, PlanDeclined, PlanLine, RecommendationPrepared, RecommendedProgramme
from shared.contracts.plan.referrals import (
    ClosingReason,
    DeclineReason,
    Outcome,
    OverdueLevel,
    ReferralAccepted,
    ReferralClock,
    ReferralClosed,
    ReferralCreated,
    ReferralDeclined,
    ReferralOutcomeRecorded,
    ReferralOverdue,
    ReferralReceived,
    ReferralReminded,
    ReferralReopened,
    ReferralStarted,
    ReferralWaitListed,
)
from shared.contracts.plan.topics import PLANS, PROGRAMMES

__all__ = [
    "PLANS",
    "PROGRAMMES",
    "ClosingReason",
    "DeclineReason",
    "Outcome",
    "OverdueLevel",
    "PlanAssigned",
    "PlanCompleted",
    "PlanDeclined",
    "PlanFact",
    "PlanLine",
    "ProgrammeChanged",
    "RecommendationPrepared",
    "RecommendedProgramme",
    "ReferralAccepted",
    "ReferralClock",
    "ReferralClosed",
    "ReferralCreated",
    "ReferralDeclined",
    "ReferralOutcomeRecorded",
    "ReferralOverdue",
    "ReferralReceived",
    "ReferralReminded",
    "ReferralReopened",
    "ReferralStarted",
    "ReferralWaitListed",
]
