"""Every job of the registry killed at each of its steps, by name: another process takes it over, and it ends as if nothing had happened."""

import gzip
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from services.registry.tables import Base
from shared.contracts.registry import HOLDERS, PAYEES
from shared.db import Database
from tests.registry.conftest import empty
from tests.registry.facts import policy_event
from tests.registry.faults import killed_at
from tests.registry.offices import Desk, governor
from tests.registry.people import file_of, line
from tests.registry.test_death_lists import death, decide, listed, upload
from tests.registry.test_import_faults import AFTER, BEFORE

STATES = (HOLDERS, PAYEES)
"""Compacted topics: the newest state may be told in the place of an older one too."""


async def first_load(registry):
    await registry.post("/v1/imports", {"path": registry.write("before.csv", BEFORE)})


async def fifty_persons(registry):
    await registry.import_file(registry.write("before.csv", BEFORE))


async def changes(registry, **more):
    await fifty_persons(registry)
    registry.write("after.csv.gz", gzip.compress(AFTER.encode()))
    assert (await registry.post("/v1/imports", {"path": "after.csv.gz", **more})).status_code == 202


async def preview(registry):
    await changes(registry, preview=True)


async def death_list(registry):
    await fifty_persons(registry)
    return await upload(registry, listed(death(1), death(2), death(2), "1,2018-02-12,x"), run=False)


async def approved_death_list(registry):
    list_id = (await death_list(registry)).json()["list_id"]
    await registry.run_jobs()
    assert (await decide(registry, list_id)).status_code == 200


async def export(registry):
    await fifty_persons(registry)
    desk = Desk(registry)
    await desk.queued(await desk.approved(governor("81")))


async def rotation(registry):
    await fifty_persons(registry)
    await registry.post("/v1/key-rotations", {"keys": "GROUP", "reason": "a year has passed"})


async def new_policy(registry):
    await fifty_persons(registry)
    await registry.bring(policy_event(version=2, income_threshold_baht=10000))


async def search_for_duplicates(registry):
    await registry.import_file(registry.write("twice.csv", file_of(line(1), line(2))))
    await registry.post("/v1/duplicates/searches", {})


async def quality_report(registry):
    view = await registry.import_file(registry.write("before.csv", BEFORE))
    await registry.post(f"/v1/imports/{view['import_id']}/quality-report", {})


@dataclass(frozen=True)
class Killed:
    """How the job `kind` comes to be asked for, and its steps: the tables at which it is held up one after the other, and killed at the last."""

    kind: str
    ask: Callable[[Any], Awaitable[Any]]
    steps: Mapping[str, tuple[str, ...]]
    settings: Mapping[str, Any] = field(default_factory=dict)


JOBS = {
    "first load": Killed(
        "registry-import",
        first_load,
        {
            "opened": ("policy",),
            "indexes set aside": ("card_holder",),
            "persons and their salts": ("apart.person_salt",),
            "history": ("card_holder_history",),
            "messages": ("outbox",),
            "late indexes": ("card_holder_history", "late_index"),
            "completed": ("card_holder_history", "late_index", "outbox"),
        },
    ),
    "import": Killed(
        "registry-import",
        changes,
        {
            "opened": ("policy",),
            "unchanged": ("import_seen",),
            "persons": ("card_holder",),
            "salts": ("apart.person_salt",),
            "what was known": ("card_holder_fact",),
            "history": ("card_holder_history",),
            "rejections": ("import_rejection",),
            "messages": ("outbox",),
            "flags of the absent": ("holder_flag",),
            "completed": ("holder_flag", "outbox"),
            "notes forgotten": ("import_met",),
        },
    ),
    "import that looks first": Killed("registry-import", changes, {"looked": ("import_met",)}, {"share": 99}),
    "preview": Killed("registry-import-preview", preview, {"notes": ("import_met",), "rejections": ("import_rejection",)}),
    "death list": Killed(
        "registry-death-list", death_list, {"lines": ("death_list_line",), "rejections": ("import_rejection",), "proposal": ("approval",)}
    ),
    "death list applied": Killed(
        "registry-death-list-apply",
        approved_death_list,
        {"persons": ("card_holder",), "history": ("card_holder_history",), "messages": ("outbox",)},
    ),
    "export": Killed("registry-export", export, {"begun": ("export",), "put on record": ("audit_entry",)}),
    "rotation": Killed(
        "registry-rotate-keys",
        rotation,
        {"new key": ("group_key",), "persons sealed": ("card_holder",), "old key retired": ("card_holder", "group_key")},
    ),
    "regrouping": Killed(
        "registry-regroup", new_policy, {"persons": ("card_holder",), "history": ("card_holder_history",), "messages": ("outbox",)}
    ),
    "duplicates": Killed("registry-find-duplicates", search_for_duplicates, {"pairs": ("duplicate_pair",), "told": ("outbox",)}),
    "quality report": Killed("registry-import-quality", quality_report, {"put on record": ("audit_entry",), "stored": ("import_report",)}),
}
"""Each job by what is asked of it. Notices, which a timer sends, are killed in test_notices; what a step leaves half done in files is in test_export_faults."""


