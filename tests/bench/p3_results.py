"""P3: banks' answers taken in, told and reconciled, against a bare consumer, COPY, two UPDATEs and a bare producer of the same rows and messages."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import orjson

from shared.contracts.payments import ENTITLEMENTS, PaymentSettled
from shared.ids import new_id
from tests.bench import stages
from tests.bench.cost import Cost
from tests.bench.lines import Line
from tests.bench.p1_import import indexes
from tests.bench.world import World

TRIES: Final = 3
GOAL_PER_SECOND: Final = 60_000
_TABLES: Final = ("obligation", "disbursement", "bank_result")
_FACTS: Final = f"bench.{ENTITLEMENTS}"


async def measure(world: World) -> AsyncIterator[Line]:
    """From the first answer on Kafka until all are told and the run is closed."""
    paid: stages.Month = await world.once(stages.month)
    answers: stages.Settled = await world.once(stages.settled)
    connection = await world.sql("payments")
    facts = [(record.key, record.value) async for record in world.records(ENTITLEMENTS) if _is_settlement(record.value)]
    await world.new_topics([_FACTS])
    await world.produce({_FACTS: facts})  # until all leaders are there
    costs = []
    for _ in range(TRIES):
        await _prepare(connection, paid.run_id)
        costs.append(await _bare(world, connection, list(answers.results)) + await world.produce({_FACTS: facts}))
    bare = Cost.middle(costs)
    count = sum(len(pairs) for pairs in answers.results.values())
    what = f"{count} bank results taken in, told, reconciled and the run closed, against consume, COPY, UPDATE and produce"
    for line in Line.pair("P3", what, world.scale, answers.cost, bare):
        yield line
    rate = count / answers.cost.seconds
    yield Line.of("P3", "bank results a second, against the goal", world.scale, rate, "results/s", GOAL_PER_SECOND)


def _is_settlement(value: bytes) -> bool:
    return f'"type":"{PaymentSettled.type}"'.encode() in value


async def _prepare(connection: asyncpg.Connection, run_id: UUID) -> None:
    """Obligations and lines as they were before the answers, and no answer, in bare tables with the same indexes."""
    for table in _TABLES:
        await connection.execute(f"DROP TABLE IF EXISTS bench.{table}; CREATE TABLE bench.{table} (LIKE public.{table})")
    await connection.execute("ALTER TABLE bench.bank_result ALTER seq ADD GENERATED ALWAYS AS IDENTITY")
    await connection.execute("INSERT INTO bench.disbursement SELECT * FROM public.disbursement WHERE run_id = $1", run_id)
    await connection.execute("UPDATE bench.disbursement SET state = 'OPEN', value_date = NULL, bank_reference = NULL")
    await connection.execute(
        "INSERT INTO bench.obligation SELECT o.* FROM public.obligation o JOIN bench.disbursement d USING (holder_id, programme, benefit_month)"
    )
    for table in _TABLES:
        for index in await indexes(connection, table):
            await connection.execute(index.replace("ON ONLY", "ON").replace("public.", "bench."))
    for table in _TABLES:
        await connection.execute(f"VACUUM ANALYZE bench.{table}")


_COLUMNS: Final = (
    *("result_id", "batch_id", "via", "bank", "instruction_id", "disbursement_id", "status", "amount_satang", "value_date"),
    *("bank_reference", "disposition", "outcomes", "received_at"),
)


async def _bare(world: World, connection: asyncpg.Connection, topics: Sequence[str]) -> Cost:
    meter = world.meter(own=True)
    batch_id = new_id()
    rows = [_row(orjson.loads(record.value), batch_id) async for record in world.records(*topics)]
    await connection.copy_records_to_table("bank_result", schema_name="bench", columns=_COLUMNS, records=rows)
    await connection.execute(
        """UPDATE bench.disbursement d SET state = a.status, value_date = a.value_date, bank_reference = a.bank_reference
             FROM bench.bank_result a WHERE a.disbursement_id = d.disbursement_id"""
    )
    await connection.execute(
        """UPDATE bench.obligation o SET state = d.state FROM bench.disbursement d
            WHERE d.holder_id = o.holder_id AND d.programme = o.programme AND d.benefit_month = o.benefit_month"""
    )
    return meter.cost()


def _row(envelope: dict[str, Any], batch_id: UUID) -> tuple[Any, ...]:
    data = envelope["data"]
    told = (data["bank"], data["bank"], data["instruction_id"], UUID(data["instruction_id"]), data["status"], data["amount_satang"])
    when = (
        date.fromisoformat(data["value_date"]),
        data["bank_reference"],
        "APPLIED",
        data["status"],
        datetime.fromisoformat(envelope["time"]),
    )
    return (UUID(envelope["id"]), batch_id, *told, *when)
