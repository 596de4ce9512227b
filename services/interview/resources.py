"""What interview's routes and handlers work with."""

from dataclasses import dataclass, field

from services.interview.settings import Settings
from shared.crypto import BlindIndex, FieldCipher
from shared.documents import Printer
from shared.http import Neighbour
from shared.service.resources import Resources
from shared.signatures import SigningKeys


@dataclass
class InterviewResources(Resources):
    """Adds the keys: `lookup` finds people by id, `fields` seals our own columns, `assessments` what travels to plan, `signing` signs what others get.

    And what papers need: the registry, which knows the names, and a printer.
    """

    settings: Settings
    lookup: BlindIndex
    fields: FieldCipher
    assessments: FieldCipher
    signing: SigningKeys
    registry: Neighbour = field(init=False)
    printer: Printer = field(init=False)

    def __post_init__(self) -> None:
        """By the settings."""
        self.registry = Neighbour("registry", self.settings.registry_url, self.settings.registry_answer_ms_max)
        self.printer = Printer(at_once=self.settings.print_at_once, waiting_max=self.settings.print_waiting_max)

    async def close(self) -> None:
        """Also the connections to the registry."""
        await self.registry.close()
        await super().close()