async def left_behind(registry, kind):
    """All that a job leaves, but for moments and ids that are drawn: states, events, rejections, files, and how many rows of what."""
    # Where a timer stands is no job's: a process that lived long enough to be killed may have moved it.
    tables = sorted({table.fullname for table in Base.metadata.sorted_tables} - {"dci_told"} | {"approval", "audit_entry", "group_key"})
    rejected = await registry.fetch("SELECT line, field, code, value_masked FROM import_rejection ORDER BY line, field, code")
    messages = await registry.published()
    facts = [envelope["id"] for topic, _, envelope in messages if topic not in STATES]
    assert len(facts) == len(set(facts))
    result = await registry.value("SELECT result FROM job WHERE kind = $1 ORDER BY asked_at DESC LIMIT 1", kind)
    drawn = ("recorded_at", "change_id", "import_id", "routed_at")
    return {
        "result": {name: value for name, value in result.items() if name not in {"look", "import_id"}},
        "rows": {table: await registry.value(f"SELECT count(*) FROM {table}") for table in tables},
        "state": [{name: value for name, value in row.items() if name not in drawn} for row in await registry.state()],
        "rejected": [tuple(row) for row in rejected],
        "told": Counter((topic, envelope["type"], envelope["data"].get("version")) for topic, _, envelope in messages),
        "keys": [tuple(row) for row in await registry.fetch("SELECT key_id, status FROM group_key ORDER BY key_id")],
        "indexes": [row["indexdef"] for row in await registry.fetch("SELECT indexdef FROM pg_indexes WHERE tablename = 'card_holder' ORDER BY 1")],
        "files": sorted(path.suffix for folder in ("files/converted", "files/uploads", "exports") for path in (registry.folder.parent / folder).glob("*")),
    }  # fmt: skip


@pytest.fixture(scope="module")
def undisturbed():
    """What each job leaves behind that nobody kills, as the first test of it found."""
    return {}


def test_no_job_is_left_out(registry):
    assert {killed.kind for killed in JOBS.values()} == set(registry.service.jobs)


@pytest.mark.parametrize(("job", "step"), [(job, step) for job, killed in JOBS.items() for step in killed.steps])
async def test_a_job_killed_at_a_step_ends_as_if_nothing_had_happened(registry, registry_dsns, undisturbed, job, step):
    killed = JOBS[job]
    if job not in undisturbed:
        await killed.ask(registry)
        await registry.run_jobs()
        undisturbed[job] = await left_behind(registry, killed.kind)
        await empty(registry_dsns.owner)
        await registry.bring(policy_event())
        for file in registry.folder.parent.rglob("*.*"):
            file.unlink()
    await killed.ask(registry)
    owner = await Database.connect(registry_dsns.owner, name="owner")
    try:
        await killed_at(registry, registry_dsns.app, owner, killed.steps[step], **killed.settings)
    finally:
        await owner.close()
    assert await registry.value("SELECT status FROM job WHERE kind = $1 ORDER BY asked_at DESC LIMIT 1", killed.kind) == "RUNNING"
    await registry.run_jobs()
    assert await left_behind(registry, killed.kind) == undisturbed[job]
    await registry.assert_sound()
