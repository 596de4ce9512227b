"""Snapshots derived again from the events: how far that is, and what came of it."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from services.reporting.queries.view import of_area
from shared import jobs
from shared.auth import Reach
from shared.db import ReadTx
from shared.errors import NotFound

REDERIVE_JOB: Final = "rederive_snapshot"


@dataclass(frozen=True)
class Rederivation:
    """One of them. `outcome` is None until the job has ended; `status` is that of the job."""

    rederivation_id: UUID
    snapshot_id: UUID
    status: str
    offsets: int
    offsets_in_all: int
    outcome: str | None
    differences: list[str]
    gone: list[dict[str, Any]]
    asked_by: str


async def rederivation(tx: ReadTx, reach: Reach, snapshot_id: UUID, rederivation_id: UUID) -> Rederivation:
    """One of a snapshot within the reach. Raises NotFound."""
    condition, args = of_area(reach, 2)
    if not await tx.fetchval(f"SELECT EXISTS (SELECT FROM snapshot WHERE snapshot_id = $1 AND {condition})", snapshot_id, *args):
        raise NotFound
    job = await jobs.state(tx, rederivation_id, REDERIVE_JOB)
    if job.parameters["snapshot_id"] != str(snapshot_id):
        raise NotFound
    found = await tx.fetchrow("SELECT outcome, differences, gone FROM snapshot_rederivation WHERE rederivation_id = $1", rederivation_id)
    return Rederivation(
        rederivation_id,
        snapshot_id,
        status=job.status,
        offsets=job.progress.get("offsets", 0),
        offsets_in_all=job.progress.get("offsets_in_all", 0),
        outcome=None if found is None else found["outcome"],
        differences=[] if found is None else found["differences"],
        gone=[] if found is None else found["gone"],
        asked_by=job.asked_by,
    )


async def outcome_of(tx: ReadTx, rederivation_id: UUID) -> str | None:
    """What came of it; None while it is not known."""
    outcome: str | None = await tx.fetchval("SELECT outcome FROM snapshot_rederivation WHERE rederivation_id = $1", rederivation_id)
    return outcome
