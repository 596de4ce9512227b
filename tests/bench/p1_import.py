"""P1: the import of the national file against the bare COPY of the rows that it makes."""

from collections.abc import AsyncIterator, Iterable
from typing import Final

import asyncpg

from tests.bench import stages
from tests.bench.cost import Cost
from tests.bench.lines import Line
from tests.bench.world import World

TRIES: Final = 3
LARGE_COUNTRY: Final = 10
"""From this scale on (fewer real persons a simulated one) once is enough: chance is small beside it."""
LIMIT_MIB: Final = 400
"""What each of the registry's processes may take."""


async def measure(world: World) -> AsyncIterator[Line]:
    """Once against the holders alone, once against all rows that the import writes."""
    country: stages.Imported = await world.once(stages.imported)
    holders = await _bare(world, ("card_holder",))
    everything = await _bare(world, ("card_holder", "card_holder_history", "person_salt"))
    what = f"import of {country.persons} persons until every event is out, against COPY and indexes of "
    for against, baseline in (("the holders", holders), ("the holders, their history and their salts", everything)):
        for line in Line.pair("P1", what + against, world.scale, country.cost, baseline):
            yield line
    for role, peak in country.peaks.items():
        yield Line.of("P1", f"peak memory of {role}, against its limit", world.scale, peak, "MiB", LIMIT_MIB)


async def _bare(world: World, tables: Iterable[str]) -> Cost:
    """The cost of COPY of the tables' rows, the same bytes, into bare tables, and of building the same indexes."""
    connection = await world.sql("registry")
    costs = []
    files = {table: world.folder / f"{table}.copy" for table in tables}
    for table, file in files.items():
        await connection.copy_from_table(table, schema_name=_schema(table), output=file, format="binary")
    # As the import's own indexes are built (build_late_indexes).
    await connection.execute("SET maintenance_work_mem = '256MB'")
    for _ in range(1 if world.scale <= LARGE_COUNTRY else TRIES):
        for table in files:
            await connection.execute(f"DROP TABLE IF EXISTS bench.{table}; CREATE TABLE bench.{table} (LIKE {_schema(table)}.{table})")
        meter = world.meter(own=True)
        for table, file in files.items():
            await connection.copy_to_table(table, schema_name="bench", source=file, format="binary")
            for index in await indexes(connection, table):
                await connection.execute(index)
        costs.append(meter.cost())
    return Cost.middle(costs)


async def indexes(connection: asyncpg.Connection, table: str) -> list[str]:
    """The statements that build the table's indexes on its bare copy."""
    rows = await connection.fetch("SELECT indexdef FROM pg_indexes WHERE schemaname = $1 AND tablename = $2", _schema(table), table)
    return [row["indexdef"].replace(f"ON {_schema(table)}.", "ON bench.") for row in rows]


def _schema(table: str) -> str:
    return "apart" if table == "person_salt" else "public"
