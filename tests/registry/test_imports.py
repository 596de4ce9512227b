"""Importing files: nothing lost, nothing doubled, every line accounted for."""

import asyncio
from collections import Counter
from contextlib import suppress
from datetime import timedelta

import orjson
import psutil
import pytest

from deploy.local.registry_file import write_registry_file
from deploy.local.registry_file.hostile import write_hostile_copy
from services.registry import native
from services.registry.jobs import doubles
from services.registry.jobs.import_file import LINES_A_STEP
from services.registry.rules.masking import masked
from shared.bus.kafka import partition_of
from shared.clock import system_now
from shared.contracts import parse
from shared.contracts.registry import HISTORY, HOLDERS, IMPORTS, PAYEES
from shared.db import Database
from shared.ids import new_id
from shared.jobs import JobRunner
from tests.registry.facts import district, policy_event
from tests.registry.people import HEADER, card_no, citizen_id, file_of, line
from tests.registry.process import registry_process


def counts(view):
    return {name: view[name] for name in ("lines", "registered", "updated", "unchanged", "rejected")}


async def test_a_country_is_imported_and_published(registry):
    totals = write_registry_file(registry.folder / "r.csv", 1000, 1)
    view = await registry.import_file("r.csv")
    assert view["status"] == "DONE"
    assert counts(view) == {"lines": totals.persons, "registered": totals.persons, "updated": 0, "unchanged": 0, "rejected": 0}
    table = (await registry.get("/v1/statistics/age-income")).json()
    cells = {(cell.over_60, cell.over_30000): persons for cell, persons in totals.cells.items()}
    assert {(item["age_group"] == ">60", item["tier"] == "OVER_30000"): item["persons"] for item in table["items"]} == cells
    await registry.assert_sound()

    messages = await registry.published()
    for topic, key, envelope in messages:
        event = parse(orjson.dumps(envelope), topic=topic)  # each is what its contract says
        assert key == event.subject
    by_topic = Counter(topic for topic, _, _ in messages)
    assert by_topic == {HOLDERS: totals.persons, HISTORY: totals.persons, PAYEES: totals.persons, IMPORTS: 1}
    assert len({envelope["id"] for topic, _, envelope in messages if topic == HISTORY}) == totals.persons
    completed = messages[-1][2]
    assert completed["type"] == "registry.RegistryImportCompleted.v1"
    on_partitions = Counter(partition_of(key, 6) for topic, key, _ in messages if topic == HOLDERS)
    assert completed["data"]["per_partition"] == [on_partitions[partition] for partition in range(6)]


async def test_a_chunk_of_the_bulk_lane_fits_into_a_batch_of_the_relay(registry):
    write_registry_file(registry.folder / "r.csv", 1000, 1)
    await registry.import_file("r.csv")
    rows = await registry.fetch("SELECT count(*) AS holders FROM card_holder_history GROUP BY change_id, chunk_no")
    assert len(rows) == 3
    assert max(row["holders"] for row in rows) * 3 <= 12_000


async def test_the_same_file_again_changes_nothing(registry):
    write_registry_file(registry.folder / "r.csv", 1000, 1)
    await registry.import_file("r.csv")
    before, published = await registry.state(), len(await registry.published())
    view = await registry.import_file("r.csv")
    assert counts(view) == {"lines": view["lines"], "registered": 0, "updated": 0, "unchanged": view["lines"], "rejected": 0}
    assert await registry.state() == before
    assert len(await registry.published()) == published + 1  # only that the import is complete
    assert await registry.value("SELECT count(*) FROM import_seen") == 0
    await registry.assert_sound()


async def test_persons_enter_the_same_in_an_empty_registry_and_beside_others(registry, registry_dsns):
    write_registry_file(registry.folder / "r.csv", 10_000, 3)
    registry.write("other.csv", file_of(line(1)))

    def plain(rows):
        of_import = ("import_id", "change_id", "recorded_at")
        return [{name: value for name, value in row.items() if name not in of_import} for row in rows if row["citizen_index"] != other]

    other = "\\x" + registry.vault.index.of(citizen_id(1))
    await registry.import_file("r.csv")
    at_once = plain(await registry.state())
    assert await registry.value("SELECT bool_and(payload IS NOT NULL) FROM outbox WHERE expander IS NOT NULL")
    owner = await Database.connect(registry_dsns[0], name="owner")
    async with owner.transaction() as tx:
        await tx.execute("TRUNCATE card_holder, apart.person_salt, card_holder_history, change_feed, outbox, job")
    await owner.close()
    await registry.import_file("other.csv")
    await registry.import_file("r.csv")
    assert await registry.value("SELECT count(*) FROM outbox WHERE expander IS NOT NULL AND payload IS NULL") == 1
    assert plain(await registry.state()) == at_once
    await registry.assert_sound()


