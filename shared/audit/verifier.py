"""Walks the chain from its beginning and names the first link that does not hold."""

from collections.abc import Mapping
from typing import Any

from shared.audit.chain import COLUMNS, MARK_BYTES, START, AuditKeys, Broken, ChainVerified, digest_of, head_of
from shared.audit.sealer import ROWS_AT_ONCE
from shared.db import ReadTx


async def verify(tx: ReadTx, keys: AuditKeys) -> ChainVerified:
    """Look at every batch and row. Rows that are neither sealed nor wait to be count as broken: somebody put them there."""
    before, rows_seen, batches = START, 0, 0
    async for seal in tx.stream("SELECT batch_no, covers, marks, head, key_id, signature FROM audit_seal ORDER BY batch_no"):
        batches += 1
        digests = await _digests_of(tx, seal["batch_no"])
        broken = _first_broken(seal, digests, before, batches, keys)
        if broken is not None:
            return ChainVerified(batches, rows_seen, await _unsealed(tx), before, broken)
        rows_seen += len(digests)
        before = seal["head"]
    return ChainVerified(batches, rows_seen, await _unsealed(tx), before, await _stranger(tx, batches))


def _first_broken(seal: Mapping[str, Any], digests: Mapping[int, bytes], before: bytes, expected_no: int, keys: AuditKeys) -> Broken | None:
    number = seal["batch_no"]
    if number != expected_no:
        return Broken(expected_no, None, "the batch is missing")
    marks = [seal["marks"][at : at + MARK_BYTES] for at in range(0, len(seal["marks"]), MARK_BYTES)]
    covered = [seq for part in seal["covers"] for seq in range(part.lower, part.upper)]
    for seq, mark in zip(covered, marks, strict=False):
        if seq not in digests:
            return Broken(number, seq, "the row is missing")
        if digests[seq][:MARK_BYTES] != mark:
            return Broken(number, seq, "the row was changed")
    if head_of(before, number, digests.values()) != seal["head"]:
        return Broken(number, None, "the head does not follow from the rows and the head before")
    if not keys.signed_by_us(seal["key_id"], number, seal["head"], seal["signature"]):
        return Broken(number, None, "the signature is not ours")
    return None


async def _digests_of(tx: ReadTx, batch_no: int) -> dict[int, bytes]:
    """The digest of each row of the batch by its number, in their order."""
    columns = ", ".join(f"e.{name}" for name in COLUMNS)
    sql = f"""SELECT {columns} FROM audit_seal s CROSS JOIN unnest(s.covers) AS part
                JOIN audit_entry e ON e.seq >= lower(part) AND e.seq < upper(part)
               WHERE s.batch_no = $1 ORDER BY e.seq"""
    return {row["seq"]: digest_of(row) async for row in tx.stream(sql, batch_no, rows_at_once=ROWS_AT_ONCE)}


async def _unsealed(tx: ReadTx) -> int:
    count: int = await tx.fetchval("SELECT count(*) FROM audit_unsealed")
    return count


async def _stranger(tx: ReadTx, batches: int) -> Broken | None:
    seq = await tx.fetchval(
        """SELECT min(e.seq) FROM audit_entry e
            WHERE NOT EXISTS (SELECT FROM audit_unsealed u WHERE u.seq = e.seq)
              AND NOT e.seq <@ (SELECT coalesce(range_agg(part), '{}') FROM audit_seal s CROSS JOIN unnest(s.covers) AS part)"""
    )
    return None if seq is None else Broken(batches + 1, seq, "the row is in no batch and does not wait for one")
