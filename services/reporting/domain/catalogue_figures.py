"""Figures of what stands behind plans: specialists, seats, offerings, and employers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SpecialistReviewsRow:
    """Questions to specialists of one dimension; `asked` is the sum of the five figures from `answered_in_time` to `open_overdue`."""

    dimension: str
    asked: int
    answered_in_time: int
    answered_late: int
    withdrawn: int
    open_in_time: int
    open_overdue: int
    escalated: int


@dataclass(frozen=True)
class SpecialistReviews:
    """Questions to specialists (เฉพาะทาง)."""

    rows: list[SpecialistReviewsRow]


@dataclass(frozen=True)
class SeatsRow:
    """Lines with an offering of one programme."""

    programme: str
    programme_th: str
    programme_en: str
    offerings: int
    seated: int
    waiting: int
    seats_given_up: int
    waits_given_up: int


@dataclass(frozen=True)
class Seats:
    """Seats of offerings."""

    rows: list[SeatsRow]


@dataclass(frozen=True)
class UnmetNeedsRow:
    """Lines of one programme that wished for a seat in one month, of one district; `wishes` is the sum of the four figures that follow."""

    month: str
    district: str
    dimension: str
    programme: str
    programme_th: str
    programme_en: str
    wishes: int
    seated: int
    with_another_seat: int
    without_offering: int
    without_seat: int


@dataclass(frozen=True)
class UnmetNeeds:
    """Wishes for seats, and what is unmet of them."""

    rows: list[UnmetNeedsRow]


@dataclass(frozen=True)
class OfferingsRow:
    """What is given of one programme in one province. `seats_to_come` are of those that have not begun, `seats_made_up` of synthetic ones."""

    dimension: str
    programme: str
    programme_th: str
    programme_en: str
    agency: str
    province: str
    offerings: int
    seats: int
    seats_to_come: int
    seats_made_up: int


@dataclass(frozen=True)
class Offerings:
    """What agencies offer."""

    rows: list[OfferingsRow]


@dataclass(frozen=True)
class EmployerDeductionsRow:
    """What employers may deduct for accounting periods that begin in one year of the common era; money is satang."""

    year: int
    employers: int
    periods: int
    persons: int
    wages_satang: int
    training_satang: int
    deduction_satang: int
    corrected: int


@dataclass(frozen=True)
class EmployerDeductions:
    """What was certified for employers of card holders."""

    rows: list[EmployerDeductionsRow]
