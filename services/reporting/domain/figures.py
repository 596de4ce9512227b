"""The figures of each report. Whole numbers are figures, each defined in rules/definitions.yaml; the rest are labels.

A figure that may be None is not told to callers who may not see persons where it is small, or would give a small one away.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.reporting.domain.catalogue_figures import EmployerDeductions, Offerings, Seats, SpecialistReviews, UnmetNeeds
from services.reporting.domain.course_figures import AgencyClocks, Timeline
from services.reporting.domain.outcome_figures import JobSurvival, OutcomeBands, ProgrammeOutcomes


@dataclass(frozen=True)
class Comparison:
    """A published figure beside ours: its value for the real country, and what it would be at the asked scale.

    `mark` is S (the circular says so) or P (published by the government); the difference is ours less the scaled one,
    shown and never fitted to.
    """

    published: int
    mark: str
    source: str
    published_scaled: float
    difference: float
    note: str | None = None


@dataclass(frozen=True)
class AgeIncomeRow:
    """Card holders of one tier and age group."""

    tier: str
    age_group: str
    persons: int
    deceased: int
    comparison: Comparison | None = None


@dataclass(frozen=True)
class AgeIncome:
    """The table of card holders by age and income, and how many persons are known without their registry data yet."""

    rows: list[AgeIncomeRow]
    persons: int
    without_registry_data: int


@dataclass(frozen=True)
class IntakeRow:
    """Stated wishes of one district, day or place; `group` is its code, ISO date or id."""

    group: str
    label_th: str
    label_en: str
    persons: int
    walk_in: int
    home_visit: int
    up_to_30000: int
    over_30000: int
    approved_late: int


@dataclass(frozen=True)
class Intake:
    """Stated wishes, and what meeting places counted on the days that they have closed."""

    rows: list[IntakeRow]
    persons: int
    days_closed: int
    papers: int
    refused: int
    tickets: int


@dataclass(frozen=True)
class VisitCoverage:
    """The visit group; `due` is the sum of the seven figures from `wished` to `open`."""

    visit_group: int | None
    declared: int | None
    due: int | None
    visited: int | None
    interviewed: int | None
    wished: int | None
    refused: int | None
    content: int | None
    deceased: int | None
    not_found: int | None
    overdue: int | None
    open: int | None
    risen_to_officer: int | None
    risen_to_district: int | None
    risen_to_province: int | None


@dataclass(frozen=True)
class VisitResults:
    """The visit group, which is the sum of the seven figures from `declared` to `open`; after the visits nobody is open. `moved` are some of all."""

    visit_group: int | None
    declared: int | None
    refused: int | None
    content: int | None
    not_found: int | None
    deceased: int | None
    overdue: int | None
    open: int | None
    moved: int | None


@dataclass(frozen=True)
class PaymentsRow:
    """Payments of one month and tier."""

    month: str
    tier: str
    persons_settled: int
    settled_satang: int
    persons_failed: int
    failed_satang: int
    persons_returned: int
    returned_satang: int


@dataclass(frozen=True)
class RunRow:
    """A run as payments told it; what it has not told yet is null."""

    run_id: UUID
    month: str
    released_on: date | None
    persons: int | None
    amount_satang: int | None
    closed_on: date | None
    eligible: int | None
    paid: int | None
    failed: int | None
    held: int | None
    returned: int | None


@dataclass(frozen=True)
class Payments:
    """Payments by month and tier; the runs only for the whole country."""

    rows: list[PaymentsRow]
    runs: list[RunRow]


@dataclass(frozen=True)
class EntitlementsRow:
    """Allowances of one tier and state."""

    tier: str
    status: str
    stop_reason: str | None
    stop_month: str | None
    persons: int
    monthly_satang: int


@dataclass(frozen=True)
class Entitlements:
    """Allowances and why they stopped."""

    rows: list[EntitlementsRow]


@dataclass(frozen=True)
class PlansRow:
    """Plan lines of one programme, agency and state."""

    dimension: str
    programme: str
    programme_th: str
    programme_en: str
    agency: str
    state: str
    outcome: str | None
    lines: int
    persons: int
    overdue: int


@dataclass(frozen=True)
class Plans:
    """The lines of the plans that stand."""

    rows: list[PlansRow]


@dataclass(frozen=True)
class ChoicesRow:
    """What became of the recommendations of one programme, in persons; None stands for a count of 1 to 4."""

    programme: str
    programme_th: str
    programme_en: str
    recommended: int | None
    chosen_as_recommended: int | None
    chosen_otherwise: int | None
    declined: int | None


@dataclass(frozen=True)
class Choices:
    """Recommendations and what was agreed."""

    rows: list[ChoicesRow]


@dataclass(frozen=True)
class FollowUps:
    """One round of follow-up."""

    expected: int | None
    followed: int | None
    not_reached: int | None
    missing: int | None
    overdue: int | None
    employed: int | None
    self_employed: int | None
    in_training: int | None
    seeking: int | None
    not_working: int | None
    recommended_continue: int | None
    recommended_change: int | None
    recommended_stop: int | None


@dataclass(frozen=True)
class IncomeBandsRow:
    """Persons who moved from one band to another; `from_tier` is the tier of B.E. 2559, the bands are of the years after."""

    from_tier: str
    band_at_interview: str | None
    band_now: str
    persons: int


@dataclass(frozen=True)
class IncomeBands:
    """Moves between income bands."""

    rows: list[IncomeBandsRow]


@dataclass(frozen=True)
class CaseloadRow:
    """The cases of one account officer; those without one have a null id."""

    officer_id: UUID | None
    employer: str | None
    district: str | None
    cases: int
    interviewed: int
    planned: int
    followed_june: int
    followed_september: int


@dataclass(frozen=True)
class Caseload:
    """Cases by account officer."""

    rows: list[CaseloadRow]


@dataclass(frozen=True)
class DecisionsRow:
    """Decisions of one kind."""

    kind: str
    decisions: int
    persons: int


@dataclass(frozen=True)
class Decisions:
    """What committees decided."""

    rows: list[DecisionsRow]


@dataclass(frozen=True)
class ComplaintsRow:
    """Complaints of one district and kind; `received` is the sum of the four figures from `answered_in_time` to `open_overdue`."""

    district: str
    category: str
    received: int
    answered_in_time: int
    answered_late: int
    open_in_time: int
    open_overdue: int
    escalated: int


@dataclass(frozen=True)
class Complaints:
    """Complaints of card holders."""

    rows: list[ComplaintsRow]


@dataclass(frozen=True)
class AreasRow:
    """One province of the country, or one district of a province."""

    area: str
    label_th: str
    label_en: str
    card_holders: int | None
    visit_group: int | None
    declared: int | None
    visited: int | None
    interviewed: int | None
    planned: int | None
    referred: int | None
    in_development: int | None
    completed: int | None
    rose_above_30000: int | None
    overdue: int | None
    paid_satang: int | None
    paid_latest_satang: int | None


@dataclass(frozen=True)
class Areas:
    """The year beside each other by area; `latest_month` is the benefit month of `paid_latest_satang`."""

    rows: list[AreasRow]
    latest_month: str | None


@dataclass(frozen=True)
class YearFigure:
    """One figure of the year, with the published one beside it where there is one."""

    figure: str
    label_th: str
    label_en: str
    persons: int | None
    comparison: Comparison | None = None


@dataclass(frozen=True)
class Year:
    """The year in one answer: persons by step, and payments by month and tier."""

    figures: list[YearFigure]
    paid: list[PaymentsRow]


Figures = (
    AgeIncome
    | Intake
    | VisitCoverage
    | VisitResults
    | Payments
    | Entitlements
    | Plans
    | Choices
    | FollowUps
    | IncomeBands
    | Caseload
    | Decisions
    | Complaints
    | SpecialistReviews
    | Seats
    | UnmetNeeds
    | Offerings
    | EmployerDeductions
    | ProgrammeOutcomes
    | OutcomeBands
    | JobSurvival
    | Areas
    | Timeline
    | AgencyClocks
    | Year
)
