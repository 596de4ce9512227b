"""Which tier a month is paid by: the registry's, but for months on a list before a correction, which stay as they were. Pure."""

from typing import NamedTuple

from services.payments.domain import Month
from shared.contracts.common import Tier


class Correction(NamedTuple):
    """The first month that a correction of the tier could reach, and the tier of the months before."""

    from_month: Month
    tier_before: Tier


class Tiers(NamedTuple):
    """The tier as it is known now, and the corrections that came after months had been on a list, oldest first."""

    now: Tier
    corrections: tuple[Correction, ...] = ()

    def at(self, month: Month) -> Tier:
        """The tier by which the month is paid."""
        return next((one.tier_before for one in self.corrections if month < one.from_month), self.now)
