"""Whose data may be shared with other registries at all. The one place that decides it."""

from collections.abc import Sequence
from uuid import UUID

from services.registry.repository.dci import people
from shared.db import ReadTx


async def sharing_allowed(tx: ReadTx, holder_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the holders whose data may go to another registry: of the living."""
    return await people.alive(tx, holder_ids)
