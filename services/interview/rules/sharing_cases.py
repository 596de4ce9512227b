"""How a district's cases are shared among its officers: evenly, and the same way whenever it is asked."""

import heapq
from collections.abc import Mapping, Sequence
from uuid import UUID


def share(count: int, loads: Mapping[UUID, int]) -> list[UUID]:
    """The officer of each of `count` cases in their order, the least loaded first and then by id.

    Loads that differ by no more than one stay so; an officer who has more waits until the others have as many.
    Raises ValueError when there are cases and no officers.
    """
    if count and not loads:
        raise ValueError("cases cannot be shared among no officers")
    heap = [(load, officer) for officer, load in loads.items()]
    heapq.heapify(heap)
    taken = []
    for _ in range(count):
        load, officer = heap[0]
        heapq.heapreplace(heap, (load + 1, officer))
        taken.append(officer)
    return taken


def co_interviewers(officers: Sequence[UUID], bank_officers: Sequence[UUID], satisfied: frozenset[UUID]) -> list[UUID | None]:
    """The bank officer who interviews with each of `officers`, in turn; None for those who satisfy the rule themselves.

    Raises ValueError when one is needed and there are none.
    """
    turn = 0
    chosen: list[UUID | None] = []
    for officer in officers:
        if officer in satisfied:
            chosen.append(None)
            continue
        if not bank_officers:
            raise ValueError("no bank officer can co-interview")
        chosen.append(bank_officers[turn % len(bank_officers)])
        turn += 1
    return chosen
