"""P3: banks' answers taken in and reconciled, against a bare consumer with COPY and UPDATE."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Final
from uuid import UUID

import asyncpg
import orjson

from tests.bench import stages
from tests.bench.cost import Cost
from tests.bench.lines import Line
from tests.bench.p1_import import indexes
from tests.bench.world import World

TRIES: Final = 3
_COLUMNS: Final = ("disbursement_id", "state", "value_date", "bank_reference")


async def measure(world: World) -> AsyncIterator[Line]:
    """From the first answer on Kafka until the run is closed."""
    paid: stages.Month = await world.once(stages.month)
    answers: stages.Settled = await world.once(stages.settled)
    connection = await world.sql("payments")
    costs = []
    for _ in range(TRIES):
        await _prepare(connection, paid.run_id)
        costs.append(await _bare(world, connection, list(answers.results)))
    count = sum(len(pairs) for pairs in answers.results.values())
    what = f"{count} bank results taken in, reconciled and the run closed, against consume, COPY and UPDATE"
    for line in Line.pair("P3", what, world.scale, answers.cost, Cost.middle(costs)):
        yield line


async def _prepare(connection: asyncpg.Connection, run_id: UUID) -> None:
    """The lines as they were before the answers, in a bare table with the same indexes."""
    await connection.execute(
        "DROP TABLE IF EXISTS bench.disbursement, bench.answer; CREATE TABLE bench.disbursement (LIKE public.disbursement)"
    )
    await connection.execute("INSERT INTO bench.disbursement SELECT * FROM public.disbursement WHERE run_id = $1", run_id)
    await connection.execute("UPDATE bench.disbursement SET state = 'OPEN', value_date = NULL, bank_reference = NULL")
    for index in await indexes(connection, "disbursement"):
        await connection.execute(index)
    await connection.execute("VACUUM ANALYZE bench.disbursement")
    await connection.execute("CREATE TABLE bench.answer (disbursement_id uuid, state text, value_date date, bank_reference text)")


async def _bare(world: World, connection: asyncpg.Connection, topics: list[str]) -> Cost:
    meter = world.meter(own=True)
    rows = []
    async for record in world.records(*topics):
        data = orjson.loads(record.value)["data"]
        rows.append((UUID(data["instruction_id"]), data["status"], date.fromisoformat(data["value_date"]), data["bank_reference"]))
    await connection.copy_records_to_table("answer", schema_name="bench", columns=_COLUMNS, records=rows)
    await connection.execute(
        """UPDATE bench.disbursement d SET state = a.state, value_date = a.value_date, bank_reference = a.bank_reference
             FROM bench.answer a WHERE a.disbursement_id = d.disbursement_id"""
    )
    return meter.cost()
