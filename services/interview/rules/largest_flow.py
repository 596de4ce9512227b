"""The largest flow through a small network (Edmonds and Karp): along the shortest ways that have room, until there is none."""

from collections import defaultdict, deque
from collections.abc import Mapping


def largest_flow(capacities: Mapping[tuple[str, str], int], source: str, sink: str) -> dict[tuple[str, str], int]:
    """How much goes along each edge; edges without flow are left out. Always the same for the same capacities.

    The networks here are of a district's subdistricts and officers, some hundreds of edges whatever the number of people.
    """
    room: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for (start, end), capacity in sorted(capacities.items()):
        room[start][end] = room[start].get(end, 0) + capacity
        room[end].setdefault(start, 0)
    while (way := _shortest_way(room, source, sink)) is not None:
        amount = min(room[start][end] for start, end in way)
        for start, end in way:
            room[start][end] -= amount
            room[end][start] += amount
    return {edge: flow for edge, capacity in capacities.items() if (flow := capacity - room[edge[0]][edge[1]]) > 0}


def _shortest_way(room: Mapping[str, Mapping[str, int]], source: str, sink: str) -> list[tuple[str, str]] | None:
    came_from: dict[str, str] = {source: source}
    waiting = deque([source])
    while waiting and sink not in came_from:
        here = waiting.popleft()
        for there, capacity in room.get(here, {}).items():
            if capacity > 0 and there not in came_from:
                came_from[there] = here
                waiting.append(there)
    if sink not in came_from:
        return None
    way, node = [], sink
    while node != source:
        way.append((came_from[node], node))
        node = came_from[node]
    return way[::-1]
