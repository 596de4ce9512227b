"""Keeping what the registry thinks of holders who may be one person."""

from collections.abc import Sequence

from services.payments.repository import duplicates
from shared.contracts.registry import DuplicateSuspected
from shared.db import Tx


async def keep_suspicions(tx: Tx, told: Sequence[DuplicateSuspected]) -> None:
    """Keep the newest of each holder and pair. A suspicion stops no allowance: people see who is paid twice if it is right, and a run may hold the later one."""
    newest = {(one.holder_id, one.pair_id): one for one in sorted(told, key=lambda one: one.version)}
    await duplicates.keep(tx, [newest[key] for key in sorted(newest)])
