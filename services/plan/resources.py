"""What plan's routes and handlers work with."""

from dataclasses import dataclass, field
from functools import cached_property

from services.plan.rules import data
from services.plan.rules.data import Rules
from services.plan.settings import Settings
from shared.crypto import FieldCipher
from shared.http import Neighbour
from shared.service import Resources


@dataclass
class PlanResources(Resources):
    """The resources of every service, the cipher of plan's own sealed fields, that which opens assessments, the registry, and the rules."""

    settings: Settings
    registry: Neighbour = field(init=False)

    def __post_init__(self) -> None:
        """By the settings."""
        self.registry = Neighbour("registry", self.settings.registry_url, self.settings.registry_answer_ms_max)

    async def close(self) -> None:
        """Also the connections to the registry."""
        await self.registry.close()
        await super().close()

    @cached_property
    def fields(self) -> FieldCipher:
        """Seals and opens free words about persons."""
        return self.settings.parsed("field_keys", FieldCipher.from_text)

    @cached_property
    def assessments(self) -> FieldCipher:
        """Opens what interview sealed for plan."""
        return self.settings.parsed("assessment_keys", FieldCipher.from_text)

    @property
    def rules(self) -> Rules:
        """Scoring, occupations, outcomes."""
        return data.load()
