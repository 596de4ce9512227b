"""One bulk change of the registry at a time, whatever the number of processes: the second waits."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from shared.db import Database

_LOCK: Final = "registry.bulk"


@asynccontextmanager
async def bulk_change(database: Database, waits: Callable[[], Awaitable[None]] | None = None) -> AsyncIterator[None]:
    """Hold the lock; it goes with the connection, so a killed process leaves none behind. `waits` is called first where another has it."""
    async with database.exclusively(_LOCK, wait=False) as held:
        if held:
            yield
            return
    if waits is not None:
        await waits()
    async with database.exclusively(_LOCK, wait=True):
        yield
