"""What tests of faults have in common: a process of the registry's jobs that is held up at a table, killed there, and taken over."""

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta

from shared.clock import system_now
from tests.registry.process import registry_process

READ_BY_A_STEP = {"policy"}
"""Tables that a step only reads: nobody may do even that while they are held."""


@asynccontextmanager
async def jobs_process(registry, dsn, *, share=100, file_bytes_max=None, **settings):
    """The registry's own process, jobs only; ended at the end, if it still lives."""
    settings = {"import_workers": 0, "import_share_percent_max": share, **settings}
    process = await registry_process(registry, dsn, file_bytes_max=file_bytes_max, **settings)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@asynccontextmanager
async def standing_still(owner, table):
    """Whoever writes to the table waits, until the end; gives a way to wait until the process is among them."""
    async with owner.transaction() as tx:
        await tx.execute(f"LOCK TABLE {table} IN {'ACCESS EXCLUSIVE' if table in READ_BY_A_STEP else 'SHARE ROW EXCLUSIVE'} MODE")
        here = await tx.fetchval("SELECT pg_backend_pid()")

        async def somebody_waits(process):
            while not await tx.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted AND $1 = ANY(pg_blocking_pids(pid))", here):
                assert process.returncode is None
                await asyncio.sleep(0.05)

        yield somebody_waits


async def killed_at(registry, dsn, owner, tables, **settings):
    """Start the process, and kill it while it waits for the last of the tables; those before let it pass when the next one is held.

    So `("card_holder", "outbox")` is the first write to the outbox after the first one to the persons.
    """
    async with jobs_process(registry, dsn, **settings) as process, AsyncExitStack() as last:
        for table in tables:
            held = AsyncExitStack()
            somebody_waits = await held.enter_async_context(standing_still(owner, table))
            await last.aclose()
            last.push_async_exit(held)
            await somebody_waits(process)
        process.kill()
        await process.wait()
    await expire_lease(registry)


async def expire_lease(registry):
    """The lease of a dead process runs out."""
    async with registry.db.transaction() as tx:
        await tx.execute("UPDATE job SET lease_until = $1 WHERE status = 'RUNNING'", system_now() - timedelta(seconds=1))
