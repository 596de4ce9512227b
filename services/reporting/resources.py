"""What reporting's routes and jobs work with."""

from dataclasses import dataclass, field
from typing import Any

from services.reporting import repository
from services.reporting.settings import Settings
from shared.documents import Printer
from shared.service import Resources
from shared.signatures import PublicKeys, SigningKeys


@dataclass(kw_only=True)
class ReportingResources(Resources):
    """As every service's, with the keys that sign snapshots, and ready to say what is not counted yet."""

    settings: Settings
    signing: SigningKeys
    printer: Printer = field(default_factory=Printer)

    async def readiness(self) -> dict[str, Any]:
        """As of every service; `uncounted` are changes of projections that no figure shows yet, at most. Asked last: what was consumed before is in it."""
        parts = await super().readiness()
        async with self.db.reading() as tx:
            return {**parts, "uncounted": await repository.uncounted(tx)}

    @property
    def public_keys(self) -> PublicKeys:
        """By which our own signatures are verified."""
        return PublicKeys.of(self.signing.jwks())
