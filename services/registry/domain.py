"""The registry's own words: policy for groups, a holder's state, what happens to it. No I/O."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple, Self
from uuid import UUID

from services.registry.errors import CannotMerge, HolderDeceased, MoveOutOfOrder, NotDeceased, NotMerged
from shared.contracts.common import Tier
from shared.contracts.registry import HolderStatus
from shared.errors import Invalid
from shared.files.forms import Encoding
from shared.ids import same_ids_text
from shared.money import baht

AGE_GROUP_MAX: Final = 60
"""The circular counts card holders up to 60 years, and over 60; the visit rule's own limit is policy data."""

HOLDERS_A_CHUNK: Final = 4_000
"""Each holder gives up to three messages, and a chunk of the bulk lane may have 12,000."""


class AgeGroup(StrEnum):
    """The two columns of ages in the circular's table."""

    UP_TO_60 = "<=60"
    OVER_60 = ">60"


class Change(StrEnum):
    """What a version of a holder came from. ROUTED makes no version: the feed alone tells that another district is responsible."""

    REGISTERED = "REGISTERED"
    UPDATED = "UPDATED"
    REGROUPED = "REGROUPED"
    MOVED = "MOVED"
    DECEASED = "DECEASED"
    DEATH_TAKEN_BACK = "DEATH_TAKEN_BACK"
    ERASED = "ERASED"
    MERGED = "MERGED"
    UNMERGED = "UNMERGED"
    CONSENTED = "CONSENTED"
    NAME_CHANGED = "NAME_CHANGED"
    CARD_REPLACED = "CARD_REPLACED"
    CARD_CANCELLED = "CARD_CANCELLED"
    INCOME_CORRECTED = "INCOME_CORRECTED"
    BANK_CHANGED = "BANK_CHANGED"
    PROMPTPAY_CHANGED = "PROMPTPAY_CHANGED"
    ROUTED = "ROUTED"


ERASED_NAME: Final = "(ลบข้อมูลแล้ว)"
"""Stands where the name of an erased person stood."""


class LegalGround(StrEnum):
    """Why the law asks for an erasure (PDPA B.E. 2562)."""

    NO_LONGER_NECESSARY = "NO_LONGER_NECESSARY"
    RETENTION_ENDED = "RETENTION_ENDED"
    UNLAWFULLY_PROCESSED = "UNLAWFULLY_PROCESSED"
    ORDER = "ORDER"

    @property
    def waits_for_payments(self) -> bool:
        """Whether the books must be closed before: a person who is owed money is still needed. The other grounds do not wait."""
        return self in {LegalGround.NO_LONGER_NECESSARY, LegalGround.RETENTION_ENDED}


@dataclass(frozen=True, slots=True)
class GroupPolicy:
    """The part of a policy set that puts people into groups. Income is in satang a year, age in completed years."""

    version: int
    income_threshold_satang: int
    visit_age_max: int
    age_reference_date: date

    @classmethod
    def of(cls, version: int, parameters: Mapping[str, Any]) -> Self:
        """From the parameters of a PolicyPublished. Raises KeyError or ValueError when they are not there or not right."""
        return cls(
            version=version,
            income_threshold_satang=baht(int(parameters["income_threshold_baht"])),
            visit_age_max=int(parameters["visit_age_max"]),
            age_reference_date=date.fromisoformat(parameters["age_reference_date"]),
        )


class Groups(NamedTuple):
    """Where the policy puts a person."""

    tier: Tier
    age: int
    visit_group: bool


class FileKind(StrEnum):
    """What a file says of those who are not in it: of all persons (FULL), of some of them (PART), or changes line by line (DELTA)."""

    FULL = "FULL"
    PART = "PART"
    DELTA = "DELTA"


class FlagKind(StrEnum):
    """Why a person is flagged."""

    ABSENT = "ABSENT"
    REMOVED = "REMOVED"


class Resolution(StrEnum):
    """What became of a flag. BACK_IN_FILE is never said by staff."""

    STAYS = "STAYS"
    CONFIRMED = "CONFIRMED"
    BACK_IN_FILE = "BACK_IN_FILE"


