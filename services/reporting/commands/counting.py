"""Counting: what changed since is made anew as counted rows, and the cubes are brought to their sums by the differences.

Handlers of events only note whose projections changed (`changed_holder`, which nothing waits for). One process at a time takes what is noted,
a set at a time: each set is one transaction, so whoever reads finds rows and sums that agree.
"""

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import cache
from typing import Final
from uuid import UUID

from services.reporting.queries.counted_rows import COUNTED, CountedRows
from services.reporting.queries.cubes import CUBES, Cube
from services.reporting.repository import uncounted
from shared.db import Database, ReadTx, Tx

CHANGES_AT_ONCE: Final = 20_000
"""Of the notes in one transaction."""

_LOCK: Final = 2561_06  # any number that no other lock of this database has; tables that are derived apart are counted apart
_TAKE: Final = """
    DELETE FROM changed_holder WHERE seq IN (SELECT seq FROM changed_holder ORDER BY seq LIMIT $1) RETURNING holder_id, source"""
# The sets differ in size a thousandfold: a plan that was made for any size would join the large ones row by row.
_SETTINGS: Final = """
    SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true), set_config('work_mem', '64MB', true)"""

ONE_PERSON: Final = """
    WITH RECURSIVE one AS (
        SELECT unnest({holders}) AS holder_id
         UNION
        SELECT other.holder_id FROM one CROSS JOIN LATERAL (
            SELECT merged_into AS holder_id FROM person WHERE holder_id = one.holder_id AND merged_into IS NOT NULL
             UNION ALL SELECT holder_id FROM person WHERE merged_into = one.holder_id
             UNION ALL SELECT merged_into FROM counted_case WHERE holder_id = one.holder_id AND merged_into IS NOT NULL
             UNION ALL SELECT holder_id FROM counted_case WHERE merged_into = one.holder_id) other)
    SELECT array_agg(holder_id) FROM one"""
"""The holders with all who are one person with them by what is told now, or was when they were counted last."""


async def count_all(db: Database) -> None:
    """Count until nothing waits."""
    # Asked by itself, for it is asked ten times a second.
    while await db.pool.fetchval(
        "SELECT EXISTS (SELECT FROM changed_holder) OR NOT EXISTS (SELECT FROM counting WHERE rules = $1)", _rules()
    ):
        async with db.transaction() as tx:
            await tx.execute("SELECT pg_advisory_xact_lock($1, hashtext(current_schema()))", _LOCK)
            await _by_these_rules(tx)
            await count_some(tx)


@asynccontextmanager
async def all_counted(db: Database) -> AsyncIterator[ReadTx]:
    """One snapshot of the database in which nothing waits to be counted. Where something is noted all the time, what would note more waits for its end."""
    await count_all(db)
    async with db.reading() as reading:
        if not await uncounted(reading):
            yield reading
            return
    async with db.transaction(one_snapshot=True) as tx:
        # A lock of a table takes no snapshot: that of the transaction is the first statement's, and nothing can be noted between the two.
        await tx.execute("LOCK TABLE changed_holder IN SHARE ROW EXCLUSIVE MODE")
        while await count_some(tx):
            pass
        yield tx


async def count_some(tx: Tx, at_once: int = CHANGES_AT_ONCE) -> int:
    """Count what was noted first; returns how many notes were taken."""
    taken = await tx.fetch(_TAKE, at_once)
    if taken:
        await tx.fetchrow(_SETTINGS)
    for rows in COUNTED:
        sources = {*rows.made_of, *rows.beside}
        holders: Sequence[UUID] = list({row["holder_id"] for row in taken if row["source"] in sources})
        if not holders:
            continue
        if rows.of_merged:
            holders = await tx.fetchval(ONE_PERSON.format(holders="$1::uuid[]"), holders)
        if await tx.fetchval(_counting(rows), holders):
            for cube in _cubes_of(rows):
                await tx.execute(f"DELETE FROM {cube.table} WHERE {cube.sums[0]} = 0")
    return len(taken)


