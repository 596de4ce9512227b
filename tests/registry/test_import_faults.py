"""Imports that are killed, lose their connections or the disk, or meet another: they go on where they were, or say what to do."""

import asyncio
import csv
import gzip
import io
import json
from contextlib import asynccontextmanager

import pytest

from shared.contracts.registry import HISTORY, IMPORTS
from shared.db import Database
from tests.registry.faults import expire_lease, jobs_process, standing_still
from tests.registry.people import file_of, line

BEFORE = file_of(*[line(number) for number in range(1, 51)])
AFTER = file_of(
    *[line(number, **({"first_name": "กานดา"} if number <= 5 else {})) for number in range(1, 41)],
    *[line(number) for number in range(51, 56)],
    line(60, citizen_id="1"),
)
COUNTS = {"lines": 46, "registered": 5, "updated": 5, "unchanged": 35, "rejected": 1, "removed": 0, "absent": 10}


async def assert_whole(registry, import_id):
    view = (await registry.get(f"/v1/imports/{import_id}")).json()
    assert view["status"] == "DONE", view
    assert {name: view[name] for name in COUNTS} == COUNTS
    assert await registry.value("SELECT count(*) FROM card_holder") == 55
    assert await registry.value("SELECT count(*) FROM holder_flag") == 10
    assert await registry.value("SELECT (SELECT count(*) FROM import_seen) + (SELECT count(*) FROM import_met)") == 0
    messages = await registry.published()
    facts = [envelope["id"] for topic, _, envelope in messages if topic == HISTORY]
    assert len(facts) == len(set(facts)) == 60
    assert sum(1 for topic, _, _ in messages if topic == IMPORTS) == 2
    assert not list((registry.folder / "converted").glob("*"))
    await registry.assert_sound()


@pytest.fixture
async def owner(registry, registry_dsns):
    """A registry of fifty persons, the import of a packed file that waits, and a connection that may lock tables."""
    await registry.import_file(registry.write("before.csv", BEFORE))
    registry.write("after.csv.gz", gzip.compress(AFTER.encode()))
    connected = await Database.connect(registry_dsns[0], name="owner")
    yield connected
    await connected.close()


async def test_an_import_killed_while_it_is_proposed_is_proposed_once(registry, registry_dsns, owner):
    import_id = (await registry.post("/v1/imports", {"path": "after.csv.gz"})).json()["import_id"]
    async with standing_still(owner, "approval") as somebody_waits, jobs_process(registry, registry_dsns[1], share=10) as process:
        await somebody_waits(process)
        process.kill()
        await process.wait()
    await expire_lease(registry)
    resources = registry.service.resources
    resources.settings = resources.settings.model_copy(update={"import_share_percent_max": 10})
    await registry.run_jobs()
    assert (await registry.get(f"/v1/imports/{import_id}")).json()["status"] == "WAITING"
    assert await registry.value("SELECT count(*) FROM approval") == 1
    decision = {"decision": "APPROVED", "reason": "ตรวจแล้ว"}
    assert (await registry.post(f"/v1/imports/{import_id}/approval", decision, **registry.token(who="other"))).status_code == 200
    await registry.run_jobs()
    await assert_whole(registry, import_id)


@pytest.mark.parametrize("table", ["card_holder_history", "holder_flag"])
async def test_an_import_whose_connections_are_killed_goes_on_by_itself(registry, registry_dsns, owner, table):
    import_id = (await registry.post("/v1/imports", {"path": "after.csv.gz"})).json()["import_id"]
    mine = await pids(registry)
    async with jobs_process(registry, registry_dsns[1]) as process:
        async with standing_still(owner, table) as somebody_waits:
            await somebody_waits(process)
            # As a restart does: every connection of the process is told that the server goes down.
            await registry.fetch("SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid", await pids(registry) - mine)
        await expire_lease(registry)
        await ended(registry_dsns, import_id, process)
    await assert_whole(registry, import_id)


async def pids(registry):
    """The connections of the registry's role, but for the one that asks."""
    own = "SELECT pid FROM pg_stat_activity WHERE usename = current_user AND datname = current_database() AND pid <> pg_backend_pid()"
    return {row["pid"] for row in await registry.fetch(own)}


async def ended(dsns, import_id, process):
    async with connection(dsns[1]) as database:
        while True:
            async with database.reading() as tx:
                status = await tx.fetchval("SELECT status FROM job WHERE id = $1", import_id)
            if status in {"DONE", "FAILED"}:
                return
            assert process.returncode is None, "the process did not outlive its database"
            await asyncio.sleep(0.1)


