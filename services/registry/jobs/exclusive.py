"""One bulk change of the registry at a time, whatever the number of processes: the second waits."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from shared.db import Database

_LOCK: Final = "registry.bulk"


@asynccontextmanager
async def bulk_change(database: Database) -> AsyncIterator[None]:
    """Hold the lock; it goes with the connection, so a killed process leaves none behind."""
    async with database.exclusively(_LOCK, wait=True):
        yield
