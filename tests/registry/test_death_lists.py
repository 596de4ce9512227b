"""Lists of deaths: every line checked, counted before anything changes, applied in sets when a second person approves."""

import asyncio
import gzip
import resource
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from uuid import UUID

import orjson
import pytest

from deploy.local.registry_file import write_registry_file
from services.registry.commands.death_lists import LINES_A_STEP, apply_job_of
from shared.auth import Reach
from shared.clock import system_now
from shared.contracts.registry import HISTORY, HOLDERS
from shared.ids import new_id
from tests.registry.facts import district
from tests.registry.people import citizen_id, file_of, line
from tests.registry.process import registry_process
from tests.registry.test_change_requests import DOCUMENT
from tests.registry.test_change_requests import decide as approve_change

HEADER = "citizen_id,deceased_on,document"


def listed(*rows):
    return "\n".join([HEADER, *rows, ""])


def death(number, day="2018-02-12", document="มรณบัตร 1/2561"):
    return f"{citizen_id(number)},{day},{document}"


async def upload(registry, text, *, run=True, **more):
    body = text if isinstance(text, bytes) else text.encode()
    answer = await registry.client.post("/v1/death-lists", files={"file": ("deaths.csv", body, "text/csv")}, headers=registry.token(**more))
    if answer.status_code == 202 and run:
        await registry.run_jobs()
        return await registry.get(answer.headers["Location"])
    return answer


async def decide(registry, list_id, what="approval", by="checker", reach=None, **headers):
    scopes = ("registry.changes:approve",)
    token = registry.issuer.issue(by, scopes, reach or Reach.country())
    headers = {"Authorization": f"Bearer {token}", **headers}
    return await registry.client.post(f"/v1/death-lists/{list_id}/{what}", json={"reason": "ตรวจแล้ว"}, headers=headers)


def kept(registry):
    """Uploaded files and their plain copies that are on the disk."""
    return [path for name in ("uploads", "converted") for path in (registry.folder / name).glob("*")]


def counts(view):
    return {name: view[name] for name in ("lines", "to_apply", "known", "rejected", "applied")}


async def test_a_list_is_counted_approved_and_applied(registry, people):
    view = (await upload(registry, b"\xef\xbb\xbf" + listed(death(1), death(3, "๑๓/๐๒/๒๕๖๑", "มรณบัตร 2/2561"), "").encode())).json()
    assert (view["status"], counts(view)) == ("PROPOSED", {"lines": 3, "to_apply": 2, "known": 0, "rejected": 1, "applied": 0})
    assert await registry.value("SELECT count(*) FROM card_holder WHERE status = 'DECEASED'") == 0
    own = await decide(registry, view["list_id"], by="tester")
    assert (own.status_code, own.json()["type"]) == (409, "urn:sukjai:problem:decider-is-proposer")
    assert (await decide(registry, view["list_id"], **{"If-Match": '"2"'})).status_code == 412
    approved = await decide(registry, view["list_id"], **{"If-Match": '"1"'})
    assert (approved.status_code, approved.json()["status"]) == (200, "APPLYING")
    await registry.run_jobs()
    after = (await registry.get(f"/v1/death-lists/{view['list_id']}")).json()
    assert (after["status"], after["applied"], after["decided_by"]) == ("APPLIED", 2, "checker")
    rows = await registry.fetch("SELECT holder_id, deceased_on, version FROM card_holder WHERE status = 'DECEASED' ORDER BY deceased_on")
    assert [(str(row["holder_id"]), row["deceased_on"], row["version"]) for row in rows] == [
        (people[1], date(2018, 2, 12), 2),
        (people[3], date(2018, 2, 13), 2),
    ]
    told = [
        (topic, event["data"]["evidence"])
        for topic, key, event in await registry.published()
        if event["type"].endswith("Deceased.v1") and key == people[3]
    ]
    assert set(told) == {(HOLDERS, "มรณบัตร 2/2561"), (HISTORY, "มรณบัตร 2/2561")}
    life = next(fact for fact in (await registry.get(f"/v1/card-holders/{people[3]}/as-of")).json()["facts"] if fact["aspect"] == "LIFE")
    assert [life[name] for name in ("who", "decided_by", "why", "valid_from")] == ["tester", "checker", "มรณบัตร 2/2561", "2018-02-13"]
    before = (await registry.get(f"/v1/card-holders/{people[3]}/as-of", valid_on="2018-02-12")).json()
    assert before["status"] == "ALIVE"
    assert not list((registry.folder / "uploads").iterdir())
    await registry.assert_sound()


