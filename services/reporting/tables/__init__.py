"""Reporting's tables: projections of everybody's events, and frozen snapshots.

Facts are rows under their own natural key; states are rows (or groups of a person's columns) in which the newest version stands. So an
event twice, or before its neighbour, changes nothing in the end, and no event has to wait.
"""

from services.reporting.tables.allocations import UnmetNeed
from services.reporting.tables.base import Base, metadata
from services.reporting.tables.cases import (
    Decision,
    FollowUp,
    FollowUpOverdue,
    Intake,
    Interview,
    VisitAttempt,
    VisitDue,
    VisitOverdue,
    Withdrawal,
)
from services.reporting.tables.complaints import Complaint, ComplaintEscalation
from services.reporting.tables.copies import Officer, Place, Policy, Programme
from services.reporting.tables.counted import ChangedHolder, CountedAllowance, CountedCase, CountedLine, CountedPayment, Counting
from services.reporting.tables.cubes import (
    CubeAgeIncome,
    CubeAllowance,
    CubeCaseload,
    CubeFigure,
    CubeIncomeBand,
    CubeIntake,
    CubeLine,
    CubePayment,
)
from services.reporting.tables.employers import EmployerDeduction
from services.reporting.tables.figures import RegistryImport, Snapshot
from services.reporting.tables.money import Entitlement, Payment, Run
from services.reporting.tables.people import Person
from services.reporting.tables.place_days import PlaceDay
from services.reporting.tables.plans import PlanDecline, PlanEnd, PlanLine, Recommendation, Referral, ReferralAlarm
from services.reporting.tables.specialists import LineSeat, SpecialistReview, SpecialistReviewOverdue
from services.reporting.tables.work import Employment, WageMonth

__all__ = [
    "Base",
    "ChangedHolder",
    "Complaint",
    "ComplaintEscalation",
    "CountedAllowance",
    "CountedCase",
    "CountedLine",
    "CountedPayment",
    "Counting",
    "CubeAgeIncome",
    "CubeAllowance",
    "CubeCaseload",
    "CubeFigure",
    "CubeIncomeBand",
    "CubeIntake",
    "CubeLine",
    "CubePayment",
    "Decision",
    "EmployerDeduction",
    "Employment",
    "Entitlement",
    "FollowUp",
    "FollowUpOverdue",
    "Intake",
    "Interview",
    "LineSeat",
    "Officer",
    "Payment",
    "Person",
    "Place",
    "PlaceDay",
    "PlanDecline",
    "PlanEnd",
    "PlanLine",
    "Policy",
    "Programme",
    "Recommendation",
    "Referral",
    "ReferralAlarm",
    "RegistryImport",
    "Run",
    "Snapshot",
    "SpecialistReview",
    "SpecialistReviewOverdue",
    "UnmetNeed",
    "VisitAttempt",
    "VisitDue",
    "VisitOverdue",
    "WageMonth",
    "Withdrawal",
    "metadata",
]
