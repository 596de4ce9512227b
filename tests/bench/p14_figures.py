"""P14: events taken into the projections, everybody counted, and the reports of the country, each against the bare SQL of the same."""

from collections.abc import AsyncIterator, Iterable, Sequence
from statistics import median
from typing import Any, Final

import asyncpg
import orjson

from services.reporting.commands.counting import count_all
from services.reporting.consumers import consumers
from services.reporting.queries.counted_rows import COUNTED
from services.reporting.queries.cubes import CUBES
from shared.contracts.registry import HISTORY
from shared.db import Database
from tests.bench import stages
from tests.bench.cost import Cost
from tests.bench.lines import Line, Stopwatch
from tests.bench.load import Request, ms_when_warm
from tests.bench.p1_import import indexes
from tests.bench.process import ServiceProcess
from tests.bench.world import World

READINGS: Final = 40
GOAL_EVENTS_A_SECOND: Final = 50_000
BATCH: Final = 5000
_UPSERT: Final = """
    INSERT INTO bench.fact (topic, key, data)
    SELECT DISTINCT ON (topic, key) topic, key, data FROM jsonb_to_recordset($1::jsonb) AS told (topic text, key text, data jsonb) ORDER BY topic, key
    ON CONFLICT (topic, key) DO UPDATE SET data = excluded.data"""
_READ: Final = {
    "year": "SELECT figure, sum(persons) FROM cube_figure WHERE area = '' AND starts_with(figure, 'year/') GROUP BY 1",
    "visit-results": "SELECT figure, sum(persons) FROM cube_figure WHERE area = '' AND starts_with(figure, 'visit-results/') GROUP BY 1",
    "age-income": "SELECT tier, age_group, persons, deceased FROM cube_age_income WHERE area = ''",
    "intake": "SELECT area, sum(persons), sum(walk_in), sum(home_visit), sum(up_to_30000), sum(over_30000), sum(approved_late) FROM cube_intake GROUP BY 1",
    "entitlements": "SELECT tier, status, stop_reason, stop_month, persons, monthly_satang FROM cube_allowance WHERE area = ''",
    "areas": "SELECT area, figure, sum(persons) FROM cube_figure WHERE length(area) = 2 AND starts_with(figure, 'year/') GROUP BY 1, 2",
}
"""Reports of the country, and the bare SQL over the same sums."""


async def measure(world: World) -> AsyncIterator[Line]:
    """Everybody who was imported, with the wishes of February and what payments made of them."""
    await world.once(stages.entitled)
    environment = world.suite.environment("reporting")
    taking = await ServiceProcess.start("reporting", environment, world.folder, "http", "consumers")
    world.services["reporting"] = taking
    # Its start is not what is measured.
    await world.until_sql("reporting", "SELECT EXISTS (SELECT FROM consumer_position WHERE position > 0)")
    meter = world.meter(own=False)

    async def taken_in() -> bool:
        return bool((await taking.readiness())["consumer_lag"] == 0)

    await taking.until(taken_in, 3600.0)
    cost = meter.cost()
    connection = await world.sql("reporting")
    events = await connection.fetchval("SELECT sum(position)::bigint FROM consumer_position")
    bare = await _bare_taking(world, connection, sorted(consumers.topics))
    what = f"{events} events taken into the projections, against a bare consumer with one upsert a batch"
    for line in Line.pair("P14", what, world.scale, cost, bare):
        yield line
    rate = events / cost.seconds
    yield Line.of("P14", "events taken in a second, against the goal (to be over 1)", world.scale, rate, "events/s", GOAL_EVENTS_A_SECOND)
    await world.services.pop("reporting").stop()

    counting, all_at_once = await _counted(world), await _bare_counting(world, connection)
    persons = await connection.fetchval("SELECT count(*) FROM counted_case")
    what = f"{persons} persons counted, a set at a time, against INSERT SELECT of the same rows and sums at once"
    for line in Line.pair("P14", what, world.scale, counting, all_at_once):
        yield line

    reporting = await world.service("reporting")
    await reporting.caught_up()
    token = {"Authorization": f"Bearer {world.token()}"}
    for report, sql in _READ.items():
        requests = [Request("GET", f"/v1/reports/{report}", headers=token) for _ in range(READINGS)]
        value = median(await ms_when_warm(reporting.address, requests, 1))
        what = f"report {report} of the country over HTTP, median, against the bare SQL of its sums"
        yield Line.of("P14", what, world.scale, value, "ms", await _ms(connection, sql))


async def _bare_taking(world: World, connection: asyncpg.Connection, topics: Iterable[str]) -> Cost:
    """The cost of reading the same messages and bringing them in, a batch at a time, by key."""
    await connection.execute(
        "DROP TABLE IF EXISTS bench.fact; CREATE TABLE bench.fact (topic text, key text, data jsonb NOT NULL, PRIMARY KEY (topic, key))"
    )
    meter = world.meter(own=True)
    batch: list[dict[str, Any]] = []
    async for record in world.records(*topics):
        told = orjson.loads(record.value)
        batch.append({"topic": HISTORY if record.topic == HISTORY else told["type"], "key": record.key.decode(), "data": told["data"]})
        if len(batch) == BATCH:
            await connection.execute(_UPSERT, orjson.dumps(batch).decode())
            batch = []
    if batch:
        await connection.execute(_UPSERT, orjson.dumps(batch).decode())
    return meter.cost()


async def _counted(world: World) -> Cost:
    """The cost of counting everybody by the service's own steps."""
    db = await Database.connect(world.suite.environment("reporting")["REPORTING_DATABASE_DSN"], name="bench")
    try:
        meter = world.meter(own=True)
        await count_all(db)
        return meter.cost()
    finally:
        await db.close()


async def _bare_counting(world: World, connection: asyncpg.Connection) -> Cost:
    """The cost of one statement a table over everybody, into bare tables with the same indexes."""
    tables = [*(rows.table for rows in COUNTED), *(cube.table for cube in CUBES)]
    for table in tables:
        await connection.execute(f"DROP TABLE IF EXISTS bench.{table}; CREATE TABLE bench.{table} (LIKE public.{table})")
        for index in await indexes(connection, table):
            await connection.execute(index)
    meter = world.meter(own=True)
    for rows in COUNTED:
        await _insert(connection, rows.table, rows.columns, rows.select)
    for cube in CUBES:
        await _insert(connection, cube.table, cube.columns, cube.of_rows(cube.of.all))
    return meter.cost()


async def _insert(connection: asyncpg.Connection, table: str, columns: Sequence[str], select: str) -> None:
    names = ", ".join(columns)
    await connection.execute(f"INSERT INTO bench.{table} ({names}) SELECT {names} FROM ({select}) made")


async def _ms(connection: asyncpg.Connection, sql: str) -> float:
    """The median of the statement's milliseconds, when warm."""
    statement = await connection.prepare(sql)
    taken = []
    for _ in range(READINGS):
        watch = Stopwatch()
        await statement.fetch()
        taken.append(watch.seconds * 1000)
    return median(taken[READINGS // 10 :])
