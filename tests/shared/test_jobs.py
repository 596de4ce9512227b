"""Jobs: a killed one goes on at its last stored step, and one that was taken over stops."""

import asyncio
import contextlib
from datetime import timedelta

import asyncpg
import pytest

from shared import jobs
from shared.clock import system_now
from shared.errors import Invalid
from shared.ids import new_id

STEPS = 5


def counting(done, *, dies_at=None, started=None):
    """A job that counts to STEPS, one transaction a step."""

    async def count(job):
        for step in range(job.progress.get("step", 0), STEPS):
            if started is not None:
                started.set()
            if step == dies_at:
                await asyncio.Event().wait()
            async with job.database.transaction() as tx:
                await tx.execute("INSERT INTO seen (reason) VALUES ($1)", str(step))
                await job.checkpoint(tx, {"step": step + 1})
            done.append(step)
        return {"counted": STEPS}

    return count


async def asked(line, kind="count"):
    async with line.database.transaction() as tx:
        return await jobs.ask(tx, kind, {"a": 1}, asked_by="tests")


async def state(line, job_id):
    async with line.database.reading() as tx:
        return await jobs.state(tx, job_id)


@contextlib.asynccontextmanager
async def running(line, function):
    task = asyncio.create_task(jobs.JobRunner(line.database, {"count": function}, None).run())
    try:
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(line, job_id, status):
    async with asyncio.timeout(30):
        while (found := await state(line, job_id)).status != status:
            await asyncio.sleep(0.02)
    return found


async def test_a_job_runs_once_and_keeps_its_result(line):
    job_id = await asked(line)
    async with running(line, counting([])), running(line, counting([])):
        ended = await until(line, job_id, "DONE")
    assert ended.result == {"counted": STEPS}
    assert await line.database.pool.fetchval("SELECT count(*) FROM seen") == STEPS


async def test_a_stopped_process_gives_its_job_back_and_another_goes_on_at_the_last_step(line):
    job_id, done = await asked(line), []
    async with running(line, counting(done, dies_at=3)):
        async with asyncio.timeout(30):
            while len(done) < 3:
                await asyncio.sleep(0.02)
    assert (await state(line, job_id)).status == "QUEUED"
    async with running(line, counting(done)):
        await until(line, job_id, "DONE")
    assert done == [0, 1, 2, 3, 4]
    rows = await line.database.pool.fetch("SELECT reason FROM seen ORDER BY n")
    assert [row["reason"] for row in rows] == ["0", "1", "2", "3", "4"]


async def test_a_killed_processs_job_is_taken_over_when_its_lease_is_out(line):
    job_id = await asked(line)
    # What a SIGKILL leaves behind: a job that runs, and a lease that nobody renews.
    await line.database.pool.execute(
        "UPDATE job SET status = 'RUNNING', progress = '{\"step\": 2}', lease_until = $2 WHERE id = $1",
        job_id,
        system_now() - timedelta(seconds=1),
    )
    done = []
    async with running(line, counting(done)):
        await until(line, job_id, "DONE")
    assert done == [2, 3, 4]


async def test_a_job_that_ended_elsewhere_stores_no_further_step(line):
    job_id = await asked(line)
    job = jobs.Job(job_id, "count", {}, {}, None, line.database, new_id())
    await line.database.pool.execute("UPDATE job SET status = 'DONE' WHERE id = $1", job_id)
    with pytest.raises(jobs.LeaseLost):
        async with line.database.transaction() as tx:
            await job.checkpoint(tx, {"step": 1})


async def test_a_job_that_another_process_took_over_stores_no_step_of_the_first(line):
    job_id = await asked(line)
    first = jobs.JobRunner(line.database, {"count": counting([])}, None)
    job = await first._claim()
    await line.database.pool.execute("UPDATE job SET lease_until = $2 WHERE id = $1", job_id, system_now() - timedelta(seconds=1))
    second = await jobs.JobRunner(line.database, {"count": counting([])}, None)._claim()
    assert second.id == job.id
    with pytest.raises(jobs.LeaseLost):
        async with line.database.transaction() as tx:
            await job.checkpoint(tx, {"step": 1})
    async with line.database.transaction() as tx:
        await second.checkpoint(tx, {"step": 1})


async def test_a_step_that_meets_anothers_transaction_begins_anew(line):
    job_id, done = await asked(line), []
    count, meets = counting(done), iter([True, False])

    async def met(job):
        if next(meets):
            raise asyncpg.DeadlockDetectedError("deadlock detected")
        return await count(job)

    async with running(line, met):
        await until(line, job_id, "DONE")
    assert done == [0, 1, 2, 3, 4]


async def test_a_refusal_fails_the_job_with_its_words(line):
    async def refuse(job):
        raise Invalid("no such file", "ไม่มีแฟ้มนี้")

    job_id = await asked(line)
    async with running(line, refuse):
        ended = await until(line, job_id, "FAILED")
    assert ended.error == "no such file / ไม่มีแฟ้มนี้"
