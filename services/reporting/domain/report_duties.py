"""Reports that are due: who owes them, where they stand, and what may become of them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final


class DutyLevel(StrEnum):
    """Whose report it is: an account officer's, a district's (head of the team), a province's (คอจ.), the country's (คอต.)."""

    OFFICER = "OFFICER"
    DISTRICT = "DISTRICT"
    PROVINCE = "PROVINCE"
    COUNTRY = "COUNTRY"


class ReportKind(StrEnum):
    """Which report is due."""

    MONTHLY = "MONTHLY"
    JUNE = "JUNE"
    SEPTEMBER = "SEPTEMBER"


class DueStatus(StrEnum):
    """Where a due report stands."""

    OPEN = "OPEN"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    ACKNOWLEDGED = "ACKNOWLEDGED"


class ReviewDecision(StrEnum):
    """What the next level says of a submission."""

    ACKNOWLEDGED = "ACKNOWLEDGED"
    RETURNED = "RETURNED"


NOT_REPORTED: Final = (DueStatus.OPEN, DueStatus.RETURNED)
"""Who owes such a report has not reported."""


@dataclass(frozen=True)
class Duty:
    """One line of the calendar: what each of a level owes for a period. `period` is a month (`2018-06`)."""

    kind: ReportKind
    period: str
    level: DutyLevel
    opens_on: date
    due_on: date
