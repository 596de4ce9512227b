"""The registry's tables, as migrations/versions make them. A test compares the two."""

from services.registry.tables.base import Base
from services.registry.tables.card_holders import CardHolder, CardHolderHistory
from services.registry.tables.changes import ChangeFeed, ChangeSubscription
from services.registry.tables.dci import DciMessage, DciReference, DciSender, DciSubscription, DciTold, DciTransaction
from services.registry.tables.imports import ImportRejection, ImportSeen
from services.registry.tables.notices import Notice, NoticeHistory
from services.registry.tables.policy import Policy

__all__ = [
    "Base",
    "CardHolder",
    "CardHolderHistory",
    "ChangeFeed",
    "ChangeSubscription",
    "DciMessage",
    "DciReference",
    "DciSender",
    "DciSubscription",
    "DciTold",
    "DciTransaction",
    "ImportRejection",
    "ImportSeen",
    "Notice",
    "NoticeHistory",
    "Policy",
]
