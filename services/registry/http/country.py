"""What only those see who reach the whole country."""

from services.registry.resources import RegistryResources
from shared.auth import Level
from shared.errors import NotFound
from shared.http import Call


def require_country(call: Call[RegistryResources]) -> None:
    """Raise NotFound for everybody else."""
    if call.principal.reach.level is not Level.COUNTRY:
        raise NotFound
