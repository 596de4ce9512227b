"""The database gets full or is restarted while an import runs. On a server of its own: every other test uses the session's."""

import asyncio
import os
import shutil
import signal
import subprocess
from contextlib import suppress

import asyncpg
import pytest

from deploy.local.postgres import SYSTEM_USER, LocalPostgres
from services.registry.jobs.import_file import LINES_A_STEP
from shared.contracts.registry import HISTORY
from shared.db import AWAY, Database
from tests.registry.faults import expire_lease, jobs_process, standing_still
from tests.registry.people import file_of, line
from tests.registry.test_import_faults import AFTER, BEFORE, assert_whole, ended
from tests.support.service_database import migrated_database

PERSONS = LINES_A_STEP + LINES_A_STEP // 2
DISK_BYTES = 3_400_000
"""Room for the history of the first step, and not for that of the second."""


async def run(*command):
    await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True, text=True)


@pytest.fixture(scope="module")
def own_postgres(tmp_path_factory):
    server = LocalPostgres.start(tmp_path_factory.mktemp("own-postgres"), durable=False)
    yield server
    server.stop()


@pytest.fixture(scope="module")
async def registry_dsns(own_postgres):
    async with migrated_database(own_postgres, "registry") as dsns:
        yield dsns


@pytest.fixture
async def small_disk(own_postgres, registry, registry_dsns):
    """The history of card holders on a file system of a few megabytes; gives a way to make that larger."""
    place = own_postgres.folder.path / "small-disk"
    place.mkdir()
    try:
        await run("mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", place)
    except subprocess.CalledProcessError as refused:
        pytest.skip(f"a disk that gets full needs the right to mount one: {refused.stderr.strip()}")
    server, database = (dsn.rpartition("/") for dsn in (own_postgres.superuser_dsn, registry_dsns.owner))
    connection = await asyncpg.connect(f"{server[0]}/{database[2]}")
    try:
        shutil.chown(place, SYSTEM_USER)
        await connection.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
        await connection.execute("ALTER TABLE card_holder_history SET TABLESPACE small")
        yield lambda: run("mount", "-o", "remount,size=64m", place)
        await connection.execute("ALTER TABLE card_holder_history SET TABLESPACE pg_default")
        await connection.execute("DROP TABLESPACE small")
    finally:
        await connection.close()
        await run("umount", "--lazy", place)


async def test_a_full_disk_of_the_database_is_told_and_the_import_goes_on_when_resumed(registry, small_disk):
    registry.write("r.csv", file_of(*[line(number) for number in range(1, PERSONS + 1)]))
    view = await registry.import_file("r.csv")
    assert (view["status"], view["lines"], view["registered"]) == ("FAILED", LINES_A_STEP, LINES_A_STEP), view
    assert "The disk of the database is full" in view["error"]
    assert "พื้นที่จัดเก็บของฐานข้อมูลเต็ม" in view["error"]
    assert (await registry.get("/v1/card-holders/count")).json() == {"persons": LINES_A_STEP}
    again = f"/v1/imports/{view['import_id']}/resumption"
    assert (await registry.post(again, {})).status_code == 202
    await registry.run_jobs()
    assert (await registry.get(f"/v1/imports/{view['import_id']}")).json()["status"] == "FAILED"  # there is no more room yet
    await small_disk()
    assert (await registry.post(again, {})).status_code == 202
    await registry.run_jobs()
    view = (await registry.get(f"/v1/imports/{view['import_id']}")).json()
    assert (view["status"], view["lines"], view["registered"], view["error"]) == ("DONE", PERSONS, PERSONS, None)
    facts = [envelope["id"] for topic, _, envelope in await registry.published() if topic == HISTORY]
    assert len(facts) == len(set(facts)) == PERSONS
    assert await registry.value("SELECT count(*) FROM late_index") == 0
    await registry.assert_sound()


async def test_an_import_goes_on_by_itself_when_its_database_is_restarted_in_the_middle(registry, registry_dsns, own_postgres):
    await registry.import_file(registry.write("before.csv", BEFORE))
    import_id = (await registry.post("/v1/imports", {"path": registry.write("after.csv", AFTER)})).json()["import_id"]
    owner = await Database.connect(registry_dsns.owner, name="owner")
    async with jobs_process(registry, registry_dsns.app) as process:
        with suppress(*AWAY):  # the test's own lock goes with the server
            async with standing_still(owner, "card_holder_history") as somebody_waits:
                await somebody_waits(process)
                os.kill(own_postgres.pid, signal.SIGQUIT)  # as `pg_ctl restart -m immediate`
                await asyncio.to_thread(own_postgres.restart)
        await expire_lease(registry)
        await ended(registry_dsns, import_id, process)
    await owner.close()
    await assert_whole(registry, import_id)
