"""What plan's routes and handlers work with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from services.plan.commands.advise import Desk
from services.plan.rules import data
from services.plan.rules.data import Rules
from services.plan.settings import Settings
from shared.contracts.common import Bank
from shared.crypto import BlindIndex, FieldCipher, SealBroken
from shared.documents import Printer
from shared.http import Neighbour
from shared.service import Resources
from shared.signatures import SigningKeys


@dataclass
class PlanResources(Resources):
    """The resources of every service, the cipher of plan's own sealed fields, that which opens assessments, the registry, and the rules.

    `agency_ciphers` open what agencies tell on their topics. For employers: `lookup` finds who holds a card, `bank_ciphers` open the cards that banks name, `signing` signs certificates.
    """

    settings: Settings
    lookup: BlindIndex
    bank_ciphers: Mapping[str, FieldCipher]
    agency_ciphers: Mapping[str, FieldCipher]
    signing: SigningKeys
    printer: Printer = field(default_factory=Printer)
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

    @cached_property
    def desk(self) -> Desk:
        """Makes recommendations; keeps the catalogue in memory."""
        return Desk(self.assessments, self.rules)

    @property
    def rules(self) -> Rules:
        """Scoring, occupations, outcomes."""
        return data.load()

    def card_index(self, bank: Bank, sealed_card: str, employment_reference: str) -> str | None:
        """The blind index of the card that the bank sealed with a wage; None for one that it did not seal so."""
        try:
            return self.lookup.of(self.bank_ciphers[bank].open_text(sealed_card, employment_reference.encode()))
        except (KeyError, SealBroken, ValueError):
            return None
