"""The group keys of a service's database (the floor's part GROUP_KEYS), and what may happen to them.

One is CURRENT and seals. Whoever seals holds its row until the end of the transaction, so that a rotation begins between such
transactions and never within one. Those before it are OLD and open what they sealed; RETIRED ones are destroyed.
"""

import os
import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from shared.clock import system_now
from shared.db import ReadTx, Tx
from shared.errors import Conflict
from shared.keys.groups import GroupKey, KeyRing
from shared.keys.master import MasterKeyUnknown

_DIGITS: Final = string.digits + string.ascii_lowercase
GROUP_KEYS_MAX: Final = len(_DIGITS) ** 2
_SECRET_BYTES: Final = 32
_TRIES: Final = 5


class GroupKeyReplaced(Conflict):
    """What was sealed in advance was sealed by a key that is not the current one any more."""

    slug = "group-key-replaced"
    title_en, title_th = "The data key was replaced meanwhile; start again", "กุญแจข้อมูลถูกเปลี่ยนระหว่างดำเนินการ โปรดเริ่มใหม่"


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A group key as operators see it."""

    key_id: str
    status: str
    master_id: str
    made_at: datetime
    retired_at: datetime | None


async def current(tx: Tx, ring: KeyRing) -> GroupKey:
    """The key that seals, held until the transaction ends; the first one is made here. Raises MasterKeyUnknown."""
    for _ in range(_TRIES):
        row = await tx.fetchrow("SELECT key_id, wrapped FROM group_key WHERE status = 'CURRENT' FOR SHARE")
        if row is not None:
            return ring.group_key(row["key_id"], row["wrapped"])
        # None yet; or a rotation replaced the row that we waited for, and the next look finds its successor.
        if not await tx.fetchval("SELECT EXISTS (SELECT FROM group_key)"):
            await _add(tx, ring, "ON CONFLICT DO NOTHING")
    raise MasterKeyUnknown("no group key is current")


async def hold(tx: Tx, key_id: str) -> None:
    """Hold the key that something was sealed by in advance, as `current` does. Raises GroupKeyReplaced."""
    if not await tx.fetchval("SELECT true FROM group_key WHERE key_id = $1 AND status = 'CURRENT' FOR SHARE", key_id):
        raise GroupKeyReplaced(key_id=key_id)


async def replace_current(tx: Tx, ring: KeyRing) -> GroupKey:
    """Make a new key current; waits for those who seal with the one before. For one process at a time. Raises MasterKeyUnknown."""
    await current(tx, ring)  # where there is none yet, so that there is one to replace
    await tx.execute("UPDATE group_key SET status = 'OLD' WHERE status = 'CURRENT'")
    return await _add(tx, ring, "")


async def retire(tx: Tx, key_ids: Sequence[str]) -> int:
    """Destroy old keys; what is sealed under them opens nowhere any more. Waits for those who hold them. Returns how many."""
    return await tx.execute(
        "UPDATE group_key SET status = 'RETIRED', wrapped = NULL, retired_at = $2 WHERE key_id = ANY($1::text[]) AND status = 'OLD'",
        list(key_ids),
        system_now(),
    )


async def rewrap(tx: Tx, ring: KeyRing) -> int:
    """Wrap every key by the current master key; returns how many were wrapped by another. Raises MasterKeyUnknown."""
    if ring.master is None:
        raise MasterKeyUnknown("no master key is held here")
    rows = await tx.fetch(
        "SELECT key_id, wrapped FROM group_key WHERE wrapped IS NOT NULL AND master_id <> $1 ORDER BY key_id FOR UPDATE", ring.master.key_id
    )
    wrapped = [(row["key_id"], ring.wrapped(ring.group_key(row["key_id"], row["wrapped"])), ring.master.key_id) for row in rows]
    await tx.executemany("UPDATE group_key SET wrapped = $2, master_id = $3 WHERE key_id = $1", wrapped)
    return len(wrapped)


async def every(tx: ReadTx) -> list[StoredKey]:
    """All keys, the oldest first."""
    rows = await tx.fetch("SELECT key_id, status, master_id, made_at, retired_at FROM group_key ORDER BY number")
    return [StoredKey(**dict(row)) for row in rows]


async def _add(tx: Tx, ring: KeyRing, on_conflict: str) -> GroupKey:
    number: int = await tx.fetchval("SELECT coalesce(max(number), 0) + 1 FROM group_key")
    if number >= GROUP_KEYS_MAX:
        raise RuntimeError("all names of group keys are used up")
    key = GroupKey(_DIGITS[number // len(_DIGITS)] + _DIGITS[number % len(_DIGITS)], os.urandom(_SECRET_BYTES))
    master: Any = ring.master
    await tx.execute(
        f"INSERT INTO group_key (key_id, number, wrapped, master_id, made_at) VALUES ($1, $2, $3, $4, $5) {on_conflict}",
        *(key.key_id, number, ring.wrapped(key), master.key_id, system_now()),
    )
    return key