async def test_a_corrected_file_updates_whom_it_corrects(registry):
    registry.write("one.csv", file_of(line(1), line(2), line(3)))
    registry.write("two.csv", file_of(line(1), line(2, income_2559_baht="30000.01", bank="GSB"), line(3, phone="0899999999"), line(4)))
    await registry.import_file("one.csv")
    view = await registry.import_file("two.csv")
    assert counts(view) == {"lines": 4, "registered": 1, "updated": 2, "unchanged": 1, "rejected": 0}
    holder = await registry.holder_of(citizen_id(2))
    assert (holder["version"], holder["tier"], holder["visit_group"], holder["bank"]) == (2, "OVER_30000", False, "GSB")
    history = (await registry.get(f"/v1/card-holders/{holder['holder_id']}/history")).json()["items"]
    assert [(item["version"], item["what"], item["who"]) for item in history] == [(1, "REGISTERED", "tester"), (2, "UPDATED", "tester")]
    assert set(history[1]["changed"]) == {"income_2559_satang", "tier", "visit_group", "bank"}
    sealed = await registry.holder_of(citizen_id(3))
    history = (await registry.get(f"/v1/card-holders/{sealed['holder_id']}/history")).json()["items"]
    assert history[1]["changed"] == ["sealed_details"]
    messages = await registry.published()
    updates = [envelope for topic, _, envelope in messages if topic == HISTORY and envelope["type"] == "registry.CardholderUpdated.v1"]
    assert [update["data"]["version"] for update in updates] == [2, 2]
    await registry.assert_sound()


async def test_a_hostile_file_is_taken_but_for_its_faults(registry):
    write_registry_file(registry.folder / "good.csv", 1000, 2)
    expected = write_hostile_copy(registry.folder / "good.csv", registry.folder / "bad.csv", registry.folder / "faults.ndjson")
    for already_known in (False, True):
        view = await registry.import_file("bad.csv")
        assert view["rejected"] == len(expected)
        assert view["unchanged" if already_known else "registered"] == view["lines"] - len(expected)
        found, cursor = [], None
        while True:
            query = {"limit": 200} | ({"cursor": cursor} if cursor else {})
            page = (await registry.get(f"/v1/imports/{view['import_id']}/rejections", **query)).json()
            found += page["items"]
            if (cursor := page["next_cursor"]) is None:
                break
        assert [(item["line"], item["field"], item["code"]) for item in found] == [
            (fault.line, fault.field, fault.code) for fault in expected
        ]
        assert all(item["reason_en"] and item["reason_th"] for item in found)
        await registry.assert_sound()


async def test_a_person_stands_once_in_a_file_however_far_apart(registry):
    filler = [line(number) for number in range(10, LINES_A_STEP + 10)]
    registry.write("r.csv", file_of(line(1), line(2), *filler, line(1, first_name="สุดใจ"), line(3, card_no=card_no(2)), line(4)))
    for registered, unchanged in ((LINES_A_STEP + 3, 0), (0, LINES_A_STEP + 3)):
        view = await registry.import_file("r.csv")
        assert counts(view) == {"lines": LINES_A_STEP + 5, "registered": registered, "updated": 0, "unchanged": unchanged, "rejected": 2}
        page = (await registry.get(f"/v1/imports/{view['import_id']}/rejections")).json()
        assert [(item["line"] - LINES_A_STEP, item["field"], item["code"], item["value_masked"]) for item in page["items"]] == [
            (4, "citizen_id", "duplicate", masked("citizen_id", citizen_id(1))),
            (5, "card_no", "duplicate", masked("card_no", card_no(2))),
        ]
    assert (await registry.holder_of(citizen_id(1)))["first_name"] == "สุดา"
    await registry.assert_sound()


