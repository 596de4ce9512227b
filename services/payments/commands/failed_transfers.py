"""What could not be paid until its deadline lapses: no run takes it any more, and the money is the envelope's."""

from collections.abc import Sequence
from datetime import datetime

from services.payments.repository import failed_transfers, obligations, policies
from services.payments.repository.failed_transfers import Lapsed
from services.payments.rules.parameters import Parameters, Runs
from shared.clock import on_day
from shared.db import Tx


async def lapse_too_late(tx: Tx, controls: Runs, at: datetime) -> Sequence[Lapsed]:
    """Let the months lapse that the policy set gives no further try; allowances must be frozen. Returns what lapsed, by benefit month."""
    through = controls.lapsed_through(on_day(at))
    return [] if through is None else await failed_transfers.lapse(tx, through, at)


async def lapse_failed(tx: Tx, at: datetime) -> Sequence[Lapsed]:
    """The same on a timer. While a list waits for its release nothing lapses: it may hold what would; the next round does it."""
    newest = await policies.newest(tx)
    if newest is None:
        return []
    await obligations.freeze_allowances(tx)
    if await failed_transfers.list_waits(tx):
        return []
    return await lapse_too_late(tx, Parameters.of(newest.parameters).runs, at)
