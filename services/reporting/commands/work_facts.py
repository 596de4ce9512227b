"""What plan tells of work with the wage through the card."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from services.reporting import repository
from services.reporting.commands.facts import columns, facts, keep_about
from shared.contracts import Event
from shared.contracts.plan import EmploymentChanged, WageMonthTold, WorkFact
from shared.db import Tx

_keep: Final = partial(keep_about, WorkFact)


async def record_employments(tx: Tx, events: Sequence[Event]) -> None:
    """Keep the newest version of each employment."""
    names = ("employment_id", "holder_id", "version", "starts_on", "ends_on")
    await _keep(tx, repository.EMPLOYMENT, [columns(one, *names) for _, one in facts(events, EmploymentChanged)], events)


async def record_wage_months(tx: Tx, events: Sequence[Event]) -> None:
    """Keep what each bank's words say of each month."""
    names = ("employment_id", "wage_month", "bank", "holder_id", "version", "paid")
    await _keep(tx, repository.WAGE_MONTH, [columns(one, *names) for _, one in facts(events, WageMonthTold)], events)
