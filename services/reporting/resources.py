"""What reporting's routes and jobs work with."""

from dataclasses import dataclass

from services.reporting.settings import Settings
from shared.service import Resources
from shared.signatures import PublicKeys, SigningKeys


@dataclass
class ReportingResources(Resources):
    """The resources of every service, and the keys that sign snapshots."""

    settings: Settings
    signing: SigningKeys

    @property
    def public_keys(self) -> PublicKeys:
        """By which our own signatures are verified."""
        return PublicKeys.of(self.signing.jwks())