@pytest.mark.parametrize("full", ["of persons", "of memory"])
async def test_a_person_stands_once_in_a_file_of_more_than_can_be_remembered(registry, monkeypatch, full):
    if full == "of persons":
        monkeypatch.setattr(doubles, "PERSONS_MAX", LINES_A_STEP)
    else:
        take, steps = native.Numbers.take, iter(range(9))

        def failing(numbers, step):
            if next(steps):
                raise native.NativeFailed("out of memory")
            return take(numbers, step)

        monkeypatch.setattr(native.Numbers, "take", failing)
    filler = [line(number) for number in range(10, 2 * LINES_A_STEP + 10)]
    registry.write(
        "r.csv", file_of(line(1), *filler[:LINES_A_STEP], line(1), *filler[LINES_A_STEP:], line(1), line(2, card_no=card_no(11)))
    )
    view = await registry.import_file("r.csv")
    assert counts(view) == {"lines": len(filler) + 4, "registered": len(filler) + 1, "updated": 0, "unchanged": 0, "rejected": 3}
    page = (await registry.get(f"/v1/imports/{view['import_id']}/rejections")).json()
    assert [(item["line"] - LINES_A_STEP, item["field"]) for item in page["items"]] == [
        (3, "citizen_id"),
        (LINES_A_STEP + 4, "citizen_id"),
        (LINES_A_STEP + 5, "card_no"),
    ]
    await registry.assert_sound()


async def test_a_known_person_cannot_take_anothers_card(registry):
    registry.write("one.csv", file_of(line(1), line(2)))
    registry.write("two.csv", file_of(line(1), line(2, card_no=card_no(1))))
    await registry.import_file("one.csv")
    view = await registry.import_file("two.csv")
    assert counts(view) == {"lines": 2, "registered": 0, "updated": 0, "unchanged": 1, "rejected": 1}
    [fault] = (await registry.get(f"/v1/imports/{view['import_id']}/rejections")).json()["items"]
    assert (fault["line"], fault["code"], fault["value_masked"]) == (3, "duplicate", masked("card_no", card_no(1)))
    await registry.assert_sound()


async def test_a_file_does_not_undo_a_recorded_move(registry):
    registry.write("one.csv", file_of(line(1)))
    await registry.import_file("one.csv")
    holder = await registry.holder_of(citizen_id(1))
    await registry.post(f"/v1/card-holders/{holder['holder_id']}/moves", {"moved_on": "2018-02-10", "subdistrict": "100101"})
    registry.write("two.csv", file_of(line(1, first_name="สุดใจ")))
    assert (await registry.import_file("two.csv"))["updated"] == 1
    after = await registry.holder_of(citizen_id(1))
    assert (after["first_name"], after["subdistrict"], after["home_district"], after["version"]) == ("สุดใจ", "100101", "1001", 3)
    await registry.assert_sound()


_KEYS = {"card_holder_holder", "card_holder_card"}


async def _indexes(registry):
    rows = await registry.fetch("SELECT indexname FROM pg_indexes WHERE tablename IN ('card_holder', 'card_holder_history', 'person_salt')")
    return {row["indexname"] for row in rows}


async def _tables_not_vacuumed(registry):
    return await registry.value("SELECT count(*) FROM pg_class WHERE 'autovacuum_enabled=off' = ANY(reloptions)")


async def test_a_first_load_builds_most_indexes_when_everybody_is_in(registry, registry_dsns):
    everyone = await _indexes(registry)
    write_registry_file(registry.folder / "r.csv", 400, 1)
    lines = (registry.folder / "r.csv").read_text().splitlines()
    registry.write("r.csv", "\n".join([*lines, lines[1], ""]))
    import_id = (await registry.post("/v1/imports", {"path": "r.csv"})).json()["import_id"]
    process = await registry_process(registry, registry_dsns[1])
    while not await registry.value("SELECT progress->'lines' FROM job WHERE id = $1", import_id):
        assert process.returncode is None
        await asyncio.sleep(0.02)
    process.kill()
    await process.wait()
    aside = everyone - {"card_holder_history_chunk", "card_holder_history_later"}
    assert aside > _KEYS | {"card_holder_search_name", "card_holder_history_version", "person_salt_holder"}
    assert everyone - await _indexes(registry) == (aside if native.load() else aside - _KEYS)
    assert await _tables_not_vacuumed(registry) == 3
    async with registry.db.transaction() as tx:
        await tx.execute("UPDATE job SET lease_until = $1", system_now() - timedelta(seconds=1))
    await registry.run_jobs()
    assert await _indexes(registry) == everyone
    assert await _tables_not_vacuumed(registry) == 0
    assert await registry.value("SELECT reltuples FROM pg_class WHERE oid = 'card_holder'::regclass") > 0
    # Who went before is known, though another process took them.
    page = (await registry.get(f"/v1/imports/{import_id}/rejections")).json()
    assert [(item["line"], item["field"], item["code"]) for item in page["items"]] == [(len(lines) + 1, "citizen_id", "duplicate")]
    await registry.assert_sound()


