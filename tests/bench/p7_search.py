"""P7: the search for staff, against a bare FastAPI route that runs the same statements and gives the same answer: mean and 99th percentile."""

from collections.abc import AsyncIterator
from itertools import cycle
from statistics import fmean
from typing import Any, Final

from shared.auth import Level, Reach
from tests.bench import stages
from tests.bench.lines import Line, percentile
from tests.bench.load import Request, ms_when_warm
from tests.bench.p5_http import bare, rehearse
from tests.bench.world import World

SEARCHES: Final = 600
CONNECTIONS: Final = (1, 4)
_PATH: Final = "/v1/card-holders/search"
_SCOPES: Final = ("registry.card-holders:search",)


async def measure(world: World) -> AsyncIterator[Line]:
    """A mix of searches of district, province and country, over one connection and over four."""
    await world.once(stages.imported)
    connection = await world.sql("registry")
    people = await connection.fetch(
        """SELECT first_name, last_name, home_district, extract(year FROM birth_date)::int AS born FROM card_holder
            WHERE length(first_name) > 3 AND last_name <> '' ORDER BY holder_id LIMIT $1""",
        SEARCHES,
    )
    requests = [_request(world, person, kind) for person, kind in zip(people, cycle(range(5)), strict=False)]
    address = await bare(world, "registry", await rehearse(world, "registry", requests))
    again = [Request("POST", f"/parts/{number}", request.body) for number, request in enumerate(requests)]
    for connections in CONNECTIONS:
        taken = await ms_when_warm(world.services["registry"].address, requests, connections)
        baseline = await ms_when_warm(address, again, connections)
        over = f"search over {connections} connection{'s' if connections > 1 else ''}, against a bare route with the same statements"
        yield Line.of("P7", f"mean of a {over}", world.scale, fmean(taken), "ms a request", fmean(baseline))
        yield Line.of("P7", f"99th percentile of a {over}", world.scale, percentile(taken, 99), "ms a request", percentile(baseline, 99))


def _request(world: World, person: Any, kind: int) -> Request:
    """By full name, by one misspelt, by the beginning of the first name, by birth year in a district; of three reaches."""
    first, last, district = person["first_name"], person["last_name"], person["home_district"]
    reach = Reach.country()
    asked: dict[str, Any]
    match kind:
        case 0:
            asked = {"name": f"{first} {last}"}
        case 1:
            asked, reach = {"name": f"{first} {last}"}, Reach(Level.PROVINCE, district[:2])
        case 2:
            asked, reach = {"name": f"{first[:2]}ก{first[3:]}"}, Reach(Level.DISTRICT, district)
        case 3:
            asked = {"name": first}
        case _:
            asked, reach = {"district": district, "birth_year_ce": person["born"]}, Reach(Level.PROVINCE, district[:2])
    token = world.suite.issuer.issue("bench", _SCOPES, reach)
    return Request("POST", _PATH, {**asked, "purpose": "benchmark"}, {"Authorization": f"Bearer {token}"})
