"""A database that is away, has no room, or ends one of two that wait for each other: nobody's bug. Who meets it waits and tries again."""

from typing import Final

import asyncpg

AWAY: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection that was just told of its end, and did not hear yet that it is closed
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InsufficientResourcesError,  # a full disk, too many connections
    OSError,
)

CLASHED: Final = (asyncpg.TransactionRollbackError,)
"""Of two transactions that waited for each other, or cannot both be, this one was ended: it may begin anew at once."""

BUSY: Final = (*AWAY, *CLASHED)
"""Both."""
