"""The alembic environment of every service: one asyncpg connection as the owner role, a lock timeout, one history."""

import asyncio
from typing import Any

from alembic import context
from sqlalchemy import Connection, MetaData, event, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

LOCK_TIMEOUT = "5s"


def run(metadata: MetaData) -> None:
    """Run the migrations; called by each services/<service>/migrations/env.py with its tables' metadata."""
    url = context.config.get_main_option("sqlalchemy.url")
    if not url:
        raise RuntimeError("sqlalchemy.url is not set: run the migrations by python -m deploy.migrate")
    asyncio.run(_migrate(url, metadata))


async def _migrate(url: str, metadata: MetaData) -> None:
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"), poolclass=pool.NullPool)
    event.listen(engine.sync_engine, "do_execute", _run_script)
    async with engine.connect() as connection:
        await connection.run_sync(_in_transaction, metadata)
        await connection.commit()
    await engine.dispose()


def _run_script(cursor: Any, statement: str, parameters: Any, _context: Any) -> bool:
    """Run several statements at once, in the open transaction: SQLAlchemy would prepare them, and PostgreSQL prepares one only."""
    if parameters or ";" not in statement.strip().rstrip(";"):
        return False
    cursor._adapt_connection.run_async(lambda connection: connection.execute(statement))  # noqa: SLF001  # the cursor has no other way to its connection
    return True


def _in_transaction(connection: Connection, metadata: MetaData) -> None:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
        context.run_migrations()
