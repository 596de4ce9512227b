"""A policy set arrives; the registry's groups follow it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from services.registry.commands.imports import required_policy
from services.registry.domain import HOLDERS_A_CHUNK, GroupPolicy
from services.registry.queries.chunk_messages import EXPANDER
from services.registry.repository import policies
from services.registry.repository import regroup as repository
from shared import jobs
from shared.bus import outbox
from shared.contracts.payments import PolicyPublished
from shared.db import Tx

JOB: Final = "registry-regroup"
HOLDERS_A_STEP: Final = 2 * HOLDERS_A_CHUNK
_CHUNKS_A_STEP: Final = HOLDERS_A_STEP // HOLDERS_A_CHUNK
_WHO: Final = "registry"


@dataclass(frozen=True)
class RegroupProgress(jobs.Progress):
    """How far a regrouping is: the last holder looked at, steps taken, holders changed."""

    after: str = str(UUID(int=0))
    steps: int = 0
    changed: int = 0


async def take_policy(tx: Tx, published: PolicyPublished) -> None:
    """Keep a policy set; a newer one than that which held is put to all holders by a job. Raises KeyError or ValueError for unusable parameters."""
    GroupPolicy.of(published.version, published.parameters)
    before = await policies.newest(tx)
    added = await policies.add(tx, published.version, published.profile, published.published_on, published.parameters)
    if added and before is not None and published.version > before.version:
        await jobs.ask(tx, JOB, {"policy_version": published.version}, asked_by=f"payments policy {published.version}")


async def regroup_step(tx: Tx, job_id: UUID, progress: RegroupProgress, *, at: datetime) -> RegroupProgress:
    """Put the policy that holds to the next holders; returns the new progress."""
    policy = await required_policy(tx)
    after = UUID(progress.after)
    end = await repository.slice_end(tx, after, HOLDERS_A_STEP)
    if end is None:
        return replace(progress, done=True)
    first_chunk_no = progress.steps * _CHUNKS_A_STEP
    changed = await repository.regroup_slice(
        tx, policy, (after, end), who=_WHO, why=f"policy {policy.version}", at=at, change_id=job_id, first_chunk_no=first_chunk_no
    )
    chunks = range(first_chunk_no, first_chunk_no + -(-changed // HOLDERS_A_CHUNK))
    await outbox.add_chunks(tx, EXPANDER, [{"change_id": job_id, "chunk_no": chunk_no} for chunk_no in chunks])
    return replace(progress, after=str(end), steps=progress.steps + 1, changed=progress.changed + changed)
