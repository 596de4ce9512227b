"""What a service owes to addresses outside, sent while a test looks."""

import asyncio
import contextlib


@contextlib.asynccontextmanager
async def sending(service, name, database):
    """The service's sender of webhooks runs within."""
    task = asyncio.create_task(service.webhooks.runner(name, database).run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
