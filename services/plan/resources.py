"""What plan's routes and handlers work with."""

from dataclasses import dataclass
from functools import cached_property

from services.plan.rules import data
from services.plan.rules.data import Rules
from shared.crypto import FieldCipher
from shared.service import Resources


@dataclass
class PlanResources(Resources):
    """The resources of every service, the cipher of plan's own sealed fields, that which opens assessments, and the rules."""

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
