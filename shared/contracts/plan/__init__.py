"""Events that plan publishes: the catalogue, the person's plan, and what agencies made of it."""

from shared.contracts.plan.base import PlanFact
from shared.contracts.plan.catalogue import ProgrammeChanged
from shared.contracts.plan.employers import DeductionStatementIssued, WagePaidThroughCard
from shared.contracts.plan.plans import PlanAssigned, PlanCompleted, PlanDeclined, PlanLine, RecommendationPrepared, RecommendedProgramme
from shared.contracts.plan.referrals import Outcome, ReferralAccepted, ReferralCreated, ReferralOutcomeRecorded
from shared.contracts.plan.topics import EMPLOYERS, PLANS, PROGRAMMES, WAGES

__all__ = [
    "EMPLOYERS",
    "PLANS",
    "PROGRAMMES",
    "WAGES",
    "DeductionStatementIssued",
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
    "ReferralOutcomeRecorded",
    "WagePaidThroughCard",
]
