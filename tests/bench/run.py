"""The goals by name, measured one after the other in one world."""

from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Final

from tests.bench import (
    p1_import,
    p2_month,
    p3_results,
    p4_latency,
    p5_http,
    p6_memory,
    p7_search,
    p8_feed,
    p9_assignment,
    p10_interviews,
    p11_recommendations,
    p12_allocation,
    p13_batches,
    p14_figures,
    p15_live,
)
from tests.bench.lines import Goal, Line
from tests.bench.world import Servers, own_servers, world_at

GOALS: Final[dict[str, Goal]] = {
    "P1": p1_import.measure,
    "P2": p2_month.measure,
    "P3": p3_results.measure,
    "P4": p4_latency.measure,
    "P5": p5_http.measure,
    "P6": p6_memory.measure,
    "P7": p7_search.measure,
    "P8": p8_feed.measure,
    "P9": p9_assignment.measure,
    "P10": p10_interviews.measure,
    "P11": p11_recommendations.measure,
    "P12": p12_allocation.measure,
    "P13": p13_batches.measure,
    "P14": p14_figures.measure,
    "P15": p15_live.measure,
}


async def lines(scale: int, goals: Iterable[str], folder: Path, servers: Servers = own_servers) -> AsyncIterator[Line]:
    """Measure the goals at the scale; data, and servers if they are not somebody else's, live in the folder."""
    async with world_at(scale, folder / f"scale-{scale}", servers) as world:
        for goal in goals:
            async for line in GOALS[goal](world):
                yield line