async def test_a_first_load_that_fails_builds_the_indexes_too(registry):
    everyone = await _indexes(registry)
    registry.write("r.csv", file_of(line(1), line(2)))
    import_id = (await registry.post("/v1/imports", {"path": "r.csv"})).json()["import_id"]
    async with registry.db.transaction() as tx:
        assert await tx.fetchval("SELECT set_indexes_aside(false)")
    registry.write("r.csv", file_of(line(1), line(2), line(3)))
    await registry.run_jobs()
    assert (await registry.get(f"/v1/imports/{import_id}")).json()["status"] == "FAILED"
    assert await _indexes(registry) == everyone


async def test_beside_others_no_index_is_set_aside(registry, people):
    async with registry.db.transaction() as tx:
        assert not await tx.fetchval("SELECT set_indexes_aside(false)")
    assert len(await _indexes(registry)) > 2


async def test_an_import_that_was_cancelled_between_steps_goes_on_where_it_was(registry):
    totals = write_registry_file(registry.folder / "r.csv", 400, 1)
    import_id = (await registry.post("/v1/imports", {"path": "r.csv"})).json()["import_id"]
    runner = asyncio.create_task(JobRunner(registry.db, registry.service.jobs, registry.service.resources).run())
    while not (await registry.get(f"/v1/imports/{import_id}")).json()["lines"]:
        await asyncio.sleep(0.01)
    runner.cancel()
    with suppress(asyncio.CancelledError):
        await runner
    view = (await registry.get(f"/v1/imports/{import_id}")).json()
    assert view["status"] == "QUEUED"
    assert 0 < view["lines"] < totals.persons
    await registry.run_jobs()
    await _assert_whole(registry, import_id, totals.persons)


async def test_a_killed_import_goes_on_where_it_was(registry, registry_dsns):
    totals = write_registry_file(registry.folder / "r.csv", 250, 1)
    import_id = (await registry.post("/v1/imports", {"path": "r.csv"})).json()["import_id"]
    process = await registry_process(registry, registry_dsns[1], import_native=False)
    while not await registry.value("SELECT progress->'lines' FROM job WHERE id = $1", import_id):
        assert process.returncode is None
        await asyncio.sleep(0.02)
    workers = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    await process.wait()
    assert await _indexes(registry) >= _KEYS  # Python alone tells nobody's doubles without them
    done = await registry.value("SELECT (progress->>'lines')::int FROM job WHERE id = $1", import_id)
    assert 0 < done < totals.persons
    gone, alive = await asyncio.to_thread(psutil.wait_procs, workers, timeout=10)
    assert not alive
    assert gone
    async with registry.db.transaction() as tx:  # the lease of a dead process runs out
        await tx.execute("UPDATE job SET lease_until = $1", system_now() - timedelta(seconds=1))
    await registry.run_jobs()
    await _assert_whole(registry, import_id, totals.persons)


async def _assert_whole(registry, import_id, persons):
    view = (await registry.get(f"/v1/imports/{import_id}")).json()
    assert counts(view) == {"lines": persons, "registered": persons, "updated": 0, "unchanged": 0, "rejected": 0}
    assert await registry.value("SELECT count(*) FROM card_holder") == persons
    assert await registry.value("SELECT sum(version) FROM card_holder") == persons
    messages = await registry.published()
    facts = [envelope["id"] for topic, _, envelope in messages if topic == HISTORY]
    assert len(facts) == len(set(facts)) == persons
    assert sum(1 for topic, _, _ in messages if topic == IMPORTS) == 1
    await registry.assert_sound()


