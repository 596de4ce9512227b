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
HOUSEHOLDS = "registry.households.v1"
HISTORY = "registry.card-holder-history.v1"
PAYEES = "registry.payees.v1"
IMPORTS = "registry.imports.v1"
DUPLICATES = "registry.duplicates.v1"
NOTICES = "registry.notices.v1"


class HolderStatus(StrEnum):
    """Whether the person lives."""

    ALIVE = "ALIVE"
    DECEASED = "DECEASED"


class HolderState(EventData):
    """The whole non-personal state of a card holder. `version` grows by one with each change; ignore an older one.

    `citizen_index` and `card_index` are keyed hashes (HMAC-SHA-256, hex) under lookup key `index_key`. `age` is in
    whole years on the policy's reference date. `visit_group` says whether the rule of `policy_version` puts the
    person among those visited at home. `merged_into` names the holder who is the same person and stays; a merged-away
    holder is nobody's case and is not paid from the month after `merged_on`. `consents` are the purposes to which the
    person consents now, by a consent on record; null while there is none of theirs. `wrong_death_on` is the day of the
    last death that was recorded wrongly, `alive_again_on` the day on which it was taken back.
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
    merged_into: UUID | None = None
    merged_on: date | None = None
    consents: tuple[str, ...] | None = None
    wrong_death_on: date | None = None
    alive_again_on: date | None = None


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


class CardholderDeathTakenBack(HolderState):
    """The death was recorded wrongly: the person is alive and always was. `wrong_death_on` and `alive_again_on` say which and when.

    What the months of the mistake lacked is for the readers to say: nothing is paid, decided or done for them by this event.
    """

    type = "registry.CardholderDeathTakenBack.v1"

    evidence: str = ""


class CardholderErased(HolderState):
    """The person was erased as the law asks. The state stays for figures; its indexes are random now and find nobody.

    Who keeps something personal about the person forgets it.
    """

    type = "registry.CardholderErased.v1"

    erased_on: date


class CardholderMerged(HolderState):
    """The holder was found to be the same person as `merged_into`, who stays. `reason` is that of who decided."""

    type = "registry.CardholderMerged.v1"

    reason: str


class CardholderUnmerged(HolderState):
    """The holder is a person of their own after all, as if never merged."""

    type = "registry.CardholderUnmerged.v1"

    unmerged_on: date
    reason: str


class DuplicateStatus(StrEnum):
    """What is thought of two holders who may be one person. MERGED: they are one; DIFFERENT: they are two."""

    OPEN = "OPEN"
    DIFFERENT = "DIFFERENT"
    MERGE_PROPOSED = "MERGE_PROPOSED"
    MERGED = "MERGED"


class HouseholdChanged(EventData):
    """Which card holders live together, whole state by ids alone. One who is in no household of the topic's last states lives in none.

    `members` is empty once the household has ended. Ignore an older `version`.
    """

    type = "registry.HouseholdChanged.v1"
    topic = HOUSEHOLDS
    consumers = ("interview",)

    household_id: UUID
    version: int
    members: tuple[UUID, ...]


class DuplicateSuspected(EventData):
    """What is thought of a pair of holders, told of each of the two. Stops nothing; who pays may look. Ignore an older `version`.

    `score` is from 0 to 100, `reasons` are codes (NAME_SAME, BIRTH_DAY_MONTH_SWAPPED, …), never values.
    """

    type = "registry.DuplicateSuspected.v1"
    topic = DUPLICATES
    consumers = ("payments",)

    holder_id: UUID
    other_holder_id: UUID
    pair_id: UUID
    version: int = Field(ge=1)
    status: DuplicateStatus
    score: int
    reasons: tuple[str, ...] = ()


class PayeeChanged(EventData):
    """Where a person's money goes. `sealed` is name, account and PromptPay id as JSON, encrypted to payments (AES-GCM, base64).

    Of an erased person it is empty and `erased` is true: the seals of all versions up to this one are to be forgotten.
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
    erased: bool = False
    card_cancelled: bool = False


class RegistryImportCompleted(EventData):
    """An import ended. `per_partition` counts the state events of this import on each partition of the holders' topic.

    `flagged` are persons whom staff should look into: absent from a full file, or to be removed by a file of changes.
    """

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
    flagged: int = 0


class NoticeStatus(StrEnum):
    """How far a notice has come. DELIVERED, FAILED and REFUSED are final; REFUSED was never sent."""

    REQUESTED = "REQUESTED"
    SENDING = "SENDING"
    SENT = "SENT"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"
    REFUSED = "REFUSED"


class NoticeStateChanged(EventData):
    """A notice was sent, arrived, failed or was refused. `source` and `notice_key` are those of the request."""

    type = "registry.NoticeStateChanged.v1"
    topic = NOTICES
    consumers = ("interview", "external:call-centre")

    notice_id: UUID
    holder_id: UUID
    source: str
    notice_key: str
    template: str
    version: int
    status: NoticeStatus
    reason: str | None = None