async def test_the_same_list_again_changes_nothing(registry, people):
    first = (await upload(registry, listed(death(1), death(2)))).json()
    await decide(registry, first["list_id"])
    await registry.run_jobs()
    state = await registry.state()
    again = (await upload(registry, listed(death(1), death(2, "2018-02-01")))).json()
    assert (again["status"], counts(again)) == (
        "NOTHING_TO_APPLY",
        {"lines": 2, "to_apply": 0, "known": 2, "rejected": 0, "applied": 0},
    )
    refused = await decide(registry, again["list_id"])
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:sukjai:problem:death-list-not-ready")
    assert await registry.state() == state


async def test_bad_lines_are_rejected_by_name(registry, people):
    view = (
        await upload(
            registry,
            b"\n".join(
                [
                    HEADER.encode(),
                    *(
                        row.encode()
                        for row in (death(1), death(1, "2018-02-11"), "1000000000000,2018-02-12,x", death(999), death(2, "2018-02-16"))
                    ),
                    *(
                        row.encode()
                        for row in (death(2, "1970-05-03"), death(2, "2018-02-30"), death(2, document=""), death(2, document="x" * 201))
                    ),
                    b"\xff\xfe,2018-02-12,x",
                    b"a,b",
                    b'"' + death(2).encode(),
                    "นาย\0,2018-02-12,x".encode(),
                    b"x,y,",
                ]
            ),
        )
    ).json()
    assert counts(view) == {"lines": 14, "to_apply": 1, "known": 0, "rejected": 13, "applied": 0}
    found = (await registry.get(f"/v1/death-lists/{view['list_id']}/rejections")).json()["items"]
    assert [(one["line"], one["field"], one["code"]) for one in found] == [
        (3, "citizen_id", "duplicate"),
        (4, "citizen_id", "citizen_id"),
        (5, "citizen_id", "not_found"),
        (6, "deceased_on", "deceased_on"),
        (7, "deceased_on", "not_a_day_of_life"),
        (8, "deceased_on", "deceased_on"),
        (9, "document", "required"),
        (10, "document", "length"),
        (11, "citizen_id", "encoding"),
        (12, "", "columns"),
        (13, "citizen_id", "quote"),
        (14, "citizen_id", "encoding"),
        (15, "citizen_id", "citizen_id"),
        (15, "deceased_on", "deceased_on"),
        (15, "document", "required"),
    ]
    assert all(one["reason_en"] and one["reason_th"] for one in found)
    shown = {(one["line"], one["field"]): one["value_masked"] for one in found}
    assert [shown[place] for place in ((3, "citizen_id"), (5, "citizen_id"), (7, "deceased_on"), (10, "document"))] == [
        *("1xxxxxxxxxxxx", "1xxxxxxxxxxxx", "19xx-05-03", "x… (201)")
    ]
    page = (await registry.get(f"/v1/death-lists/{view['list_id']}/rejections", limit=13)).json()
    rest = await registry.get(f"/v1/death-lists/{view['list_id']}/rejections", cursor=page["next_cursor"])
    assert [one["line"] for one in rest.json()["items"]] == [15, 15]


async def test_who_died_since_stays_as_recorded(registry, people):
    view = (await upload(registry, listed(death(1), death(2)))).json()
    await registry.post(f"/v1/card-holders/{people[1]}/death", {"deceased_on": "2018-02-10", "evidence": "x"})
    await registry.approve_deaths()
    await decide(registry, view["list_id"])
    await registry.run_jobs()
    assert (await registry.get(f"/v1/death-lists/{view['list_id']}")).json()["applied"] == 1
    assert await registry.value("SELECT deceased_on FROM card_holder WHERE holder_id = $1", people[1]) == date(2018, 2, 10)
    await registry.assert_sound()


