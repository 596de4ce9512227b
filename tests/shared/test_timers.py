"""Timed work: again and again, by one process at a time, loud when it breaks."""

import asyncio
import contextlib
from datetime import timedelta

import pytest

from shared.timers import Timer, TimerRunner

OFTEN = timedelta(milliseconds=5)


@contextlib.asynccontextmanager
async def running(line, *works):
    tasks = [asyncio.create_task(TimerRunner(line.database, [Timer("work", OFTEN, work)]).run()) for work in works]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_it_is_done_again_and_again(line):
    done = asyncio.Semaphore(0)

    async def work():
        done.release()

    async with running(line, work):
        for _ in range(3):
            await done.acquire()


async def test_two_processes_do_not_do_it_at_once(line):
    at_work, most, turns = 0, 0, asyncio.Semaphore(0)

    async def work():
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        async with line.database.reading() as tx:
            await tx.fetchval("SELECT 1")
        at_work -= 1
        turns.release()

    async with running(line, work, work):
        for _ in range(10):
            await turns.acquire()
    assert most == 1


async def test_an_error_stops_the_service(line):
    async def work():
        raise ValueError("a bug")

    async with running(line, work) as [task]:
        with pytest.raises(ExceptionGroup):
            await task
