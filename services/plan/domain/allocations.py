"""Allocating the seats of a province's month to the lines that wish for one.

PREPARING ─→ READY ─→ APPLYING ─→ APPLIED
    │          └────→ SUPERSEDED   by a newer preview of the same province and month
    └────→ FAILED
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.plan.errors.allocations import AllocationNotReady


class AllocationStatus(StrEnum):
    """States of an allocation. READY is a preview, which gives no seat yet."""

    PREPARING = "PREPARING"
    READY = "READY"
    APPLYING = "APPLYING"
    APPLIED = "APPLIED"
    SUPERSEDED = "SUPERSEDED"
    FAILED = "FAILED"


class Why(StrEnum):
    """Why a line has this seat (the first four), or none."""

    BEST_FIT = "BEST_FIT"
    KEPT_FOR_DISTRICT = "KEPT_FOR_DISTRICT"
    NEARER_FULL = "NEARER_FULL"
    AS_BEFORE = "AS_BEFORE"
    NO_OFFERING = "NO_OFFERING"
    OTHER_DATES = "OTHER_DATES"
    NO_FREE_SEAT = "NO_FREE_SEAT"
    OTHERS_NEED_MORE = "OTHERS_NEED_MORE"
    EQUAL_POINTS = "EQUAL_POINTS"
    KEPT_FOR_OTHERS = "KEPT_FOR_OTHERS"
    OTHER_LINE = "OTHER_LINE"
    HAS_SEAT = "HAS_SEAT"


class Given(StrEnum):
    """What became of a seat of the preview when it was applied: SEATED, or what did not hold any more."""

    SEATED = "SEATED"
    PLAN_NOT_OPEN = "PLAN_NOT_OPEN"
    LINE_NOT_OPEN = "LINE_NOT_OPEN"
    MOVED_AWAY = "MOVED_AWAY"
    HAS_SEAT = "HAS_SEAT"
    OFFERING_CLOSED = "OFFERING_CLOSED"
    SEAT_GONE = "SEAT_GONE"


@dataclass(frozen=True, slots=True)
class Points:
    """What a line weighs: how well its programme fits the person, need, and how long it has waited. The same for every offering of it."""

    fit: int
    need: int
    waiting: int

    @property
    def total(self) -> int:
        """Their sum."""
        return self.fit + self.need + self.waiting


@dataclass(frozen=True, slots=True)
class Wish:
    """A line without a seat, whose turn has come. It takes an offering that begins on `starts_on` at the earliest and is over on `due_on`, where these are agreed.

    `before` is the offering that the preview before this one gave it; `has_seat`, the person has a seat in the month already.
    """

    plan_id: UUID
    line_no: int
    programme_code: str
    district: str
    points: Points
    starts_on: date | None = None
    due_on: date | None = None
    before: UUID | None = None
    has_seat: bool = False


@dataclass(frozen=True, slots=True)
class Supply:
    """An offering of the province that begins in the month, and how many seats of it are free; `district` None is for the whole province."""

    offering_id: UUID
    programme_code: str
    district: str | None
    starts_on: date
    ends_on: date
    free: int


@dataclass(frozen=True, slots=True)
class Allotted:
    """What a wish gets: an offering with the points of its nearness, or none; and why, the weightiest first.

    `least` is the fewest points with which somebody got a seat that this line could have had, where others were before it.
    """

    offering_id: UUID | None
    nearness: int
    why: tuple[Why, ...]
    least: int | None = None


@dataclass(frozen=True, slots=True)
class Allotment:
    """What every wish gets, in the order of the wishes; `total` is what all seats are worth together, `bound` what no other allotment exceeds."""

    allotted: tuple[Allotted, ...]
    total: int
    bound: int

    @property
    def gap_percent(self) -> float:
        """How far the best that could be may be above this one; 0 is proven to be the best."""
        return gap_percent(self.total, self.bound)


def gap_percent(total: int, bound: int) -> float:
    """How far what nothing exceeds is above the total."""
    return 0.0 if bound == total else round((bound - total) * 100 / bound, 6)


@dataclass(frozen=True, slots=True)
class Allocation:
    """One allocation of a province and month (the first day of it); `number` counts those of the same.

    `day` is that of its facts, `rules_from` of its weights. The counts and points are of the preview.
    """

    allocation_id: UUID
    province: str
    month: date
    number: int
    status: AllocationStatus
    version: int
    day: date
    rules_from: date
    asked_by: str
    asked_at: datetime
    applied_by: str | None = None
    applied_at: datetime | None = None
    offerings: int = 0
    seats: int = 0
    wishes: int = 0
    given: int = 0
    total_points: int = 0
    bound_points: int = 0

    def become(self, status: AllocationStatus, **changes: object) -> "Allocation":
        """The allocation in its next state, one version on. Raises AllocationNotReady when the state does not follow the present one."""
        if status not in _NEXT.get(self.status, frozenset()):
            raise AllocationNotReady(allocation_id=str(self.allocation_id), allocation_status=self.status.value)
        return replace(self, status=status, version=self.version + 1, **changes)  # type: ignore[arg-type]  # the callers name fields of this class


_NEXT: Final = {
    AllocationStatus.PREPARING: frozenset({AllocationStatus.READY, AllocationStatus.FAILED}),
    AllocationStatus.READY: frozenset({AllocationStatus.APPLYING, AllocationStatus.SUPERSEDED}),
    AllocationStatus.APPLYING: frozenset({AllocationStatus.APPLIED}),
}


@dataclass(frozen=True, slots=True)
class ToGive:
    """A seat of the preview that is to be given."""

    plan_id: UUID
    line_no: int
    holder_id: UUID
    programme_code: str
    offering_id: UUID
