"""The registry's tables, as migrations/versions make them. A test compares the two."""

from services.registry.tables.base import Base
from services.registry.tables.card_holders import CardHolder, CardHolderHistory
from services.registry.tables.changes import CardHolderFact, ChangeRequest, DeathListLine
from services.registry.tables.imports import ImportRejection, ImportSeen
from services.registry.tables.policy import Policy

__all__ = [
    "Base",
    "CardHolder",
    "CardHolderFact",
    "CardHolderHistory",
    "ChangeRequest",
    "DeathListLine",
    "ImportRejection",
    "ImportSeen",
    "Policy",
]
