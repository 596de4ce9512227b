"""How a district's cases are shared among its officers: evenly, households together, near ones first, and the same way whenever it is asked."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, TypeVar
from uuid import UUID

from services.interview.rules.largest_flow import largest_flow

T = TypeVar("T")


class Why(StrEnum):
    """Why this officer has the case."""

    HOUSEHOLD = "HOUSEHOLD"
    NEAR = "NEAR"
    EVEN = "EVEN"
    NAMED = "NAMED"
    HANDED_OVER = "HANDED_OVER"
    KEPT = "KEPT"


class Taker(NamedTuple):
    """An officer who may be given cases: how many they have, how many they may have at most (None for no limit), and the subdistricts near them."""

    officer_id: UUID
    load: int
    load_max: int | None = None
    near: frozenset[str] = frozenset()


class Waiting(NamedTuple):
    """A case that waits for an officer."""

    holder_id: UUID
    subdistrict: str
    household: UUID | None = None


class Given(NamedTuple):
    """Whose a case is from now on, why, and how many cases they have with it."""

    officer_id: UUID
    why: Why
    load: int


def share(waiting: Sequence[Waiting], takers: Sequence[Taker], of_households: Mapping[UUID, UUID]) -> list[Given | None]:
    """The officer of each case, in the order of `waiting`; None for those for whom nobody has room.

    Loads come as near to one another as limits and present loads allow: of the officers who are given one, nobody who is below
    their limit has fewer than another by more than one. Within that, people of one household go to one officer (who looks after
    one of them already: `of_households`, else who is near), and as many others as possible to somebody near. The same cases and
    officers in any order give the same answer.
    """
    # By subdistrict and holder. They come by holder, and comparing texts costs a tenth of comparing ids.
    order = sorted(range(len(waiting)), key=lambda n: waiting[n].holder_id)
    order.sort(key=lambda n: waiting[n].subdistrict)
    rooms = _Rooms.of(len(waiting), takers)
    chosen: dict[int, tuple[UUID, Why]] = {}
    _place_households(rooms, waiting, order, of_households, chosen)
    _place_near(rooms, waiting, [n for n in order if n not in chosen], chosen)
    rest = [n for n in order if n not in chosen]
    chosen |= {n: (officer_id, Why.EVEN) for n, officer_id in zip(rest, rooms.places_left(), strict=False)}
    loads = {taker.officer_id: taker.load for taker in takers}
    given: list[Given | None] = [None] * len(waiting)
    for n in order:
        if n in chosen:
            officer_id, why = chosen[n]
            loads[officer_id] += 1
            given[n] = Given(officer_id, why, loads[officer_id])
    return given


@dataclass
class _Rooms:
    """How many more cases each officer takes. All are filled to one level, and `extra` of those who could take one more do."""

    near: Mapping[UUID, frozenset[str]]
    room: dict[UUID, int]
    may_have_extra: dict[UUID, bool]
    extra: int
    _order: list[UUID] = field(init=False)

    def __post_init__(self) -> None:
        self._order = sorted(self.room)

    @classmethod
    def of(cls, count: int, takers: Sequence[Taker]) -> "_Rooms":
        """The room for `count` cases."""

        def taken_at(level: int) -> dict[UUID, int]:
            return {one.officer_id: max(0, _most(one, level) - one.load) for one in takers}

        low, high = 0, max((one.load for one in takers), default=0) + count
        while low < high:
            level = (low + high + 1) // 2
            low, high = (level, high) if sum(taken_at(level).values()) <= count else (low, level - 1)
        room, above = taken_at(low), taken_at(low + 1)
        may = {officer_id: above[officer_id] > room[officer_id] for officer_id in room}
        return cls({one.officer_id: one.near for one in takers}, room, may, min(count - sum(room.values()), sum(may.values())))

    def of_one(self, officer_id: UUID) -> int:
        """How many the officer can take yet."""
        return self.room[officer_id] + (1 if self.extra and self.may_have_extra[officer_id] else 0)

    def take(self, officer_id: UUID, cases: int) -> None:
        """The officer takes so many, for whom there is room."""
        if cases > self.room[officer_id]:
            self.extra -= 1
            self.may_have_extra[officer_id] = False
            cases -= 1
        self.room[officer_id] -= cases

    def with_most_room(self, cases: int, subdistricts: Iterable[str] | None = None) -> UUID | None:
        """Who has room for so many: of those (near all of the subdistricts, if given) the one with most, by id."""
        wanted = None if subdistricts is None else frozenset(subdistricts)
        most, found = cases - 1, None
        for one in self._order:
            room = self.room[one] + (1 if self.extra and self.may_have_extra[one] else 0)
            if room > most and (wanted is None or wanted <= self.near[one]):
                most, found = room, one
        return found

    def places_left(self) -> list[UUID]:
        """A place for each case that is left, neighbours (who follow one another) with one officer."""
        places = []
        for officer_id in self._order:
            room = self.of_one(officer_id)
            self.take(officer_id, room)
            places += [officer_id] * room
        return places


def _most(taker: Taker, level: int) -> int:
    return level if taker.load_max is None else min(level, taker.load_max)


def _place_households(
    rooms: _Rooms, waiting: Sequence[Waiting], order: Sequence[int], of_households: Mapping[UUID, UUID], chosen: dict[int, tuple[UUID, Why]]
) -> None:
    """The large ones first, while there is room for them; one for which nobody has enough is shared like others."""
    households: defaultdict[UUID, list[int]] = defaultdict(list)
    for n in order:
        household = waiting[n].household
        if household is not None:
            households[household].append(n)
    for household, members in sorted(households.items(), key=lambda item: (-len(item[1]), item[0])):
        present = of_households.get(household)
        if present in rooms.room and rooms.of_one(present) >= len(members):
            officer_id: UUID | None = present
        elif len(members) == 1:
            continue
        else:
            near = rooms.with_most_room(len(members), {waiting[n].subdistrict for n in members})
            officer_id = near or rooms.with_most_room(len(members))
        if officer_id is not None:
            rooms.take(officer_id, len(members))
            chosen.update(dict.fromkeys(members, (officer_id, Why.HOUSEHOLD)))


def _place_near(rooms: _Rooms, waiting: Sequence[Waiting], left: Sequence[int], chosen: dict[int, tuple[UUID, Why]]) -> None:
    """As many as possible to somebody near, with the room that there is: the largest flow from subdistricts to officers."""
    if not any(rooms.near.values()):
        return
    by_subdistrict: defaultdict[str, list[int]] = defaultdict(list)
    for n in left:
        by_subdistrict[waiting[n].subdistrict].append(n)
    edges: dict[tuple[str, str], int] = {("extra", "sink"): rooms.extra}
    for subdistrict, cases in by_subdistrict.items():
        edges["source", subdistrict] = len(cases)
    names = {str(officer_id): officer_id for officer_id in rooms.room}
    for name, officer_id in names.items():
        edges[name, "sink"] = rooms.room[officer_id]
        edges[name, "extra"] = int(rooms.may_have_extra[officer_id])
        for subdistrict in rooms.near[officer_id]:
            if subdistrict in by_subdistrict:
                edges[subdistrict, name] = len(by_subdistrict[subdistrict])
    flow = largest_flow(edges, "source", "sink")
    taken: Counter[UUID] = Counter()
    for (subdistrict, name), count in sorted(flow.items()):
        if subdistrict in by_subdistrict and name in names:
            cases, by_subdistrict[subdistrict] = by_subdistrict[subdistrict][:count], by_subdistrict[subdistrict][count:]
            chosen.update(dict.fromkeys(cases, (names[name], Why.NEAR)))
            taken[names[name]] += count
    for officer_id, count in sorted(taken.items()):
        rooms.take(officer_id, count)


def take_turns(loads: Mapping[UUID, int]) -> "Turns":
    """Whose turn it is, for those who are needed one after the other: the least loaded first and then by id."""
    heap = [(load, officer_id) for officer_id, load in loads.items()]
    heapq.heapify(heap)
    return Turns(heap)


class Turns:
    """See `take_turns`."""

    def __init__(self, heap: list[tuple[int, UUID]]) -> None:
        self._heap = heap

    def next(self) -> UUID:
        """Who is next. Raises IndexError where there is nobody."""
        load, officer_id = self._heap[0]
        heapq.heapreplace(self._heap, (load + 1, officer_id))
        return officer_id
