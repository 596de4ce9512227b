"""Keys and their rotations as operators see them; never the keys themselves."""

from typing import Any
from uuid import UUID

from services.registry.commands.key_rotations import JOB, RotationProgress
from shared import jobs
from shared.db import ReadTx
from shared.keys import store


async def group_keys(tx: ReadTx) -> dict[str, Any]:
    """All group keys, the oldest first."""
    return {"items": await store.every(tx)}


async def rotation(tx: ReadTx, rotation_id: UUID) -> dict[str, Any]:
    """A rotation with its progress. Raises NotFound."""
    job = await jobs.state(tx, rotation_id, JOB)
    progress = RotationProgress.of(job.progress).stored()
    return {"rotation_id": job.id, "status": job.status, **job.parameters, "asked_by": job.asked_by, "error": job.error, **progress}
