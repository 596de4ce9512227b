"""Takes rows that are not sealed yet into the chain."""

from typing import Final

import structlog

from shared.audit.chain import COLUMNS, MARK_BYTES, START, AuditKeys, digest_of, head_of
from shared.db import Database, Tx

BATCH_ROWS_MAX: Final = 10_000
ROWS_AT_ONCE: Final = 200
"""So many are held in memory: an entry about thousands of persons has a hundred kilobytes."""

_log = structlog.get_logger(__name__)


async def seal_waiting(database: Database, keys: AuditKeys, *, service: str) -> int:
    """Seal all that waits, a transaction a batch; returns how many rows. One at a time: two would take the same head."""
    sealed = 0
    while True:
        async with database.transaction() as tx:
            rows = await _seal_batch(tx, keys, service)
        sealed += rows
        if rows < BATCH_ROWS_MAX:
            return sealed


async def _seal_batch(tx: Tx, keys: AuditKeys, service: str) -> int:
    taken = await tx.fetch(
        """DELETE FROM audit_unsealed WHERE ctid = ANY(ARRAY(SELECT ctid FROM audit_unsealed LIMIT $1)) RETURNING seq""",
        BATCH_ROWS_MAX,
    )
    if not taken:
        return 0
    sql = f"SELECT {', '.join(COLUMNS)} FROM audit_entry WHERE seq = ANY($1::bigint[]) ORDER BY seq"
    numbers = [row["seq"] for row in taken]
    digests = [digest_of(row) async for row in tx.stream(sql, numbers, rows_at_once=ROWS_AT_ONCE)]
    last = await tx.fetchrow("SELECT batch_no, head FROM audit_seal ORDER BY batch_no DESC LIMIT 1")
    batch_no, before = (last["batch_no"] + 1, last["head"]) if last else (1, START)
    head = head_of(before, batch_no, digests)
    await tx.execute(
        """INSERT INTO audit_seal (batch_no, covers, marks, head, key_id, signature)
           SELECT $1, (SELECT range_agg(int8range(seq, seq, '[]')) FROM unnest($2::bigint[]) AS seq), $3, $4, $5, $6""",
        *(batch_no, numbers, b"".join(digest[:MARK_BYTES] for digest in digests), head),
        *(keys.current, keys.sign(batch_no, head)),
    )
    # In the log the head is out of reach of who can change the database, also of who cuts the chain's end off.
    _log.info("audit.sealed", service=service, batch_no=batch_no, rows=len(digests), head=head.hex())
    return len(digests)
