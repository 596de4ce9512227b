"""P13: batches of another programme taken over REST, against a bare COPY of the rows that are kept of them."""

from collections.abc import AsyncIterator, Sequence
from itertools import islice
from typing import Final
from uuid import UUID

import asyncpg

from shared.ids import new_id
from tests.bench import stages
from tests.bench.cost import Cost
from tests.bench.lines import Line
from tests.bench.load import Request, ms_a_request
from tests.bench.p1_import import indexes
from tests.bench.world import World

LINES_A_REQUEST: Final = 5000
LINES_MAX: Final = 200_000
CONNECTIONS: Final = 2
TRIES: Final = 3
GOAL_LINES_A_SECOND: Final = 10 * 6157
"""Ten times what OpenG2P Bridge reached."""
PROGRAMME: Final = "BENCHMARK"
MONTHS: Final = tuple(f"2018-{number:02}" for number in range(3, 13))
_COLUMNS: Final = ("batch_id", "line_no", "programme", "holder_id", "benefit_month", "amount_satang", "tier", "standing", "holds_money")


async def measure(world: World) -> AsyncIterator[Line]:
    """From the first request until the last answer: read, checked line by line, found in the registry, kept once, their money promised."""
    known: stages.People = await world.once(stages.people)
    payments = await world.service("payments")
    await payments.caught_up()
    await _programme(world)
    requests = _requests(world, [person.holder_id for person in known.everybody])
    warm, measured = requests[:1], requests[1:]
    await ms_a_request(payments.address, warm, 1)
    lines = sum(len(request.body) for request in measured)
    meter = world.meter(own=True)
    await ms_a_request(payments.address, measured, CONNECTIONS)
    cost = meter.cost()
    bare = await _bare(world, lines)
    what = f"{lines} lines taken in batches of up to {LINES_A_REQUEST}, against a bare COPY of the same rows"
    for line in Line.pair("P13", what, world.scale, cost, bare):
        yield line
    rate = lines / cost.seconds
    yield Line.of("P13", "lines taken a second, against the goal (to be over 1)", world.scale, rate, "lines/s", GOAL_LINES_A_SECOND)


async def _programme(world: World) -> None:
    """A programme with enough money in each month's envelope, by two persons."""
    why = {"reason": "benchmark", "document": "1/2561"}
    words = {"name_th": "ทดสอบ", "name_en": "benchmark", "benefit": "E_MONEY", "line_satang_max": 100_000, "batch_satang_max": 0}
    purses = [{"source": PROGRAMME, "month": month, "amount_satang": 10**14} for month in MONTHS]
    for asked in (
        {"kind": "PROGRAMME", "programme": PROGRAMME, "source": PROGRAMME, "agency": "DSD", **words, **why},
        {"kind": "OPENING", "envelopes": purses, **why},
    ):
        proposed = (await world.call("payments", "POST", "/v1/envelope-proposals", asked, who="maker")).json()
        path = f"/v1/envelope-proposals/{proposed['proposal_id']}/approval"
        await world.call("payments", "POST", path, {"reason": "benchmark"}, who="approver")


def _requests(world: World, holder_ids: Sequence[UUID]) -> list[Request]:
    """Everybody for one month after the other, so many lines a request; the first request warms the service."""
    path = f"/v1/disbursement-batches?programme={PROGRAMME}&reference=1"
    token = world.token("sender")
    return [
        Request(
            "POST",
            path,
            [{"holder_id": str(one), "month": month, "amount_satang": 60_000} for one in holder_ids[first : first + LINES_A_REQUEST]],
            {"Authorization": f"Bearer {token}", "Idempotency-Key": str(new_id())},
        )
        for month, first in islice(
            ((month, first) for month in MONTHS for first in range(0, len(holder_ids), LINES_A_REQUEST)), 1 + LINES_MAX // LINES_A_REQUEST
        )
    ]


async def _bare(world: World, lines: int) -> Cost:
    """The cost of COPY of the rows, so many at once, into a bare table with the same indexes."""
    connection = await world.sql("payments")
    rows = await connection.fetch(f"SELECT {', '.join(_COLUMNS)} FROM batch_line WHERE programme = $1 LIMIT $2", PROGRAMME, lines)
    records = [tuple(row) for row in rows]
    costs = []
    for _ in range(TRIES):
        await _empty(connection)
        meter = world.meter(own=True)
        for first in range(0, len(records), LINES_A_REQUEST):
            part = records[first : first + LINES_A_REQUEST]
            await connection.copy_records_to_table("batch_line", schema_name="bench", columns=_COLUMNS, records=part)
        costs.append(meter.cost())
    return Cost.middle(costs)


async def _empty(connection: asyncpg.Connection) -> None:
    await connection.execute("DROP TABLE IF EXISTS bench.batch_line; CREATE TABLE bench.batch_line (LIKE public.batch_line)")
    for index in await indexes(connection, "batch_line"):
        await connection.execute(index)
