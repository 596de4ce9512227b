"""What is overdue, as the reason of what only the passing of time brought."""

from typing import Final

from services.plan.domain import Because
from services.plan.resources import PlanResources

CLOCK: Final = "clock"
"""Who acted where only time passed."""


def overdue(resources: PlanResources) -> Because:
    """That something is overdue by now."""
    return Because(resources.clock.business_now(), CLOCK, "overdue")
