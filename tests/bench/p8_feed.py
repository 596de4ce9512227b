"""P8: pages of the change feed, the first ones and those deep down, against a bare FastAPI route with the same statements; and the deep against the first."""

from collections.abc import AsyncIterator, Sequence
from itertools import cycle, islice
from statistics import median
from typing import Final

from services.registry.repository.change_feed import NOBODY
from shared.http import encode_cursor
from tests.bench import stages
from tests.bench.lines import Line
from tests.bench.load import Request, ms_when_warm
from tests.bench.p5_http import bare, rehearse
from tests.bench.world import World

PAGES: Final = 100
PAGE_ROWS: Final = 200
_KINDS: Final = {
    "chunks of an import": "change_id IS NOT NULL",
    "single versions": "holder_id IS NOT NULL",
}


async def measure(world: World) -> AsyncIterator[Line]:
    """Pages of both kinds of entries; the country's import is in the feed once as chunks, and once as an entry a person."""
    await world.once(stages.imported)
    await world.once(long_feed)
    connection = await world.sql("registry")
    for kind, condition in _KINDS.items():
        rows = 1 if kind.startswith("chunks") else PAGE_ROWS
        begins = await connection.fetch(
            f"""SELECT no FROM (SELECT no, row_number() OVER (ORDER BY no) AS place FROM change_feed WHERE {condition}) AS entry
                 WHERE place % $1 = 1 % $1 ORDER BY no""",
            rows,
        )
        cursors = [encode_cursor(row["no"], NOBODY) for row in begins]
        half = max(1, len(cursors) // 2)
        depths = {"first pages": cursors[:half], "pages deep down": cursors[: -half - 1 : -1]}
        found: dict[str, float] = {}
        for depth, some in depths.items():
            requests = [_page(world, cursor) for cursor in islice(cycle(some), PAGES)]
            found[depth], baseline = await _both(world, requests)
            what = f"{depth} of the feed over {kind}, median, against a bare route with the same statements"
            yield Line.of("P8", what, world.scale, found[depth], "ms a page", baseline)
        what = f"pages deep down of the feed over {kind}, median, against the first ones"
        yield Line.of("P8", what, world.scale, found["pages deep down"], "ms a page", found["first pages"])


async def long_feed(world: World) -> None:
    """Behind the import's chunks an entry for each person, as so many single changes leave them; who is told of changes has heard of it."""
    await world.until_sql("registry", "SELECT NOT EXISTS (SELECT FROM change_feed WHERE no IS NULL) AND EXISTS (SELECT FROM dci_told)")
    connection = await world.sql("registry")
    async with connection.transaction():
        await connection.execute(
            """INSERT INTO change_feed (no, holder_id, version)
               SELECT nextval('change_feed_numbers'), holder_id, version FROM card_holder ORDER BY holder_id"""
        )
        await connection.execute("UPDATE dci_told SET no = (SELECT max(no) FROM change_feed)")


def _page(world: World, cursor: str) -> Request:
    path = f"/v1/changes?after={cursor}&limit={PAGE_ROWS}"
    return Request("GET", path, headers={"Authorization": f"Bearer {world.token()}"})


async def _both(world: World, requests: Sequence[Request]) -> tuple[float, float]:
    """The median of the registry's answers, and of the bare route's, in milliseconds."""
    address = await bare(world, "registry", await rehearse(world, "registry", requests))
    again = [Request("GET", f"/parts/{number}") for number in range(len(requests))]
    value = await ms_when_warm(world.services["registry"].address, requests, 1)
    return median(value), median(await ms_when_warm(address, again, 1))
