"""What a rotation of keys asks beside the keys themselves."""

from shared.db import ReadTx, Tx


async def persons(tx: ReadTx) -> int:
    """How many persons there are to look at."""
    count: int = await tx.fetchval("SELECT count(*) FROM card_holder")
    return count


async def is_open(tx: Tx, kind: str) -> bool:
    """Whether a job of this kind waits or runs. Of two who ask at the same time the second waits for the first."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtext($1))", kind)
    found: bool = await tx.fetchval("SELECT EXISTS (SELECT FROM job WHERE kind = $1 AND status IN ('QUEUED', 'RUNNING'))", kind)
    return found
