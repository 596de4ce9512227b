"""An export whose process is killed, whose disk is full, or which two processes make: nothing half is ever seen."""

import asyncio
import contextlib
import signal

import asyncpg
import pytest

from services.registry.jobs.make_export import make_export
from services.registry.repository.export_files import clear_parts, part_path
from shared.ids import new_id
from shared.jobs import Job
from tests.registry.offices import Desk, governor, opened
from tests.registry.process import registry_process

FEW_BYTES = 150


@pytest.fixture
async def krabi(registry):
    """The governor of Krabi, with an approved key; and the desk of those who ask."""
    desk = Desk(registry)
    return await desk.approved(governor("81")), desk


def files(registry):
    folder = registry.service.resources.settings.export_folder
    return sorted(path.name for path in folder.glob("*")) if folder.exists() else []


async def process(registry, registry_dsns, limit=None):
    """The registry's jobs in a process of their own; with `limit` it cannot write a larger file."""
    return await registry_process(registry, registry_dsns.app, file_bytes_max=limit)


async def until(condition):
    while not await condition():
        await asyncio.sleep(0.05)


async def test_killed_in_the_middle_nothing_is_seen_and_the_next_attempt_makes_it_whole(registry, registry_dsns, people, krabi, tmp_path):
    office, desk = krabi
    export_id = await desk.queued(office)
    owner = await asyncpg.connect(registry_dsns.owner)
    # Whoever has written the part waits here, before anything of it is committed.
    barrier = owner.transaction()
    await barrier.start()
    await owner.execute("LOCK TABLE audit_entry IN ACCESS EXCLUSIVE MODE")
    worker = await process(registry, registry_dsns)
    try:
        waiting = "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'audit_entry'::regclass AND NOT granted)"
        await until(lambda: owner.fetchval(waiting))
        assert files(registry) == [f"{export_id}.1.part"]
    finally:
        worker.send_signal(signal.SIGKILL)
        await worker.wait()
        await barrier.rollback()
        await owner.close()
    export = await desk.show(export_id)
    assert (export["status"], export["rows"]) == ("MAKING", None)
    assert (await desk.fetch(office, export_id)).status_code == 409
    async with registry.db.transaction() as tx:
        await tx.execute("UPDATE job SET lease_until = now() - interval '1 second' WHERE status = 'RUNNING'")
    await registry.run_jobs()
    assert files(registry) == [f"{export_id}.age"]
    said = await opened(office, await desk.received(office, export_id, tmp_path))
    assert (said["rows"], said["wrong"]) == (4, [])
    assert await registry.value("SELECT count(*) FROM audit_entry WHERE action = 'EXPORT'") == 4


async def test_a_full_disk_fails_the_export_by_name_and_it_can_be_made_again(registry, registry_dsns, people, krabi, tmp_path):
    office, desk = krabi
    export_id = await desk.queued(office)
    worker = await process(registry, registry_dsns, limit=FEW_BYTES)
    try:
        await until(lambda: registry.value("SELECT status = 'FAILED' FROM export"))
        await until(lambda: registry.value("SELECT status = 'FAILED' FROM job WHERE kind = 'registry-export'"))
    finally:
        worker.terminate()
        assert await worker.wait() == 0
    export = await desk.show(export_id)
    assert "File too large" in export["error"]
    assert "โฟลเดอร์ส่งออก" in export["error"]
    assert files(registry) == []
    assert await registry.value("SELECT count(*) FROM audit_entry WHERE action = 'EXPORT'") == 0
    answer = await desk.as_("maker", "POST", f"/v1/exports/{export_id}/attempts")
    assert (answer.status_code, answer.json()["status"], answer.json()["error"]) == (202, "QUEUED", None)
    assert (await desk.as_("maker", "POST", f"/v1/exports/{export_id}/attempts")).status_code == 409
    await registry.run_jobs()
    assert (await opened(office, await desk.received(office, export_id, tmp_path)))["rows"] == 4


def job_of(registry, export_id):
    return Job(new_id(), "registry-export", {"export_id": export_id}, {}, registry.service.resources, registry.db, new_id())


async def test_two_processes_at_one_export_make_it_once(registry, people, krabi, tmp_path):
    office, desk = krabi
    export_id = await desk.queued(office)
    ended = await asyncio.gather(*(make_export(job_of(registry, export_id)) for _ in range(2)))
    assert sorted(one["made"] for one in ended) == [False, True]
    assert files(registry) == [f"{export_id}.age"]
    assert (await opened(office, await desk.received(office, export_id, tmp_path)))["wrong"] == []
    assert await registry.value("SELECT count(*) FROM audit_entry WHERE action = 'EXPORT'") == 4


def test_a_late_attempt_removes_the_parts_before_it_and_never_one_after(tmp_path):
    export_id = new_id()
    for attempt in (1, 2, 3):
        part_path(tmp_path, export_id, attempt).touch()
    clear_parts(tmp_path, export_id, 2)
    assert [path.name for path in sorted(tmp_path.iterdir())] == [f"{export_id}.2.part", f"{export_id}.3.part"]


@contextlib.asynccontextmanager
async def held_up(registry, registry_dsns, export_id):
    """The task of an export in the making that waits for the people's table, until the block ends."""
    owner = await asyncpg.connect(registry_dsns.owner)
    barrier = owner.transaction()
    await barrier.start()
    await owner.execute("LOCK TABLE card_holder IN ACCESS EXCLUSIVE MODE")
    making = asyncio.create_task(make_export(job_of(registry, export_id)))
    try:
        await until(lambda: owner.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'card_holder'::regclass AND NOT granted)"))
        yield making
    finally:
        await barrier.rollback()
        await owner.close()


async def test_a_revocation_while_it_is_made_leaves_no_file(registry, registry_dsns, people, krabi):
    office, desk = krabi
    export_id = await desk.queued(office)
    async with held_up(registry, registry_dsns, export_id) as making:
        answer = await desk.as_("checker", "POST", f"/v1/exports/{export_id}/revocation", {"reason": "wrong office"})
        assert answer.json()["status"] == "REVOKED"
    assert await making == {"made": False}
    assert files(registry) == []
    assert await registry.value("SELECT count(*) FROM audit_entry WHERE action = 'EXPORT'") == 0


async def test_a_stop_in_the_middle_lets_go_of_everything(registry, registry_dsns, people, krabi):
    office, desk = krabi
    export_id = await desk.queued(office)
    async with held_up(registry, registry_dsns, export_id) as making:
        making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making
    assert files(registry) == []
    await registry.run_jobs()
    assert (await desk.show(export_id))["status"] == "READY"
