"""The spot check as far as the code reads it; its fields and rules are in definitions/spot_check."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from services.interview.forms.answered import Answered
from services.interview.rules.spot_checks import CheckResult, result_of


class SpotCheckForm(Answered):
    """One check."""

    form_code: ClassVar[str] = "spot_check"
    day_at: ClassVar[tuple[str, ...]] = ("checked_on",)

    checked_on: date
    officer_id: UUID | None = None
    person_met: bool
    took_place: bool | None = None
    confirmed: dict[str, bool] = {}  # noqa: RUF012  # a frozen model's default, which nobody changes
    remarks: str = ""

    @property
    def result(self) -> CheckResult:
        """What it comes to."""
        return result_of(person_met=self.person_met, took_place=self.took_place, confirmed=self.confirmed)