async def _by_these_rules(tx: Tx) -> None:
    """Where another release counted last, by other rules: sum its rows anew, and let everybody be counted again."""
    if await tx.fetchval("SELECT EXISTS (SELECT FROM counting WHERE rules = $1)", _rules()):
        return
    for cube in CUBES:
        await tx.execute(f"DELETE FROM {cube.table}")
        names = ", ".join(cube.columns)
        await tx.execute(f"INSERT INTO {cube.table} ({names}) SELECT {names} FROM ({cube.of_rows(cube.of.all)}) s")
    # What was noted is in what is noted now.
    await tx.execute("DELETE FROM changed_holder")
    await tx.execute("INSERT INTO changed_holder (holder_id, source) SELECT holder_id, 'person' FROM person")
    await tx.execute("INSERT INTO changed_holder (holder_id, source) SELECT DISTINCT holder_id, 'payment' FROM payment")
    await tx.execute("INSERT INTO counting (rules) VALUES ($1) ON CONFLICT (one) DO UPDATE SET rules = excluded.rules", _rules())


@cache
def _rules() -> str:
    """The hash of how rows and sums are made."""
    return hashlib.sha256("\n".join(_counting(rows) for rows in COUNTED).encode()).hexdigest()


def _cubes_of(rows: CountedRows) -> list[Cube]:
    return [cube for cube in CUBES if cube.of is rows]


@cache
def _counting(rows: CountedRows) -> str:
    """One statement on one snapshot: the rows of the holders $1 as told now beside those that were counted, and what differs into rows and cubes."""
    names = ", ".join(rows.columns)
    keys = ", ".join(rows.key)
    same_key = " AND ".join(f"c.{one} = d.{one}" for one in rows.key)
    changes = ", ".join(f"{one} = excluded.{one}" for one in rows.columns if one not in rows.key)
    if rows.together:
        group = ", ".join(rows.together)
        differs = f"WHERE ({group}) IN (SELECT {group} FROM gained UNION SELECT {group} FROM lost)"
        moved = f"SELECT {names}, 1 AS sign FROM now_told {differs} UNION ALL SELECT {names}, -1 FROM was {differs}"
    else:
        moved = f"SELECT {names}, 1 AS sign FROM gained UNION ALL SELECT {names}, -1 FROM lost"
    parts = [
        rows.now("$1::uuid[]"),
        f"was AS MATERIALIZED (SELECT {names} FROM {rows.table} WHERE holder_id = ANY ($1::uuid[]))",
        "gained AS MATERIALIZED (SELECT * FROM now_told EXCEPT SELECT * FROM was)",
        "lost AS MATERIALIZED (SELECT * FROM was EXCEPT SELECT * FROM now_told)",
        f"moved AS MATERIALIZED ({moved})",
        f"gone AS (DELETE FROM {rows.table} c USING lost d WHERE {same_key} AND ({', '.join(f'd.{one}' for one in rows.key)}) NOT IN (SELECT {keys} FROM gained))",
        f"kept AS (INSERT INTO {rows.table} ({names}) SELECT {names} FROM gained ON CONFLICT ({keys}) DO UPDATE SET {changes})",
        *(f"in_{cube.table} AS ({_differences(cube)})" for cube in _cubes_of(rows)),
    ]
    return f"WITH {', '.join(parts)} SELECT count(*) FROM moved"


def _differences(cube: Cube) -> str:
    names, keys = ", ".join(cube.columns), ", ".join(("area", *cube.keys))
    adds = ", ".join(f"{one} = {cube.table}.{one} + excluded.{one}" for one in cube.sums)
    differs = " OR ".join(f"{one} <> 0" for one in cube.sums)
    return f"""INSERT INTO {cube.table} ({names}) SELECT {names} FROM ({cube.of_rows("moved")}) s WHERE {differs}
               ON CONFLICT ({keys}) DO UPDATE SET {adds}"""
