"""The part of the policy set that interview reads; published by payments with the legal source of each value."""

from datetime import date
from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.common import Tier


class LateWish(StrEnum):
    """What becomes of a wish stated after the last window."""

    COMMITTEE = "COMMITTEE"
    REFUSE = "REFUSE"


class Window(BaseModel):
    """Days from `from` to `to`, both included."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: date = Field(alias="from")
    last: date = Field(alias="to")

    def holds(self, day: date) -> bool:
        """Whether the day is in the window."""
        return self.first <= day <= self.last


class Round(BaseModel):
    """A round of follow-up: contacts count from `from`, and are late after `due`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: date = Field(alias="from")
    due: date


class Policy(BaseModel):
    """The parameters in force. Months are `YYYY-MM`, money is satang."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    profile: str
    version: int
    amounts_satang: dict[Tier, int]
    walk_in_window: Window
    visit_window: Window
    first_benefit_month: str
    last_benefit_month: str
    late_entry_days_max: int
    late_wish: LateWish
    follow_up: dict[str, Round]
    not_found_attempts_min: int

    @classmethod
    def of(cls, profile: str, version: int, parameters: dict[str, Any]) -> Self:
        """Read the parameters of a published policy. Raises pydantic.ValidationError."""
        return cls.model_validate({**parameters, "profile": profile, "version": version})
