"""Events that plan publishes: the catalogue, the person's plan, and what agencies made of it."""

from shared.contracts.plan.base import PlanFact
from shared.contracts.plan.catalogue import ProgrammeChanged
from shared.contracts.plan.code_lists import CodeListChanged, ListedCode, RetiredCode
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
from shared.contracts.plan.topics import CODE_LISTS, PLANS, PROGRAMMES

__all__ = [
    "CODE_LISTS",
    "PLANS",
    "PROGRAMMES",
    "CodeListChanged",
    "DeclineReason",
    "ListedCode",
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
    "RetiredCode",
]
