"""P2: the month's run against INSERT … SELECT of its rows and a bare producer of its messages."""

from collections.abc import AsyncIterator
from typing import Final
from uuid import UUID

from tests.bench import stages
from tests.bench.cost import Cost
from tests.bench.lines import Line
from tests.bench.p1_import import indexes
from tests.bench.world import World

TRIES: Final = 3
_ROWS: Final = {
    "obligation": "SELECT o.* FROM obligation o JOIN disbursement d USING (holder_id, programme, benefit_month) WHERE d.run_id = $1",
    "disbursement": "SELECT * FROM disbursement WHERE run_id = $1",
    "run_total": "SELECT * FROM run_total WHERE run_id = $1",
    "run_difference": "SELECT * FROM run_difference WHERE run_id = $1",
    "run_eligible": "SELECT * FROM run_eligible WHERE run_id = $1",
    "run_history": "SELECT * FROM run_history WHERE run_id = $1",
    "ledger_entry": "SELECT * FROM ledger_entry WHERE batch_id = $1",
    "envelope_entry": "SELECT * FROM envelope_entry WHERE cause_id = $1",
    "bank_message": "SELECT * FROM bank_message WHERE chunk ->> 'run_id' = $1::uuid::text",
}
"""Every row that a month writes and leaves, as it leaves it."""


async def measure(world: World) -> AsyncIterator[Line]:
    """From the proposal until the last instruction is on Kafka."""
    await world.once(stages.entitled)
    # The first call of all fetches the issuer's keys, which takes as long as thousands of payments and is no work of the month.
    await world.call("payments", "GET", "/v1/runs")
    paid: stages.Month = await world.once(stages.month)
    rows = await _insert(world, paid.run_id)
    messages = await _produce(world, paid)
    count = sum(len(pairs) for pairs in paid.instructions.values())
    what = f"month of {count} payments, proposed to instructed, against INSERT SELECT ({rows.seconds:.2f} s) and a bare producer ({messages.seconds:.2f} s)"
    for line in Line.pair("P2", what, world.scale, paid.cost, rows + messages):
        yield line
    later: stages.LaterMonths = await world.once(stages.later_months)
    for line in Line.pair("P2", "the thirteenth month, against the second", world.scale, later.thirteenth, later.second):
        yield line


async def _insert(world: World, run_id: UUID) -> Cost:
    """The cost of INSERT … SELECT of the month's rows into tables with the same indexes."""
    connection = await world.sql("payments")
    costs = []
    for _ in range(TRIES):
        for table in _ROWS:
            await connection.execute(f"DROP TABLE IF EXISTS bench.{table}; CREATE TABLE bench.{table} (LIKE public.{table})")
            for index in await indexes(connection, table):
                await connection.execute(index.replace("ON ONLY", "ON").replace("public.", "bench."))
        meter = world.meter(own=True)
        for table, select in _ROWS.items():
            await connection.execute(f"INSERT INTO bench.{table} {select}", run_id)
        costs.append(meter.cost())
    return Cost.middle(costs)


async def _produce(world: World, paid: stages.Month) -> Cost:
    """The cost of sending the same messages to topics of the benchmark's own."""
    bare = {f"bench.{topic}": pairs for topic, pairs in paid.instructions.items()}
    await world.new_topics(bare)
    await world.produce(bare)  # until all leaders are there
    return Cost.middle([await world.produce(bare) for _ in range(TRIES)])
