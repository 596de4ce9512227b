"""P1: the import of the national file against the bare COPY of the rows that it makes."""

from collections.abc import AsyncIterator, Iterable
from typing import Final

import asyncpg

from tests.bench import stages
from tests.bench.cost import Cost
from tests.bench.lines import Line
from tests.bench.world import World

TRIES: Final = 3


async def measure(world: World) -> AsyncIterator[Line]:
    """Once against the holders alone, once against all rows that the import writes."""
    country: stages.Imported = await world.once(stages.imported)
    holders = await _bare(world, ("card_holder",))
    everything = await _bare(world, ("card_holder", "card_holder_history", "person_salt"))
    what = f"import of {len(country.people)} persons until every event is out, against COPY and indexes of "
    for against, baseline in (("the holders", holders), ("the holders, their history and their salts", everything)):
        for line in Line.pair("P1", what + against, world.scale, country.cost, baseline):
            yield line


async def _bare(world: World, tables: Iterable[str]) -> Cost:
    """The cost of COPY of the tables' rows, the same bytes, into bare tables, and of building the same indexes."""
    connection = await world.sql("registry")
    costs = []
    files = {table: world.folder / f"{table}.copy" for table in tables}
    for table, file in files.items():
        await connection.copy_from_table(table, schema_name=_schema(table), output=file, format="binary")
    for _ in range(TRIES):
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