async def test_a_death_that_was_taken_back_is_not_recorded_again_by_a_list(registry, people):
    first = (await upload(registry, listed(death(1)))).json()
    await decide(registry, first["list_id"])
    await registry.run_jobs()
    while_dead = (await upload(registry, listed(death(1), death(2)))).json()
    taken_back = {"kind": "DEATH_TAKEN_BACK", "valid_from": "2018-02-12", "document": DOCUMENT}
    request = (await registry.post(f"/v1/card-holders/{people[1]}/change-requests", taken_back)).json()
    assert (await approve_change(registry, request["request_id"])).status_code == 200
    await decide(registry, while_dead["list_id"])
    await registry.run_jobs()
    again = (await upload(registry, listed(death(1), death(1, "2018-02-13")))).json()
    assert counts(again) == {"lines": 2, "to_apply": 1, "known": 0, "rejected": 1, "applied": 0}
    [fault] = (await registry.get(f"/v1/death-lists/{again['list_id']}/rejections")).json()["items"]
    assert (fault["line"], fault["field"], fault["code"]) == (2, "deceased_on", "death_taken_back")
    dead = await registry.fetch("SELECT holder_id FROM card_holder WHERE status = 'DECEASED'")
    assert [str(row["holder_id"]) for row in dead] == [people[2]]
    await registry.assert_sound()


async def test_of_two_deciders_at_once_one_decides(registry, people):
    view = (await upload(registry, listed(death(1)))).json()
    answers = await asyncio.gather(decide(registry, view["list_id"]), decide(registry, view["list_id"], "rejection", by="another"))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    await registry.run_jobs()
    assert (await registry.get(f"/v1/death-lists/{view['list_id']}")).json()["status"] in {"APPLIED", "REJECTED"}
    await registry.assert_sound()


async def test_lists_need_the_country_the_scope_and_the_header(registry, people):
    assert (await upload(registry, listed(death(1)), reach=district("8101"))).status_code == 404
    assert (await upload(registry, listed(death(1)), scopes=("registry.changes:read",))).status_code == 403
    for text in ("", "citizen_id;deceased_on;document\n", "\ufeffdeceased_on,citizen_id,document\n"):
        refused = await upload(registry, text)
        assert (refused.status_code, refused.json()["type"]) == (422, "urn:sukjai:problem:not-a-registry-file")
    view = (await upload(registry, listed(death(1)))).json()
    assert (await decide(registry, view["list_id"], reach=district("8101"))).status_code == 404
    assert (await registry.get(f"/v1/death-lists/{view['list_id']}", district("8101"))).status_code == 404
    assert (await registry.get(f"/v1/death-lists/{new_id()}")).status_code == 404
    assert (await decide(registry, new_id())).status_code == 404
    unfinished = await upload(registry, listed(death(2)), run=False)
    assert (await decide(registry, unfinished.json()["list_id"])).json()["type"] == "urn:sukjai:problem:death-list-not-ready"


LIST = listed(death(1), death(3, "๑๓/๐๒/๒๕๖๑", "มรณบัตร 2/2561"), death(999))
ROWS = [dict(zip(HEADER.split(","), row.split(","), strict=True)) for row in LIST.splitlines()[1:]]
OBJECTS = b"".join(orjson.dumps(row) + b"\n" for row in ROWS)


@pytest.mark.parametrize(
    ("content", "bad_line"),
    [
        (LIST.encode("cp874"), 4),
        (gzip.compress(LIST.encode()), 4),
        (gzip.compress(b"\xef\xbb\xbf" + LIST.encode()), 4),
        (OBJECTS, 3),
        (b"\xef\xbb\xbf" + OBJECTS.replace(b"\n", b"\r\n"), 3),
        (gzip.compress(OBJECTS), 3),
    ],
    ids=["tis-620", "gz", "gz with bom", "ndjson", "ndjson with bom and crlf", "gz of ndjson"],
)
async def test_the_same_deaths_come_out_of_every_form(registry, people, content, bad_line):
    view = (await upload(registry, content)).json()
    assert (view["status"], counts(view)) == ("PROPOSED", {"lines": 3, "to_apply": 2, "known": 0, "rejected": 1, "applied": 0})
    documents = await registry.fetch("SELECT document FROM death_list_line ORDER BY line")
    assert [row["document"] for row in documents] == ["มรณบัตร 1/2561", "มรณบัตร 2/2561"]
    [fault] = (await registry.get(f"/v1/death-lists/{view['list_id']}/rejections")).json()["items"]
    assert (fault["line"], fault["field"], fault["code"], fault["value_masked"]) == (bad_line, "citizen_id", "not_found", "1xxxxxxxxxxxx")
    assert kept(registry) == []


