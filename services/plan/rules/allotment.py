"""Who gets which seat, and why: the flow's answer in words that hold.

Because the flow is the best, whoever has an open seat that somebody else could have had weighs as much there at least: otherwise the other in
their place would be better. So the fewest points with a seat say why a line has none.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from services.plan.domain.allocations import Allotment, Allotted, Supply, Why, Wish
from services.plan.rules.allocation import Weights
from services.plan.rules.seat_flow import Kind, Network, Pool


def allot(wishes: Sequence[Wish], supplies: Iterable[Supply], weights: Weights) -> Allotment:
    """Give out the seats: the most points together, and of such allotments one that differs least from the preview before. The same input, the same answer."""
    network = Network(wishes, supplies, weights)
    solved = network.solve()
    return Allotment(tuple(_Reasons(network, solved.pools).allotted()), solved.total, solved.bound)


class _Reasons:
    def __init__(self, network: Network, pools: Sequence[Pool | None]) -> None:
        self._network, self._pools = network, pools
        self._seated = {network.wishes[number].plan_id for number, pool in enumerate(pools) if pool is not None}
        self._least: dict[Pool, int] = {}
        for number, pool in enumerate(pools):
            if pool is not None:
                points = network.points(number, pool.offering_id)
                self._least[pool] = min(points, self._least.get(pool, points))
        self._lasts: dict[Kind, tuple[int, UUID] | None] = {}
        self._nearest = {kind: max((network.near(kind, one) for one in network.open_to(kind)), default=0) for kind in network.kinds}

    def allotted(self) -> Iterable[Allotted]:
        """Of each wish."""
        for number, pool in enumerate(self._pools):
            yield self._without(number) if pool is None else self._with(number, pool)

    def _with(self, number: int, pool: Pool) -> Allotted:
        network, wish, kind = self._network, self._network.wishes[number], self._network.kind_of[number]
        near = network.near(kind, network.supplies[pool.offering_id])
        why = [Why.KEPT_FOR_DISTRICT if pool.district else Why.BEST_FIT]
        if near < self._nearest[kind]:
            why.append(Why.NEARER_FULL)
        if wish.before == pool.offering_id:
            why.append(Why.AS_BEFORE)
        return Allotted(pool.offering_id, near, tuple(why))

    def _without(self, number: int) -> Allotted:
        network, wish, kind = self._network, self._network.wishes[number], self._network.kind_of[number]
        open_to = network.open_to(kind)
        if wish.has_seat or wish.plan_id in self._seated:
            return _none(Why.HAS_SEAT if wish.has_seat else Why.OTHER_LINE)
        if not open_to:
            return _none(Why.OTHER_DATES if network.by_programme.get(kind.programme_code) else Why.NO_OFFERING)
        if not any(one.free for one in open_to):
            return _none(Why.NO_FREE_SEAT)
        last = self._last(kind, open_to)
        if last is None:
            return _none(Why.KEPT_FOR_OTHERS)
        least, offering_id = last
        why = Why.EQUAL_POINTS if network.points(number, offering_id) == least else Why.OTHERS_NEED_MORE
        return Allotted(None, network.near(kind, network.supplies[offering_id]), (why,), least)

    def _last(self, kind: Kind, open_to: Sequence[Supply]) -> tuple[int, UUID] | None:
        """The fewest points with which somebody has a seat that the kind could have had, and where: there it lacks the least. None where all such are kept for others."""
        if kind not in self._lasts:
            found = [
                (least - self._network.near(kind, one), least, one.offering_id)
                for one in open_to
                for pool in (Pool(one.offering_id, ""), Pool(one.offering_id, kind.district))
                if (least := self._least.get(pool)) is not None
            ]
            self._lasts[kind] = min(found)[1:] if found else None
        return self._lasts[kind]


def _none(why: Why) -> Allotted:
    return Allotted(None, 0, (why,))
