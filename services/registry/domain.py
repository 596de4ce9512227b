"""The registry's own words: policy for groups, a holder's state, what happens to it. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple, Self
from uuid import UUID

from services.registry.errors import HolderDeceased, MoveOutOfOrder
from shared.contracts.common import Tier
from shared.contracts.registry import HolderStatus
from shared.errors import Invalid
from shared.ids import same_id_text
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
    """What a version of a holder came from."""

    REGISTERED = "REGISTERED"
    UPDATED = "UPDATED"
    REGROUPED = "REGROUPED"
    MOVED = "MOVED"
    DECEASED = "DECEASED"
    NAME_CHANGED = "NAME_CHANGED"
    CARD_REPLACED = "CARD_REPLACED"
    CARD_CANCELLED = "CARD_CANCELLED"
    INCOME_CORRECTED = "INCOME_CORRECTED"
    BANK_CHANGED = "BANK_CHANGED"
    PROMPTPAY_CHANGED = "PROMPTPAY_CHANGED"


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


class Encoding(StrEnum):
    """How the text of a registry file is written; the value is Python's name of the codec."""

    UTF_8 = "utf-8"
    CP874 = "cp874"


@dataclass(frozen=True)
class FileToImport:
    """A file below the import folder, as it was when the import was asked for."""

    path: str
    size_bytes: int
    modified_ns: int
    packed: bool = False
    encoding: Encoding = Encoding.UTF_8


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


def holder_id_of(citizen_index: str) -> str:
    """The id of the person with this blind index (hex), as text: the same in every import."""
    return same_id_text("holder", citizen_index)


def _require_day_of_life(field: str, day: date, born: date, today: date) -> None:
    if not born <= day <= today:
        raise Invalid.field(field, "not_a_day_of_life", "must lie between birth and today", "ต้องอยู่ระหว่างวันเกิดและวันนี้", f"≤ {today}")
