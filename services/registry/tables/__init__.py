"""The registry's tables, as migrations/versions make them. A test compares the two."""

from services.registry.tables.base import Base
from services.registry.tables.card_holders import CardHolder, CardHolderHistory
from services.registry.tables.change_feed import ChangeFeed, ChangeSubscription
from services.registry.tables.changes import CardHolderFact, ChangeRequest, DeathListLine
from services.registry.tables.consents import Consent
from services.registry.tables.dci import DciMessage, DciReference, DciSender, DciSubscription, DciTold, DciTransaction
from services.registry.tables.duplicates import DuplicatePair
from services.registry.tables.erasure import Erasure, PersonSalt
from services.registry.tables.exports import Distribution, DistributionList, Export, ExportReceipt, ExportRecipient
from services.registry.tables.imports import HolderFlag, ImportMet, ImportRejection, ImportReport, ImportSeen, LateIndex
from services.registry.tables.links import Household, HouseholdHistory, HouseholdMember, Representative
from services.registry.tables.notices import Notice, NoticeHistory
from services.registry.tables.policy import Policy
from services.registry.tables.referred import Referred

__all__ = [
    "Base",
    "CardHolder",
    "CardHolderFact",
    "CardHolderHistory",
    "ChangeFeed",
    "ChangeRequest",
    "ChangeSubscription",
    "Consent",
    "DciMessage",
    "DciReference",
    "DciSender",
    "DciSubscription",
    "DciTold",
    "DciTransaction",
    "DeathListLine",
    "Distribution",
    "DistributionList",
    "DuplicatePair",
    "Erasure",
    "Export",
    "ExportReceipt",
    "ExportRecipient",
    "HolderFlag",
    "Household",
    "HouseholdHistory",
    "HouseholdMember",
    "ImportMet",
    "ImportRejection",
    "ImportReport",
    "ImportSeen",
    "LateIndex",
    "Notice",
    "NoticeHistory",
    "PersonSalt",
    "Policy",
    "Referred",
    "Representative",
]
