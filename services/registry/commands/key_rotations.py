"""Changing keys while everybody works: the master key at once, the group key person by person."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from services.registry.errors import RotationRunning
from services.registry.repository import rotations, sealed
from services.registry.repository.sealed import Resealed
from services.registry.vault import Vault
from shared import jobs
from shared.db import Database, Tx
from shared.keys import GroupKey, key_of
from shared.keys import store as group_keys

JOB: Final = "registry-rotate-keys"
PERSONS_A_STEP: Final = 1_000


class Rotation(StrEnum):
    """Which keys are changed."""

    MASTER = "MASTER"
    GROUP = "GROUP"


@dataclass(frozen=True)
class RotationProgress(jobs.Progress):
    """How far a rotation is: the last person looked at, how many were, how many were sealed anew, group keys retired or wrapped anew."""

    key_id: str = ""
    persons: int = 0
    after: str = str(UUID(int=0))
    looked_at: int = 0
    sealed_anew: int = 0
    retired: list[str] = field(default_factory=list)
    wrapped_anew: int = 0


async def ask_rotation(tx: Tx, rotation: Rotation, *, reason: str, asked_by: str) -> UUID:
    """Queue the change of keys; returns the job's id. Raises RotationRunning."""
    if await rotations.is_open(tx, JOB):
        raise RotationRunning
    return await jobs.ask(tx, JOB, {"keys": rotation.value, "reason": reason}, asked_by=asked_by)


async def wrap_anew(tx: Tx, vault: Vault) -> RotationProgress:
    """Wrap all group keys by the current master key."""
    return RotationProgress(wrapped_anew=await group_keys.rewrap(tx, vault.ring), done=True)


async def begin(tx: Tx, vault: Vault) -> RotationProgress:
    """Make a new group key, by which everybody seals from now on."""
    key = await group_keys.replace_current(tx, vault.ring)
    return RotationProgress(key_id=key.key_id, persons=await rotations.persons(tx))


async def sealed_anew(database: Database, vault: Vault, progress: RotationProgress) -> tuple[Sequence[Resealed], RotationProgress] | None:
    """The next persons under the new key, not written yet, and the progress behind them; None when there is nobody more.

    They are read without locks and sealed in a thread: nobody waits for it. Who changes meanwhile seals by the new key already.
    """
    async with database.transaction() as tx:
        key = await group_keys.current(tx, vault.ring)
        rows = await sealed.after(tx, UUID(progress.after), PERSONS_A_STEP)
        past = await sealed.facts_after(tx, (UUID(progress.after), rows[-1]["holder_id"]), key.key_id) if rows else []
    if not rows:
        return None
    behind = [row for row in rows if row["salt"] is not None and key_of(row["private_sealed"]) != key.key_id]
    anew = await asyncio.to_thread(_seal_all, [*behind, *past], vault, key)
    return anew, replace(progress, after=str(rows[-1]["holder_id"]), looked_at=progress.looked_at + len(rows))


async def write(tx: Tx, rows: Sequence[Resealed], progress: RotationProgress) -> RotationProgress:
    """Write what was sealed anew; who has changed meanwhile keeps what they have."""
    return replace(progress, sealed_anew=progress.sealed_anew + await sealed.replace(tx, rows))


async def finish(tx: Tx, progress: RotationProgress) -> RotationProgress:
    """Retire the old group keys. Where a person is still sealed under one, begin at the first person again instead."""
    old = [key.key_id for key in await group_keys.every(tx) if key.status == "OLD"]
    try:
        async with tx.savepoint():
            await _retire(tx, old)
    except _StillNeeded:
        return replace(progress, after=str(UUID(int=0)), looked_at=0)
    return replace(progress, retired=old, done=True)


async def _retire(tx: Tx, key_ids: Sequence[str]) -> None:
    await group_keys.retire(tx, key_ids)
    # Looked at after waiting for whoever held an old key: nobody seals by it any more.
    if await sealed.any_under(tx, key_ids):
        raise _StillNeeded


class _StillNeeded(Exception):
    """A person is sealed under a key that was to be retired."""


def _seal_all(rows: Sequence[Any], vault: Vault, key: GroupKey) -> list[Resealed]:
    made = []
    for row in rows:
        before = tuple(row[name] for name in sealed.VALUES)
        made.append(Resealed(row["holder_id"], row.get("version", 0), before, vault.sealed_anew(row, before, key)))
    return made
