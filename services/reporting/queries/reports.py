"""The reports: what each can be asked, whom it answers, and how it reads its figures."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from services.reporting.domain.figures import Figures
from services.reporting.domain.parameters import (
    IntakeParameters,
    MonthParameters,
    OutcomeBandsParameters,
    OutcomeParameters,
    Parameters,
    ProgrammeOutcomesParameters,
    RoundParameters,
    ScaledParameters,
    SeatMonthParameters,
)
from services.reporting.queries import allocations, complaints, development, employers, money, offerings, outcomes, people, specialists
from services.reporting.queries.areas import areas
from services.reporting.queries.course import agency_clocks, timeline
from services.reporting.queries.job_survival import job_survival
from services.reporting.queries.view import View
from services.reporting.queries.year import year
from shared.auth import Level
from shared.db import ReadTx


class ReportName(StrEnum):
    """The reports by name."""

    AGE_INCOME = "age-income"
    INTAKE = "intake"
    VISIT_COVERAGE = "visit-coverage"
    VISIT_RESULTS = "visit-results"
    PAYMENTS = "payments"
    ENTITLEMENTS = "entitlements"
    PLANS = "plans"
    CHOICES = "choices"
    FOLLOW_UPS = "follow-ups"
    INCOME_BANDS = "income-bands"
    CASELOAD = "caseload"
    DECISIONS = "decisions"
    COMPLAINTS = "complaints"
    SPECIALIST_REVIEWS = "specialist-reviews"
    SEATS = "seats"
    UNMET_NEEDS = "unmet-needs"
    OFFERINGS = "offerings"
    EMPLOYER_DEDUCTIONS = "employer-deductions"
    PROGRAMME_OUTCOMES = "programme-outcomes"
    OUTCOME_BANDS = "outcome-bands"
    JOB_SURVIVAL = "job-survival"
    AREAS = "areas"
    TIMELINE = "timeline"
    AGENCY_CLOCKS = "agency-clocks"
    YEAR = "year"


Read = Callable[[ReadTx, View, Any], Awaitable[Figures]]

_AREAS: Final = frozenset({Level.COUNTRY, Level.PROVINCE, Level.DISTRICT, Level.OFFICER})


@dataclass(frozen=True)
class Report:
    """One report. Callers of other levels find nothing there."""

    read: Read
    parameters: type[Parameters] = Parameters
    levels: frozenset[Level] = _AREAS
    of_persons: bool = False
    """Whether it counts persons however few: then it is for callers who may see persons. Others count nobody, or hide what is small."""


REPORTS: Final[Mapping[ReportName, Report]] = {
    ReportName.AGE_INCOME: Report(people.age_income, ScaledParameters, of_persons=True),
    ReportName.INTAKE: Report(people.intake, IntakeParameters, of_persons=True),
    ReportName.VISIT_COVERAGE: Report(people.visit_coverage),
    ReportName.VISIT_RESULTS: Report(people.visit_results),
    ReportName.PAYMENTS: Report(money.payments, MonthParameters, _AREAS | {Level.BANK}, of_persons=True),
    ReportName.ENTITLEMENTS: Report(money.entitlements, of_persons=True),
    ReportName.PLANS: Report(development.plans, levels=_AREAS | {Level.AGENCY}, of_persons=True),
    ReportName.CHOICES: Report(development.choices),
    ReportName.FOLLOW_UPS: Report(development.follow_ups, RoundParameters),
    ReportName.INCOME_BANDS: Report(development.income_bands, of_persons=True),
    ReportName.CASELOAD: Report(development.caseload, of_persons=True),
    ReportName.DECISIONS: Report(development.decisions, of_persons=True),
    # A complaint is no person's here, so no officer's.
    ReportName.COMPLAINTS: Report(complaints.complaints, levels=_AREAS - {Level.OFFICER}),
    ReportName.SPECIALIST_REVIEWS: Report(specialists.specialist_reviews, of_persons=True),
    ReportName.SEATS: Report(specialists.seats, levels=_AREAS | {Level.AGENCY}, of_persons=True),
    # A wish that was counted is no person's, so no officer's.
    ReportName.UNMET_NEEDS: Report(allocations.unmet_needs, SeatMonthParameters, _AREAS - {Level.OFFICER}),
    ReportName.OFFERINGS: Report(offerings.offerings, levels=_AREAS - {Level.OFFICER} | {Level.AGENCY}),
    # An employer is in no area: figures are the whole country's.
    ReportName.EMPLOYER_DEDUCTIONS: Report(employers.employer_deductions, levels=_AREAS - {Level.OFFICER}),
    # Small cells are hidden by areas: an officer's cases would be one more cut, by which they could be found.
    ReportName.PROGRAMME_OUTCOMES: Report(outcomes.programme_outcomes, ProgrammeOutcomesParameters, _AREAS - {Level.OFFICER}),
    ReportName.OUTCOME_BANDS: Report(outcomes.outcome_bands, OutcomeBandsParameters, _AREAS - {Level.OFFICER}),
    ReportName.JOB_SURVIVAL: Report(job_survival, OutcomeParameters, _AREAS - {Level.OFFICER}),
    ReportName.AREAS: Report(areas, levels=_AREAS - {Level.OFFICER}),
    ReportName.TIMELINE: Report(timeline, of_persons=True),
    ReportName.AGENCY_CLOCKS: Report(agency_clocks, levels=_AREAS | {Level.AGENCY}, of_persons=True),
    ReportName.YEAR: Report(year, ScaledParameters),
}
