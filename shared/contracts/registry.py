"""Events that the registry publishes: who holds a card, and nothing personal in the clear."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.common import Bank, Tier
from shared.contracts.envelope import EventData

HOLDERS = "registry.card-holders.v1"
HISTORY = "registry.card-holder-history.v1"
PAYEES = "registry.payees.v1"
IMPORTS = "registry.imports.v1"


class HolderStatus(StrEnum):
    """Whether the person lives."""

    ALIVE = "ALIVE"
    DECEASED = "DECEASED"


class HolderState(EventData):
    """The whole non-personal state of a card holder. `version` grows by one with each change; ignore an older one.

    `citizen_index` and `card_index` are keyed hashes (HMAC-SHA-256, hex) under lookup key `index_key`. `age` is in
    whole years on the policy's reference date. `visit_group` says whether the rule of `policy_version` puts the
    person among those visited at home.
    """

    topic = HOLDERS
    extra_topics = (HISTORY,)
    consumers = ("interview", "plan", "payments", "reporting")
    read_from: ClassVar[Mapping[str, tuple[str, ...]]] = {"reporting": (HISTORY,)}

    holder_id: UUID
    version: int = Field(ge=1)
    citizen_index: str
    card_index: str
    index_key: str
    tier: Tier
    age: int
    visit_group: bool
    policy_version: int
    subdistrict: str
    bank: Bank | None
    status: HolderStatus
    recorded_on: date


class CardholderRegistered(HolderState):
    """A person of the MoF file entered the registry."""

    type = "registry.CardholderRegistered.v1"


class CardholderUpdated(HolderState):
    """A later file or correction changed the person; `changed` names the fields (names only, never values)."""

    type = "registry.CardholderUpdated.v1"

    changed: tuple[str, ...] = ()


class CardholderMoved(HolderState):
    """The person moved; `subdistrict` is the new home."""

    type = "registry.CardholderMoved.v1"

    previous_subdistrict: str
    moved_on: date


class CardholderDeceased(HolderState):
    """The person died."""

    type = "registry.CardholderDeceased.v1"

    deceased_on: date
    evidence: str = ""


class PayeeChanged(EventData):
    """Where a person's money goes. `sealed` is name, account and PromptPay id as JSON, encrypted to payments (AES-GCM, base64).

    While `card_cancelled` nothing can be paid onto the card.
    """

    type = "registry.PayeeChanged.v1"
    topic = PAYEES
    consumers = ("payments",)

    holder_id: UUID
    version: int
    bank: Bank
    key_id: str
    sealed: str
    card_cancelled: bool = False


class RegistryImportCompleted(EventData):
    """An import ended. `per_partition` counts the state events of this import on each partition of the holders' topic."""

    type = "registry.RegistryImportCompleted.v1"
    topic = IMPORTS
    consumers = ("reporting",)

    import_id: UUID
    lines: int
    registered: int
    updated: int
    unchanged: int
    rejected: int
    per_partition: tuple[int, ...]
