"""What plan's routes and handlers work with."""

from dataclasses import dataclass
from functools import cached_property

from services.plan.commands.advise import Desk
from services.plan.rules import data
from services.plan.rules.data import Rules
from shared.crypto import FieldCipher
from shared.service import Resources


@dataclass
class PlanResources(Resources):
    """The resources of every service, the cipher that opens assessments, and the rules."""

    @cached_property
    def assessments(self) -> FieldCipher:
        """Opens what interview sealed for plan."""
        return self.settings.parsed("assessment_keys", FieldCipher.from_text)

    @cached_property
    def desk(self) -> Desk:
        """Makes recommendations; keeps the catalogue in memory."""
        return Desk(self.assessments, self.rules)

    @property
    def rules(self) -> Rules:
        """Scoring, occupations, outcomes."""
        return data.load()
