"""What interview's routes and handlers work with."""

from dataclasses import dataclass

from shared.crypto import BlindIndex, FieldCipher
from shared.service.resources import Resources
from shared.signatures import SigningKeys


@dataclass
class InterviewResources(Resources):
    """Adds the keys: `lookup` finds people by id, `fields` seals our own columns, `assessments` what travels to plan; `signing` signs what others get."""

    lookup: BlindIndex
    fields: FieldCipher
    assessments: FieldCipher
    signing: SigningKeys
