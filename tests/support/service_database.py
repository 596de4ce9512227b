"""One migrated database a service for its own tests, emptied between them, and what is asked of every such database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, NamedTuple

import asyncpg
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import pool
from sqlalchemy.ext.asyncio import create_async_engine

from deploy.databases import app_role, create_databases, database_name, owner_role, roles
from deploy.migrate import migrate
from shared.db import Database
from shared.db.floor import FLOOR_TABLES

PREFIX: Final = "service_tests"
# One password a role for every suite of tests: roles are the server's, and the server is the session's.
PASSWORDS: Final = {role: role for role in roles()}
FLOOR: Final = FLOOR_TABLES | {"alembic_version"}

# A table that never had a row since it was truncated has no page, and no number has been drawn for it.
_OPEN: Final[dict[str, Database]] = {}
_WRITTEN: Final = """
    SELECT one::regclass::text AS name FROM unnest($1::text[]) AS one
     WHERE pg_relation_size(one::regclass) > 0
        OR EXISTS (SELECT FROM pg_partition_tree(one::regclass) WHERE pg_relation_size(relid) > 0)
        OR EXISTS (SELECT FROM pg_depend JOIN pg_sequence ON seqrelid = objid
                    WHERE refobjid = one::regclass AND refclassid = 'pg_class'::regclass AND deptype IN ('a', 'i')
                      AND pg_sequence_last_value(seqrelid) IS NOT NULL)"""


class Dsns(NamedTuple):
    """DSNs of the owner and of the app role."""

    owner: str
    app: str


@asynccontextmanager
async def migrated_database(postgres, service) -> AsyncIterator[Dsns]:
    """The service's database on the session's server, made and migrated where it is not; connections to it are kept as long."""
    await create_databases(postgres.superuser_dsn, PASSWORDS, PREFIX)
    name = database_name(service, PREFIX)
    owner, app = (postgres.dsn(name, role(service), PASSWORDS[role(service)]) for role in (owner_role, app_role))
    await asyncio.to_thread(migrate, service, owner)
    yield Dsns(owner, app)
    for dsn in {owner, app} & _OPEN.keys():
        await _OPEN.pop(dsn).close()


@asynccontextmanager
async def opened(dsn, name) -> AsyncIterator[Database]:
    """A database of the test's own on connections that tests use one after the other: to open one takes longer than most tests do."""
    kept = _OPEN.get(dsn)
    if kept is None or kept.pool.is_closing():
        kept = _OPEN[dsn] = await Database.connect(dsn, name=name)
    try:
        yield Database(kept.pool)
    finally:
        if kept.pool.get_idle_size() < kept.pool.get_size():
            # Something of this test is still at work: it is waited for, and ends with its connections.
            await kept.close()


async def emptied(owner_dsn, tables, *, then=None):
    """Take every row out of the tables, as only the owner can, and let their numbers begin anew; `then` is SQL that belongs to it.

    What nothing was written to is left alone: a table costs the same to truncate empty or full, and most tests write to few.
    """
    async with opened(owner_dsn, "owner") as owner, owner.transaction() as tx:
        # What a test that killed a process left on its way ends first, as before a truncation.
        await tx.execute(f"LOCK TABLE {', '.join(sorted(tables))} IN ACCESS EXCLUSIVE MODE")
        if written := [row["name"] for row in await tx.fetch(_WRITTEN, sorted(tables))]:
            await tx.execute(f"TRUNCATE {', '.join(written)} RESTART IDENTITY CASCADE")
        if then is not None:
            await tx.execute(then)


async def differences(dsns, metadata, *, partitions=()):
    """What the migrated database and the declared tables do not agree on; the floor's tables and partitions are not declared."""
    engine = create_async_engine(dsns.owner.replace("postgresql://", "postgresql+asyncpg://"), poolclass=pool.NullPool)

    def declared(_item, name, kind, _reflected, _compared):
        return kind != "table" or not (name in FLOOR or name.startswith(tuple(partitions)))

    def compare(connection):
        return compare_metadata(
            MigrationContext.configure(connection, opts={"include_object": declared, "compare_type": True, "include_schemas": True}),
            metadata,
        )

    async with engine.connect() as connection:
        found = await connection.run_sync(compare)
    await engine.dispose()
    return found


async def rewritable(dsns, *tables):
    """Which of the tables the app role may change, empty or delete from; for tables of history none."""
    connection = await asyncpg.connect(dsns.app)
    try:
        rights = await connection.fetch(
            """SELECT name, wanted FROM unnest($1::text[]) AS name CROSS JOIN unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS wanted
                WHERE has_table_privilege(name, wanted) OR has_any_column_privilege(name, 'UPDATE') AND wanted = 'UPDATE'""",
            list(tables),
        )
        refused = []
        for table in tables:
            try:
                await connection.execute(f"DELETE FROM {table} WHERE false")
            except asyncpg.InsufficientPrivilegeError:
                refused.append(table)
        return sorted({row["name"] for row in rights} | (set(tables) - set(refused)))
    finally:
        await connection.close()
