"""Seats given out as a flow of least cost (OR-Tools): persons flow through kinds of wishes into the seats of offerings, or end without one.

Wishes of one kind (programme, district, agreed dates) weigh every offering alike but for what each brings along, so that a person has one arc to
the kind instead of one to every offering: a hundred thousand persons and five thousand offerings are some hundred thousands of arcs. Such a flow is
whole by itself; there is nothing to round. Pure, and the same for the same input.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from services.plan.domain.allocations import Supply, Wish
from services.plan.rules.allocation import Weights

ROUNDS_MAX: Final = 1000
"""Of pulling the prices of nodes down; fewer are needed for a proof, and fewer than are needed still give a bound."""

Numbers = np.ndarray[Any, np.dtype[np.int64]]


class Kind(NamedTuple):
    """What makes wishes weigh offerings alike."""

    programme_code: str
    district: str
    starts_on: date | None
    due_on: date | None


class Pool(NamedTuple):
    """Seats of an offering: open to the province (`district` empty), or kept for a district."""

    offering_id: UUID
    district: str


def reserves(supply: Supply, wishing: Mapping[str, int], percent: int) -> dict[str, int]:
    """How many free seats of the offering are kept for which districts, never more than persons of it wish.

    One for the whole province keeps its share in rounds, one seat a district, beginning where most wish for it.
    """
    share = supply.free * percent // 100
    if supply.district is not None:
        kept = min(share, wishing.get(supply.district, 0))
        return {supply.district: kept} if kept else {}
    found: Counter[str] = Counter()
    order = sorted(wishing, key=lambda district: (-wishing[district], district))
    while share > 0 and (wanting := [district for district in order if found[district] < wishing[district]]):
        for district in wanting[:share]:
            found[district] += 1
        share -= len(wanting[:share])
    return dict(found)


@dataclass(frozen=True, slots=True)
class Solved:
    """The pool of each wish, None for those without a seat; what the seats are worth together, and what no others are worth more than."""

    pools: list[Pool | None]
    total: int
    bound: int


@dataclass
class _Arcs:
    """Arcs as columns."""

    tail: list[int] = field(default_factory=list)
    head: list[int] = field(default_factory=list)
    capacity: list[int] = field(default_factory=list)
    cost: list[int] = field(default_factory=list)

    def add(self, tail: int, head: int, capacity: int, cost: int) -> int:
        """One arc more; returns its number."""
        self.tail.append(tail)
        self.head.append(head)
        self.capacity.append(capacity)
        self.cost.append(cost)
        return len(self.tail) - 1


class Network:
    """Nodes: persons, kinds, pools of seats, and the end. Costs are points times `scale`, less one for a seat as before: so these decide among equals only."""

    def __init__(self, wishes: Sequence[Wish], supplies: Iterable[Supply], weights: Weights) -> None:
        """What may flow where."""
        self.wishes, self.weights = wishes, weights
        self.supplies = {one.offering_id: one for one in sorted(supplies, key=lambda one: (one.starts_on, one.offering_id))}
        self.by_programme: dict[str, list[Supply]] = defaultdict(list)
        for one in self.supplies.values():
            self.by_programme[one.programme_code].append(one)
        self.scale = len(wishes) + 1
        asking = [number for number, wish in enumerate(wishes) if not wish.has_seat]
        self.persons = {plan_id: node for node, plan_id in enumerate(sorted({wishes[number].plan_id for number in asking}))}
        self.kind_of = [Kind(wish.programme_code, wish.district, wish.starts_on, wish.due_on) for wish in wishes]
        self.kinds = {kind: len(self.persons) + n for n, kind in enumerate(sorted({self.kind_of[n] for n in asking}, key=str))}
        self._open_to: dict[Kind, list[Supply]] = {}
        self.seats = self._pools(asking)
        self.pools = {pool: len(self.persons) + len(self.kinds) + n for n, pool in enumerate(self.seats)}
        self.end = len(self.persons) + len(self.kinds) + len(self.pools)
        self.arcs = _Arcs()
        self.to_kind: dict[int, int] = {}
        self.direct: dict[int, tuple[int, Pool]] = {}
        self.from_kind: dict[Kind, list[tuple[int, Pool]]] = {}
        self.into_kept: list[int] = []
        self._add_arcs(asking)

    def open_to(self, kind: Kind) -> list[Supply]:
        """The offerings that a wish of the kind can have, with or without free seats."""
        if kind not in self._open_to:
            self._open_to[kind] = [
                one
                for one in self.by_programme.get(kind.programme_code, ())
                if (kind.starts_on is None or kind.starts_on <= one.starts_on) and (kind.due_on is None or one.ends_on <= kind.due_on)
            ]
        return self._open_to[kind]

    def _pools(self, asking: Sequence[int]) -> dict[Pool, int]:
        wishing: dict[str, Counter[str]] = defaultdict(Counter)
        for code, district, _ in {(self.wishes[n].programme_code, self.wishes[n].district, self.wishes[n].plan_id) for n in asking}:
            wishing[code][district] += 1
        found = {}
        for code, supplies in sorted(self.by_programme.items()):
            for one in supplies:
                if one.free:
                    kept = reserves(one, wishing[code], self.weights.reserve_percent)
                    found[Pool(one.offering_id, "")] = one.free - sum(kept.values())
                    found |= {Pool(one.offering_id, district): seats for district, seats in sorted(kept.items())}
        return found

    def _add_arcs(self, asking: Sequence[int]) -> None:
        for node in self.persons.values():
            self.arcs.add(node, self.end, 1, 0)
        for number in asking:
            wish = self.wishes[number]
            worth = (self.weights.seat + wish.points.total) * self.scale
            node = self.persons[wish.plan_id]
            self.to_kind[number] = self.arcs.add(node, self.kinds[self.kind_of[number]], 1, -worth)
        for kind, node in self.kinds.items():
            self.from_kind[kind] = [
                (self.arcs.add(node, self.pools[pool], len(self.persons), -self.near(kind, one) * self.scale), pool)
                for one in self.open_to(kind)
                for pool in self._pools_for(one, kind.district)
            ]
        self._add_direct(asking)
        for pool, node in self.pools.items():
            self.arcs.add(node, self.end, self.seats[pool], 0)
            if pool.district:
                # Who is of another district gets a kept seat that nobody of the district wants.
                open_seats = self.pools[Pool(pool.offering_id, "")]
                self.into_kept.append(self.arcs.add(open_seats, node, self.seats[pool], self.weights.over * self.scale))

    def _add_direct(self, asking: Iterable[int]) -> None:
        """An arc of its own to the offering of the preview before, where the wish can still have it."""
        for number in asking:
            wish = self.wishes[number]
            before = self.supplies.get(wish.before) if wish.before else None
            if before is None or before not in self.open_to(self.kind_of[number]):
                continue
            worth = (self.weights.seat + self.points(number, before.offering_id)) * self.scale + 1
            for pool in self._pools_for(before, wish.district):
                self.direct[self.arcs.add(self.persons[wish.plan_id], self.pools[pool], 1, -worth)] = number, pool

    def _pools_for(self, supply: Supply, district: str) -> list[Pool]:
        return [pool for pool in (Pool(supply.offering_id, district), Pool(supply.offering_id, "")) if pool in self.pools]

    def near(self, kind: Kind, supply: Supply) -> int:
        """What the offering's nearness weighs for the kind."""
        return self.weights.nearness(kind.district, supply.district)

    def solve(self) -> Solved:
        """The best flow as the pool of each wish. Raises RuntimeError where the solver gives up, which such a network leaves it no reason for."""
        if not self.persons:
            return Solved([None] * len(self.wishes), 0, 0)
        tail, head, capacity, cost = (
            np.array(column, dtype=np.int64) for column in (self.arcs.tail, self.arcs.head, self.arcs.capacity, self.arcs.cost)
        )
        supply = np.zeros(self.end + 1, dtype=np.int64)
        supply[: len(self.persons)] = 1
        supply[self.end] = -len(self.persons)
        solver = SimpleMinCostFlow()
        arcs = solver.add_arcs_with_capacity_and_unit_cost(tail, head, capacity, cost)
        solver.set_nodes_supplies(np.arange(self.end + 1), supply)
        status = solver.solve()
        if status != solver.OPTIMAL:
            raise RuntimeError(f"the solver says {status}")
        flow = solver.flows(arcs)
        lowest = lower_bound(tail, head, capacity, cost, flow, supply)
        pools = self._pools_of(flow)
        total = sum(self.weights.seat + self.points(number, pool.offering_id) for number, pool in enumerate(pools) if pool is not None)
        total -= self.weights.over * int(flow[self.into_kept].sum())
        # Seats as before weigh less than a point all together.
        return Solved(pools, total, -lowest // self.scale)

    def points(self, number: int, offering_id: UUID) -> int:
        """What the wish weighs at the offering."""
        wish = self.wishes[number]
        return wish.points.total + self.weights.nearness(wish.district, self.supplies[offering_id].district)

    def _pools_of(self, flow: Numbers) -> list[Pool | None]:
        found: list[Pool | None] = [None] * len(self.wishes)
        for arc, (number, pool) in self.direct.items():
            if flow[arc]:
                found[number] = pool
        through: dict[Kind, list[int]] = defaultdict(list)
        for number, arc in self.to_kind.items():
            if flow[arc]:
                through[self.kind_of[number]].append(number)
        for kind, numbers in through.items():
            # Who weighs most gets what is nearest; the sum is the same either way.
            numbers.sort(key=lambda number: (-self.wishes[number].points.total, self.wishes[number].plan_id))
            for number, pool in zip(numbers, self._given_to(kind, flow), strict=True):
                found[number] = pool
        return found

    def _given_to(self, kind: Kind, flow: Numbers) -> Iterator[Pool]:
        near = {one.offering_id: self.near(kind, one) for one in self.by_programme[kind.programme_code]}
        for arc, pool in sorted(self.from_kind[kind], key=lambda one: -near[one[1].offering_id]):
            for _ in range(int(flow[arc])):
                yield pool


def lower_bound(tail: Numbers, head: Numbers, capacity: Numbers, cost: Numbers, flow: Numbers, supply: Numbers) -> int:
    """What no flow can cost less than, by prices of the nodes (linear programming's duality): a proof that does not ask the solver.

    Prices are the shortest ways in what is left of the network. With any prices the bound holds; with settled ones it is the cost of the flow.
    """
    ahead, back = flow < capacity, flow > 0
    start = np.concatenate([tail[ahead], head[back]])
    to = np.concatenate([head[ahead], tail[back]])
    length = np.concatenate([cost[ahead], -cost[back]])
    order = np.argsort(to, kind="stable")
    start, to, length = start[order], to[order], length[order]
    first = np.flatnonzero(np.r_[True, to[1:] != to[:-1]])
    reached = to[first]
    price = np.zeros(len(supply), dtype=np.int64)
    for _ in range(ROUNDS_MAX):
        shorter = np.minimum(price[reached], np.minimum.reduceat(price[start] + length, first))
        if np.array_equal(shorter, price[reached]):
            break
        price[reached] = shorter
    reduced = cost + price[tail] - price[head]
    return int((capacity * np.minimum(reduced, 0)).sum() - (price * supply).sum())
