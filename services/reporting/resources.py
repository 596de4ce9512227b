"""What reporting's routes and jobs work with."""

from dataclasses import dataclass
from typing import Any

from services.reporting import repository
from shared.service import Resources


@dataclass(kw_only=True)
class ReportingResources(Resources):
    """As every service's, and ready to say what is not counted yet."""

    async def readiness(self) -> dict[str, Any]:
        """As of every service; `uncounted` are changes of projections that no figure shows yet, at most. Asked last: what was consumed before is in it."""
        parts = await super().readiness()
        async with self.db.reading() as tx:
            return {**parts, "uncounted": await repository.uncounted(tx)}
