"""P6: the peak memory of each process through the import and the month, at this size and at a quarter of it."""

from collections.abc import AsyncIterator
from typing import Final

from tests.bench import stages
from tests.bench.lines import Line
from tests.bench.world import World, world_at

SMALLER: Final = 4


async def measure(world: World) -> AsyncIterator[Line]:
    """Import, copy, wishes, month and results; flat memory is a ratio near 1."""
    large = await _peaks(world)
    async with world_at(world.scale * SMALLER, world.folder.parent / "smaller", world.servers) as smaller:
        small = await _peaks(smaller)
    for role, peak in large.items():
        what = f"peak memory of {role}, import to closed month, against a country a quarter as large"
        yield Line.of("P6", what, world.scale, peak, "MiB", small[role])


async def _peaks(world: World) -> dict[str, float]:
    country: stages.Imported = await world.once(stages.imported)
    closed: stages.Settled = await world.once(stages.settled)
    return {**country.peaks, **closed.peaks}
