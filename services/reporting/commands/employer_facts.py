"""What plan tells of employers."""

from collections.abc import Sequence

from services.reporting import repository
from services.reporting.commands.facts import columns, facts
from shared.contracts import Event
from shared.contracts.plan import DeductionStatementIssued
from shared.db import Tx


async def record_deductions(tx: Tx, events: Sequence[Event]) -> None:
    """Keep what was certified last of each accounting period."""
    names = ("period_id", "version", "tax_id", "starts_on", "persons", "wages_satang", "training_satang", "deduction_satang")
    rows = [columns(one, *names) for _, one in facts(events, DeductionStatementIssued)]
    await repository.keep(tx, repository.EMPLOYER_DEDUCTION, rows)
