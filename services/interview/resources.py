"""What interview's routes and handlers work with."""

from dataclasses import dataclass

from services.interview.settings import Settings
from shared.crypto import BlindIndex, FieldCipher
from shared.service.resources import Resources


@dataclass
class InterviewResources(Resources):
    """Adds the keys: `lookup` finds people by id, `fields` seals our own columns, `assessments` what travels to plan."""

    settings: Settings
    lookup: BlindIndex
    fields: FieldCipher
    assessments: FieldCipher