async def test_of_two_imports_at_once_the_second_waits(registry, registry_dsns):
    write_registry_file(registry.folder / "r.csv", 1000, 1)
    ids = [(await registry.post("/v1/imports", {"path": "r.csv"})).json()["import_id"] for _ in range(2)]
    other = await Database.connect(registry_dsns[1], name="other")
    runners = [asyncio.create_task(JobRunner(db, registry.service.jobs, registry.service.resources).run()) for db in (registry.db, other)]
    while await registry.value("SELECT count(*) FROM job WHERE status IN ('QUEUED', 'RUNNING')"):
        await asyncio.sleep(0.05)
    for runner in runners:
        runner.cancel()
        with suppress(asyncio.CancelledError):
            await runner
    await other.close()
    views = [(await registry.get(f"/v1/imports/{import_id}")).json() for import_id in ids]
    assert sorted((view["registered"], view["unchanged"]) for view in views) == [(0, 11469), (11469, 0)]
    await registry.assert_sound()


async def test_a_file_that_changed_since_it_was_asked_for_is_not_imported(registry):
    registry.write("r.csv", file_of(line(1)))
    import_id = (await registry.post("/v1/imports", {"path": "r.csv"})).json()["import_id"]
    registry.write("r.csv", file_of(line(1), line(2)))
    await registry.run_jobs()
    view = (await registry.get(f"/v1/imports/{import_id}")).json()
    assert view["status"] == "FAILED"
    assert "changed" in view["error"]
    assert "ไฟล์" in view["error"]


async def test_without_a_policy_there_is_no_import(registry, registry_dsns):
    owner = await Database.connect(registry_dsns[0], name="owner")
    async with owner.transaction() as tx:
        await tx.execute("DELETE FROM policy")
    await owner.close()
    registry.write("r.csv", file_of(line(1)))
    answer = await registry.post("/v1/imports", {"path": "r.csv"})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:sukjai:problem:policy-unknown")
    await registry.bring(policy_event(2))
    assert (await registry.post("/v1/imports", {"path": "r.csv"})).status_code == 202


@pytest.mark.parametrize("path", ["../outside.csv", "/etc/passwd", "link.csv", "missing.csv", "a\u0000b", ".", "wrong.csv"])
async def test_only_registry_files_below_the_folder_are_imported(registry, path):
    outside = registry.folder.parent / "outside.csv"
    outside.write_text(file_of(line(1)))
    (registry.folder / "link.csv").symlink_to(outside)
    registry.write("wrong.csv", "a,b,c\n1,2,3\n")
    answer = await registry.post("/v1/imports", {"path": path})
    assert answer.status_code == 422, answer.text
    assert await registry.value("SELECT count(*) FROM job") == 0


async def test_an_uploaded_file_is_imported(registry):
    body = file_of(line(1), line(2)).encode()
    answer = await registry.client.post("/v1/imports/uploads", files={"file": ("r.csv", body, "text/csv")}, headers=registry.token())
    assert answer.status_code == 202, answer.text
    await registry.run_jobs()
    view = (await registry.get(answer.headers["Location"])).json()
    assert counts(view) == {"lines": 2, "registered": 2, "updated": 0, "unchanged": 0, "rejected": 0}
    refused = await registry.client.post("/v1/imports/uploads", files={"file": ("r.csv", b"a,b\n", "text/csv")}, headers=registry.token())
    assert refused.status_code == 422
    assert len(list((registry.folder / "uploads").iterdir())) == 1


async def test_the_same_request_is_one_import(registry):
    registry.write("r.csv", file_of(line(1)))
    answers = [await registry.post("/v1/imports", {"path": "r.csv"}, **{"Idempotency-Key": "again"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert await registry.value("SELECT count(*) FROM job") == 1


async def test_an_empty_file_is_complete_at_once(registry):
    registry.write("r.csv", HEADER)
    assert counts(await registry.import_file("r.csv")) == {"lines": 0, "registered": 0, "updated": 0, "unchanged": 0, "rejected": 0}


async def test_imports_need_their_scope_the_country_and_a_body(registry):
    registry.write("r.csv", file_of(line(1)))
    assert (await registry.post("/v1/imports", {"path": "r.csv"}, scopes=("registry.imports:read",))).status_code == 403
    assert (await registry.post("/v1/imports", {"path": "r.csv"}, reach=district("8101"))).status_code == 404
    assert (await registry.post("/v1/imports", {})).status_code == 422
    assert (await registry.get(f"/v1/imports/{new_id()}")).status_code == 404
    assert (await registry.get(f"/v1/imports/{new_id()}/rejections")).status_code == 404