async def test_bad_lines_of_ndjson_are_rejected_by_name(registry, people):
    good = orjson.dumps(ROWS[0])
    lines = [good, b"[1]", b'{"citizen_id"', good.replace(b'"document"', b'"paper"'), good.replace(b'"2018-02-12"', b"20180212"), b"{\xff}"]
    view = (await upload(registry, b"\n".join([*lines, good.replace("มรณ".encode(), b"\\u0000")]))).json()
    assert counts(view) == {"lines": 7, "to_apply": 1, "known": 0, "rejected": 6, "applied": 0}
    found = (await registry.get(f"/v1/death-lists/{view['list_id']}/rejections")).json()["items"]
    assert [(one["line"], one["field"], one["code"]) for one in found] == [
        *((2, "", "json"), (3, "", "json"), (4, "", "columns")),
        *((5, "deceased_on", "text"), (6, "", "json"), (7, "document", "text")),
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (LIST.replace(",", ";").encode(), "semicolon"),
        (LIST.replace(",", "\t").encode(), "tab"),
        (LIST.encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04" + LIST.encode(), "CSV or NDJSON"),
        (b"\x1f\x8b" + LIST.encode(), "unpacked"),
        (gzip.compress(LIST.encode())[:-12], "not sent whole"),
        (LIST.replace("document", "paper", 1).encode(), "field 3 must be document"),
    ],
)
async def test_what_is_no_list_of_deaths_is_told_why_and_not_kept(registry, people, content, why):
    problem = (refused := await upload(registry, content)).json()
    assert (refused.status_code, problem["type"]) == (422, "urn:sukjai:problem:not-a-registry-file")
    assert why in problem["detail_en"]
    assert problem["detail_th"] != problem["detail_en"]
    assert kept(registry) == []