@dataclass(frozen=True)
class FileToImport:
    """A file below the import folder, as it was when the import was asked for.

    `delta` says whether its header is that of a file of changes; of a workbook that is known when it has been opened. JSON lines have no header.
    """

    path: str
    size_bytes: int
    modified_ns: int
    packed: bool = False
    encoding: Encoding = Encoding.UTF_8
    delta: bool = False
    workbook: bool = False
    json_lines: bool = False

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> Self:
        """From the parameters of a job, among which its fields are."""
        stored = {field.name: parameters[field.name] for field in fields(cls) if field.name in parameters}
        return cls(**{**stored, "encoding": Encoding(parameters["encoding"])})


@dataclass(frozen=True, slots=True)
class HolderFilter:
    """Which card holders are asked for; what is None is not asked."""

    province: str | None = None
    district: str | None = None
    subdistrict: str | None = None
    tier: Tier | None = None
    age_group: AgeGroup | None = None
    visit_group: bool | None = None
    status: HolderStatus | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A change of home. What is not told of the new address is unknown and replaces the old."""

    moved_on: date
    subdistrict: str
    house_no: str | None = None
    moo: str = ""
    road: str = ""
    postcode: str | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """What decides about a change: the locked row's version, life and home."""

    holder_id: UUID
    version: int
    status: HolderStatus
    birth_date: date
    subdistrict: str
    moved_on: date | None
    deceased_on: date | None
    merged_into: UUID | None = None
    merged_on: date | None = None
    wrong_death_on: date | None = None
    alive_again_on: date | None = None

    def after(self, move: Move, *, today: date) -> Self:
        """The state after the move. Raises HolderDeceased, MoveOutOfOrder, or Invalid for an impossible day."""
        if self.status is HolderStatus.DECEASED:
            raise HolderDeceased(holder_id=str(self.holder_id))
        _require_day_of_life("moved_on", move.moved_on, self.birth_date, today)
        if self.moved_on is not None and move.moved_on < self.moved_on:
            raise MoveOutOfOrder(recorded=self.moved_on.isoformat())
        return replace(self, version=self.version + 1, subdistrict=move.subdistrict, moved_on=move.moved_on)

    def after_death(self, deceased_on: date, *, today: date) -> Self:
        """The state after the death; of a dead person the same. Raises Invalid for an impossible day."""
        if self.status is HolderStatus.DECEASED:
            return self
        _require_day_of_life("deceased_on", deceased_on, self.birth_date, today)
        return replace(self, version=self.version + 1, status=HolderStatus.DECEASED, deceased_on=deceased_on)

    def after_death_taken_back(self, *, today: date) -> Self:
        """The state of a person who never died: what was recorded wrongly, and until when, stays known. Raises NotDeceased."""
        if self.deceased_on is None:
            raise NotDeceased(holder_id=str(self.holder_id))
        return replace(
            self,
            version=self.version + 1,
            status=HolderStatus.ALIVE,
            deceased_on=None,
            wrong_death_on=self.deceased_on,
            alive_again_on=today,
        )

    def after_merge(self, kept: Self, *, today: date) -> Self:
        """The state after this holder was found to be the same person as `kept`. Raises CannotMerge."""
        if self.holder_id == kept.holder_id:
            raise CannotMerge(holder_id=str(self.holder_id), merged_into=str(kept.holder_id))
        for one in (self, kept):
            if one.merged_into is not None:
                raise CannotMerge(holder_id=str(one.holder_id), merged_into=str(one.merged_into))
        return replace(self, version=self.version + 1, merged_into=kept.holder_id, merged_on=today)

    def after_unmerge(self) -> Self:
        """The state of a person of their own again. Raises NotMerged."""
        if self.merged_into is None:
            raise NotMerged(holder_id=str(self.holder_id))
        return replace(self, version=self.version + 1, merged_into=None, merged_on=None)


HOLDER_SPACE: Final = "holder"
"""What the ids of persons are made of, before their blind index."""


def holder_ids_of(citizen_indexes: Iterable[str]) -> list[str]:
    """The ids of the persons with these blind indexes (hex), as text: the same in every import."""
    return same_ids_text(HOLDER_SPACE, citizen_indexes)


def _require_day_of_life(field: str, day: date, born: date, today: date) -> None:
    if not born <= day <= today:
        raise Invalid.field(field, "not_a_day_of_life", "must lie between birth and today", "ต้องอยู่ระหว่างวันเกิดและวันนี้", f"≤ {today}")