@asynccontextmanager
async def connection(dsn):
    database = await Database.connect(dsn, name="looking on", connections_max=1)
    try:
        yield database
    finally:
        await database.close()


async def test_a_full_disk_of_the_import_folder_is_told_and_the_import_goes_on_when_resumed(registry, registry_dsns, owner):
    import_id = (await registry.post("/v1/imports", {"path": "after.csv.gz"})).json()["import_id"]
    async with jobs_process(registry, registry_dsns[1], file_bytes_max=2000) as process:
        await ended(registry_dsns, import_id, process)
    view = (await registry.get(f"/v1/imports/{import_id}")).json()
    assert view["status"] == "FAILED"
    assert "disk of the import folder is full" in view["error"]
    assert "ดำเนินการต่อ" in view["error"]
    assert not list((registry.folder / "converted").glob("*"))
    resumed = await registry.post(f"/v1/imports/{import_id}/resumption", {})
    assert (resumed.status_code, resumed.json()["status"]) == (202, "QUEUED")
    await registry.run_jobs()
    await assert_whole(registry, import_id)


async def test_a_draft_that_a_killed_process_left_is_written_anew(registry, owner):
    import_id = (await registry.post("/v1/imports", {"path": "after.csv.gz"})).json()["import_id"]
    (registry.folder / "converted").mkdir(exist_ok=True)
    (registry.folder / "converted" / f"{import_id}.part").write_bytes(AFTER.encode()[:100])
    await registry.run_jobs()
    await assert_whole(registry, import_id)


@pytest.mark.parametrize(
    ("first", "second", "held"),
    [("import", "import", "card_holder"), ("import", "preview", "card_holder"), ("preview", "import", "import_met")],
)
async def test_of_two_at_once_in_two_processes_the_second_waits_and_says_so(registry, registry_dsns, owner, first, second, held):
    async def asked(what):
        return (await registry.post("/v1/imports", {"path": "after.csv.gz", "preview": what == "preview"})).json()["import_id"]

    async def shown(import_id):
        return (await registry.get(f"/v1/imports/{import_id}")).json()

    ids = [await asked(first), await asked(second)]
    async with jobs_process(registry, registry_dsns.app) as one, jobs_process(registry, registry_dsns.app) as other:
        async with standing_still(owner, held) as somebody_waits:
            await somebody_waits(one)
            assert (await shown(ids[0]))["status"] == "RUNNING"
            while (await shown(ids[1]))["phase"] != "WAITING_FOR_OTHER":
                assert (one.returncode, other.returncode) == (None, None)
                await asyncio.sleep(0.05)
        for import_id in ids:
            await ended(registry_dsns, import_id, one)
    views = [await shown(import_id) for import_id in ids]
    assert [view["status"] for view in views] == ["DONE", "DONE"]
    after_import = {"registered": 0, "updated": 0, "unchanged": 45, "rejected": 1, "absent": 0 if second == "import" else 10}
    expected = [COUNTS, COUNTS if first == "preview" else after_import]
    assert [{name: view[name] for name in counts} for view, counts in zip(views, expected, strict=True)] == expected
    assert await registry.value("SELECT count(*) FROM card_holder") == 55
    await registry.assert_sound()


async def test_fifty_thousand_bad_lines_are_all_named_and_the_good_ones_are_in(registry):
    bad = 50_000
    lines = [line(number, **({"postcode": "x"} if number % 100 else {})) for number in range(1, bad + bad // 99 + 1)]
    wrong = sum(1 for one in lines if ",x,KTB" in one)
    view = await registry.import_file(registry.write("bad.csv", file_of(*lines)))
    assert wrong == bad
    assert (view["status"], view["lines"], view["registered"], view["rejected"]) == ("DONE", len(lines), len(lines) - bad, bad)
    named = [number + 1 for number, one in enumerate(lines, start=1) if ",x,KTB" in one]
    path = f"/v1/imports/{view['import_id']}/rejections"
    told = [json.loads(one) for one in (await registry.get(f"{path}.ndjson")).text.splitlines()]
    assert [(one["line"], one["field"], one["value_masked"]) for one in told] == [(number, "postcode", "a") for number in named]
    rows = list(csv.DictReader(io.StringIO((await registry.get(f"{path}.csv")).content.decode("utf-8-sig"))))
    assert [int(row["line"]) for row in rows] == named
    await registry.assert_sound()