async def test_a_packed_list_that_ends_too_early_behind_its_beginning_fails_by_name_and_is_not_kept(registry, people):
    packed = gzip.compress(listed(*(death(1, document=f"มรณบัตร {number}") for number in range(40_000))).encode(), 1)
    view = (await upload(registry, packed[: len(packed) * 9 // 10])).json()
    assert (view["status"], view["to_apply"]) == ("FAILED", 0)
    assert "not sent whole" in view["error"]
    assert kept(registry) == []


@contextmanager
def disk_of(bytes_max):
    """The process can write no file longer than this: what a full disk does, for the time of the block."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_max, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize(
    ("path", "content"), [("/v1/death-lists", listed(*[death(1)] * 12_000)), ("/v1/imports/uploads", file_of(*[line(1)] * 5_000))]
)
async def test_a_full_disk_of_uploads_is_told_and_leaves_no_half_file(registry, people, path, content):
    jobs = await registry.value("SELECT count(*) FROM job")
    assert 500_000 < len(content.encode()) < 1_000_000  # it is held in memory until our copy is written
    with disk_of(500_000):
        refused = await registry.client.post(path, files={"file": ("f.csv", content.encode(), "text/csv")}, headers=registry.token())
    assert (refused.status_code, refused.json()["type"]) == (503, "urn:sukjai:problem:no-space-left")
    assert "send the file again" in refused.json()["detail_en"]
    assert kept(registry) == []
    assert await registry.value("SELECT count(*) FROM job") == jobs


async def test_a_full_disk_while_a_list_is_unpacked_is_told_and_leaves_no_half_file(registry, registry_dsns, people):
    answer = await upload(registry, gzip.compress(listed(*[death(1)] * 100).encode()), run=False)
    process = await registry_process(registry, registry_dsns[1], file_bytes_max=2000)
    while await registry.value("SELECT count(*) FROM job WHERE status IN ('QUEUED', 'RUNNING')"):
        assert process.returncode is None
        await asyncio.sleep(0.05)
    process.terminate()
    await process.wait()
    view = (await registry.get(answer.headers["Location"])).json()
    assert view["status"] == "FAILED"
    assert "disk of the import folder is full" in view["error"]
    assert "send the file again" in view["error"]
    assert kept(registry) == []


class _Undone(Exception):
    """Ends a transaction that was there to be waited for."""


@pytest.mark.parametrize("job", ["check", "apply"])
async def test_killed_in_the_middle_it_goes_on_where_it_was(registry, registry_dsns, job):
    people = write_registry_file(registry.folder / "r.csv", 1000, 1).persons
    assert people > LINES_A_STEP
    await registry.import_file("r.csv")
    ids = [row.partition(",")[0] for row in (registry.folder / "r.csv").read_text().splitlines()[1:]]
    text = listed(*(f"{number},2018-02-12,x" for number in ids))
    answer = await upload(registry, text, run=job == "apply")
    list_id = answer.json()["list_id"]
    killed = UUID(list_id)
    if job == "apply":
        assert (await decide(registry, list_id)).status_code == 200
        killed = apply_job_of(UUID(list_id))
    last = await registry.value("SELECT holder_id FROM card_holder WHERE citizen_index = $1", registry.vault.index_of(ids[-1]))
    with suppress(_Undone):
        async with registry.db.transaction() as tx:
            # Somebody holds a person of the second step: the process waits in the middle of it.
            if job == "check":
                await tx.execute("INSERT INTO death_list_line VALUES ($1, -1, $2, '2018-02-12', '', false)", UUID(list_id), last)
            else:
                await tx.execute("SELECT FROM card_holder WHERE holder_id = $1 FOR UPDATE", last)
            here = await tx.fetchval("SELECT pg_backend_pid()")
            process = await registry_process(registry, registry_dsns[1])
            while not await registry.value("SELECT count(*) FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid))", here):
                assert process.returncode is None
                await asyncio.sleep(0.05)
            process.kill()
            await process.wait()
            raise _Undone
    progress = await registry.fetch("SELECT status, coalesce(progress->'lines', progress->'steps') AS taken FROM job WHERE id = $1", killed)
    assert [tuple(row) for row in progress] == [("RUNNING", LINES_A_STEP if job == "check" else 1)]
    async with registry.db.transaction() as tx:  # the lease of a dead process runs out
        await tx.execute("UPDATE job SET lease_until = $1 WHERE status = 'RUNNING'", system_now() - timedelta(seconds=1))
    await registry.run_jobs()
    if job == "check":
        assert (await decide(registry, list_id)).status_code == 200
        await registry.run_jobs()
    view = (await registry.get(f"/v1/death-lists/{list_id}")).json()
    assert counts(view) == {"lines": people, "to_apply": people, "known": 0, "rejected": 0, "applied": people}
    assert await registry.value("SELECT count(*) FROM card_holder WHERE status = 'DECEASED' AND version = 2") == people
    facts = [event["id"] for topic, _, event in await registry.published() if topic == HISTORY and event["type"].endswith("Deceased.v1")]
    assert len(facts) == len(set(facts)) == people
    await registry.assert_sound()


async def test_a_persons_first_version_is_kept_before_the_death(registry, people):
    registry.write("later.csv", file_of(line(1, first_name="ใหม่")))
    await registry.import_file("later.csv")
    view = (await upload(registry, listed(death(1)))).json()
    await decide(registry, view["list_id"])
    await registry.run_jobs()
    rows = await registry.fetch(
        "SELECT version, first_name, aspects FROM card_holder_fact WHERE holder_id = $1 ORDER BY version", people[1]
    )
    assert [(row["version"], row["first_name"]) for row in rows] == [(1, "เกษม"), (2, "ใหม่"), (3, None)]
    assert rows[2]["aspects"] == ["LIFE"]
