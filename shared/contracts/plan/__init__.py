"""Events that plan publishes: the catalogue, the person's plan, and what agencies made of it."""

from shared.contracts.plan.base import PlanFact
from shared.contracts.plan.catalogue import OfferingChanged, ProgrammeChanged
from shared.contracts.plan.plans import (
    OtherChoice,
    PlanAssigned,
    PlanCompleted,
    PlanDeclined,
    PlanLine,
    RecommendationPrepared,
    RecommendedProgramme,
)
from shared.contracts.plan.referrals import Outcome, ReferralAccepted, ReferralCreated, ReferralOutcomeRecorded
from shared.contracts.plan.topics import OFFERINGS, PLANS, PROGRAMMES

__all__ = [
    "OFFERINGS",
    "PLANS",
    "PROGRAMMES",
    "OfferingChanged",
    "OtherChoice",
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
]
