"""The words of households, and what may be said of who lives with whom. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.registry.errors import HolderDeceased
from shared.errors import Invalid


class Role(StrEnum):
    """What somebody is in a household, seen from its head."""

    HEAD = "HEAD"
    SPOUSE = "SPOUSE"
    CHILD = "CHILD"
    PARENT = "PARENT"
    OTHER = "OTHER"


class Happening(StrEnum):
    """What happened to a household."""

    FORMED = "FORMED"
    JOINED = "JOINED"
    LEFT = "LEFT"
    HEAD_NAMED = "HEAD_NAMED"
    SPLIT = "SPLIT"
    MERGED = "MERGED"
    TOOK_IN = "TOOK_IN"
    DIED = "DIED"


class Ending(StrEnum):
    """How a membership ended; ROLE goes on in another role."""

    LEFT = "LEFT"
    SPLIT = "SPLIT"
    MERGED = "MERGED"
    ROLE = "ROLE"
    DIED = "DIED"


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A card holder who joins, or (without holder id) a dependant who is none, of whom only the birth year is known."""

    role: Role
    holder_id: UUID | None = None
    birth_year: int | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A present member of a locked household. `within` is whether the caller reaches the person; a dependant is reached with the household."""

    member_id: UUID
    holder_id: UUID | None
    role: Role
    birth_year: int | None
    from_on: date
    within: bool


def check_newcomers(newcomers: Sequence[Newcomer]) -> None:
    """One head, who is a card holder, and nobody twice. Raises Invalid."""
    heads = [one for one in newcomers if one.role is Role.HEAD]
    if len(heads) != 1 or heads[0].holder_id is None:
        raise Invalid.field("members", "one_head", "must have one head, a card holder", "ต้องมีหัวหน้าครัวเรือนหนึ่งคนซึ่งเป็นผู้มีบัตร", "1 HEAD")
    holders = [one.holder_id for one in newcomers if one.holder_id is not None]
    if len(holders) != len(set(holders)):
        raise Invalid.field("members", "twice", "names a person twice", "ระบุบุคคลซ้ำ")


def check_day(field: str, day: date, *, not_before: Sequence[date], today: date) -> None:
    """Raises Invalid unless the day is not before all of these and not to come."""
    first = max(not_before, default=day)
    if not first <= day <= today:
        raise Invalid.field(field, "date_range", "is too early or to come", "เร็วเกินไปหรือยังไม่มาถึง", f"{first}..{today}")


def check_alive(holders: Sequence[Any], on: date, *, field: str) -> None:
    """Of rows with birth_date and deceased_on. Raises HolderDeceased, or Invalid for a day before a birth."""
    for holder in holders:
        if holder["deceased_on"] is not None:
            raise HolderDeceased(holder_id=str(holder["holder_id"]))
        if on < holder["birth_date"]:
            raise Invalid.field(field, "date_range", "is before a birth", "ก่อนวันเกิดของสมาชิก")


def head_of(members: Sequence[Member]) -> Member | None:
    """The head, unless they died."""
    return next((one for one in members if one.role is Role.HEAD), None)


def card_holders(members: Sequence[Member]) -> list[Member]:
    """Those who hold a card."""
    return [one for one in members if one.holder_id is not None]
