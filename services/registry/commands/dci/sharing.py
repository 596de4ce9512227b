"""Whose data may be shared with other registries at all. The one place that decides it."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from services.registry.repository import consents
from services.registry.repository.dci import people
from services.registry.rules.dci.requests import Basis
from shared.db import ReadTx

PURPOSE: Final = "SHARE_WITH_REGISTRIES"
"""Of the catalogue of consents."""


async def sharing_allowed(tx: ReadTx, holder_ids: Sequence[UUID], basis: Basis) -> set[UUID]:
    """Those of the holders whose data may go to another registry: of the living; where the law gives it no task, of those who consent."""
    alive = await people.alive(tx, holder_ids)
    return alive if basis is Basis.PUBLIC_TASK else alive & await consents.giving(tx, holder_ids, PURPOSE)
