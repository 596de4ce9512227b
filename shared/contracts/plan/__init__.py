"""Events that plan publishes: the catalogue, the person's plan, and what agencies made of it."""

from shared.contracts.plan.base import PlanFact
from shared.contracts.plan.catalogue import OfferingChanged, ProgrammeChanged
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
from shared.contracts.plan.seats import SeatEnd, SeatFact, SeatGivenUp, SeatTaken, SeatWaitingBegun
from shared.contracts.plan.specialists import (
    ReviewLevel,
    ReviewWithdrawal,
    SpecialistOpinion,
    SpecialistReviewAsked,
    SpecialistReviewGiven,
    SpecialistReviewOverdue,
    SpecialistReviewWithdrawn,
)
from shared.contracts.plan.topics import CODE_LISTS, OFFERINGS, PLANS, PROGRAMMES

__all__ = [
    "CODE_LISTS",
    "OFFERINGS",
    "PLANS",
    "PROGRAMMES",
    "CodeListChanged",
    "DeclineReason",
    "ListedCode",
    "OfferingChanged",
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
    "ReviewLevel",
    "ReviewWithdrawal",
    "SeatEnd",
    "SeatFact",
    "SeatGivenUp",
    "SeatTaken",
    "SeatWaitingBegun",
    "SpecialistOpinion",
    "SpecialistReviewAsked",
    "SpecialistReviewGiven",
    "SpecialistReviewOverdue",
    "SpecialistReviewWithdrawn",
]
