"""Who acts, and when."""

from dataclasses import dataclass
from datetime import date, datetime

from shared.auth import Principal
from shared.clock import on_day


@dataclass(frozen=True, slots=True)
class Act:
    """An authenticated caller and the business time of the call."""

    caller: Principal
    at: datetime

    @property
    def by(self) -> str:
        """The name that histories keep."""
        return self.caller.subject

    @property
    def today(self) -> date:
        """The day in Thailand."""
        return on_day(self.at)
