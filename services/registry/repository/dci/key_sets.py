"""The key sets that senders publish at their addresses."""

from datetime import datetime
from typing import Any

from shared.db import ReadTx, Tx


async def one(tx: ReadTx, url: str) -> Any | None:
    """The key set as fetched last; its `jwks` is None where it never was."""
    return await tx.fetchrow("SELECT jwks, fetched_at, tried_at, trouble FROM dci_key_set WHERE url = $1", url)


async def claim(tx: Tx, url: str, at: datetime, *, known_before: datetime, unknown_before: datetime) -> bool:
    """Whether the caller is to fetch it now: nobody has tried since, one moment for a set that is known, another for one that is not."""
    return bool(
        await tx.execute(
            """INSERT INTO dci_key_set AS k (url, tried_at) VALUES ($1, $2)
               ON CONFLICT (url) DO UPDATE SET tried_at = $2
                     WHERE k.tried_at <= CASE WHEN k.jwks IS NULL THEN $4::timestamptz ELSE $3::timestamptz END""",
            *(url, at, known_before, unknown_before),
        )
    )


async def store(tx: Tx, url: str, jwks: dict[str, Any], at: datetime) -> None:
    """What was fetched."""
    await tx.execute("UPDATE dci_key_set SET jwks = $2, fetched_at = $3, trouble = NULL WHERE url = $1", url, jwks, at)


async def note_trouble(tx: Tx, url: str, trouble: str) -> None:
    """Why it was not."""
    await tx.execute("UPDATE dci_key_set SET trouble = $2 WHERE url = $1", url, trouble)


async def forget_unused(tx: Tx) -> None:
    """Forget those of addresses that no sender has any more."""
    await tx.execute("DELETE FROM dci_key_set k WHERE NOT EXISTS (SELECT FROM dci_sender s WHERE s.jwks_url = k.url)")
