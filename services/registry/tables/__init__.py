"""The registry's tables, as migrations/versions make them. A test compares the two."""

from services.registry.tables.base import Base
from services.registry.tables.card_holders import CardHolder, CardHolderHistory
from services.registry.tables.imports import HolderFlag, ImportMet, ImportRejection, ImportReport, ImportSeen
from services.registry.tables.policy import Policy

__all__ = ["Base", "CardHolder", "CardHolderHistory", "HolderFlag", "ImportMet", "ImportRejection", "ImportReport", "ImportSeen", "Policy"]
