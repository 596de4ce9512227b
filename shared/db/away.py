"""A database that is away, or has no room: nobody's bug, and over when it is back. Who meets it waits and tries again."""

from typing import Final

import asyncpg

AWAY: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InsufficientResourcesError,  # a full disk, too many connections
    OSError,
)
