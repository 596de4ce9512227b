"""Changing keys while everybody works: nobody is lost, nobody waits for it, and the key before is destroyed at the end."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest

from deploy.local.registry_file import write_registry_file
from services.registry.commands.key_rotations import PERSONS_A_STEP
from services.registry.repository import sealed
from services.registry.resources import RegistryResources
from shared.bus.relay import READY
from shared.clock import system_now
from shared.contracts import parse
from shared.contracts.registry import PAYEES
from shared.crypto import SealBroken
from shared.jobs import JobRunner
from shared.keys import MasterKeyUnknown
from tests.registry.facts import KEYS, district
from tests.registry.people import citizen_id, file_of, line
from tests.registry.process import registry_process

GROUP = {"keys": "GROUP", "reason": "a year has passed"}
MASTER = {"keys": "MASTER", "reason": "a new master key"}


async def keys_in_use(registry):
    rows = await registry.fetch(
        """SELECT encode(substring(private_sealed FROM 1 FOR 2), 'escape') AS key_id, count(*) AS persons,
                  count(*) FILTER (WHERE substring(house_no_sealed FROM 1 FOR 2) <> substring(private_sealed FROM 1 FOR 2)) AS apart
             FROM card_holder GROUP BY 1 ORDER BY 1"""
    )
    assert not any(row["apart"] for row in rows)
    return {row["key_id"]: row["persons"] for row in rows}


async def plain(registry):
    """Ids, phone, account and house number of everybody, by holder."""
    rows = await registry.fetch(f"SELECT * FROM {sealed.WITH_KEYS} ORDER BY holder_id")
    return {row["holder_id"]: (registry.vault.private(row), registry.vault.house_no(row)) for row in rows}


async def ask(registry, body):
    answer = await registry.post("/v1/key-rotations", body)
    assert answer.status_code == 202, answer.text
    return answer.headers["Location"]


def with_masters(registry, text):
    """The resources of a process that was started with these master keys."""
    resources = registry.service.resources
    settings = resources.settings.model_copy(update={"master_keys": text})
    return RegistryResources(settings=settings, db=registry.db, clock=resources.clock, verifier=resources.verifier)


async def test_a_person_is_sealed_under_a_key_of_their_own(registry, people):
    rows = await registry.fetch(f"SELECT * FROM {sealed.WITH_KEYS} ORDER BY holder_id")
    assert {bytes(row["private_sealed"][:2]) for row in rows} == {b"01"}
    assert len({row["salt"] for row in rows}) == len(people)
    one, other = rows[:2]
    for stolen in ({"salt": other["salt"]}, {"salt": None}, {"holder_id": other["holder_id"]}):
        with pytest.raises(SealBroken):
            registry.vault.private({**dict(one), **stolen})


async def test_everybody_is_sealed_anew_and_the_old_key_is_destroyed(registry, people):
    before, state = await plain(registry), await registry.state()
    rotation = await ask(registry, GROUP)
    assert (await registry.post("/v1/key-rotations", MASTER)).json()["type"] == "urn:sukjai:problem:key-rotation-running"
    await registry.run_jobs()
    view = (await registry.get(rotation)).json()
    assert {name: view[name] for name in ("status", "keys", "key_id", "persons", "looked_at", "sealed_anew", "retired", "done", "asked_by")} == {
        "status": "DONE", "keys": "GROUP", "key_id": "02", "persons": 6, "looked_at": 6, "sealed_anew": 6, "retired": ["01"], "done": True, "asked_by": "tester",
    }  # fmt: skip
    assert await keys_in_use(registry) == {"02": 6}
    assert await plain(registry) == before
    assert await registry.state() == state  # no version, no history, no event
    listed = (await registry.get("/v1/group-keys")).json()["items"]
    assert [(key["key_id"], key["status"], key["master_id"]) for key in listed] == [("01", "RETIRED", "m1"), ("02", "CURRENT", "m1")]
    assert await registry.value("SELECT count(*) FROM group_key WHERE wrapped IS NOT NULL") == 1
    await registry.assert_sound()
    registry.write("more.csv", file_of(line(9), line(1, phone="0899999999")))
    assert (await registry.import_file("more.csv"))["updated"] == 1
    assert await keys_in_use(registry) == {"02": 7}


async def test_who_moved_keeps_the_house_number_when_a_file_changes_the_rest(registry):
    registry.write("one.csv", file_of(line(1), line(2)))
    await registry.import_file("one.csv")
    ids = [(await registry.holder_of(citizen_id(number)))["holder_id"] for number in (1, 2)]
    await registry.post(f"/v1/card-holders/{ids[0]}/moves", {"moved_on": "2018-02-10", "subdistrict": "100101", "house_no": "9/9"})
    await registry.post(f"/v1/card-holders/{ids[1]}/moves", {"moved_on": "2018-02-10", "subdistrict": "100101"})
    salts = await registry.fetch("SELECT * FROM apart.person_salt ORDER BY holder_id")
    registry.write("two.csv", file_of(line(1, phone="0899999999"), line(2, phone="0899999998")))
    assert (await registry.import_file("two.csv"))["updated"] == 2
    opened = {str(holder_id): (private.phone, house_no) for holder_id, (private, house_no) in (await plain(registry)).items()}
    assert opened == {ids[0]: ("0899999999", "9/9"), ids[1]: ("0899999998", None)}
    # The same salts: what is known of their past is sealed under them too.
    assert await registry.fetch("SELECT * FROM apart.person_salt ORDER BY holder_id") == salts
    await registry.assert_sound()


async def test_a_registry_without_persons_changes_its_key_too(registry):
    rotation = await ask(registry, GROUP)
    await registry.run_jobs()
    assert (await registry.get(rotation)).json()["retired"] == ["01"]
    assert await registry.value("SELECT key_id FROM group_key WHERE status = 'CURRENT'") == "02"


async def test_keys_change_while_people_move_and_are_looked_up(registry):
    registry.write("r.csv", file_of(*(line(number) for number in range(1, 3 * PERSONS_A_STEP + 200))))
    await registry.import_file("r.csv")
    before = await plain(registry)
    ids = sorted(before, key=str)
    rotation = await ask(registry, GROUP)
    running = asyncio.create_task(registry.run_jobs())
    moved, seen = [], 0
    while not running.done():
        for holder_id in (ids[len(moved)], ids[-1 - len(moved)]):
            answer = await registry.post(
                f"/v1/card-holders/{holder_id}/moves", {"moved_on": "2018-02-10", "subdistrict": "100101", "house_no": "9/9"}
            )
            assert answer.status_code == 201, answer.text
            moved.append(holder_id)
        found = await registry.holder_of(citizen_id(1 + len(moved) * 7))
        personal = await registry.get(f"/v1/card-holders/{found['holder_id']}/personal", purpose="a test")
        assert personal.json()["citizen_id"] == citizen_id(1 + len(moved) * 7)
        page = await registry.get("/v1/card-holders", limit=100)
        assert len(page.json()["items"]) == 100
        seen += 1
    await running
    assert seen
    view = (await registry.get(rotation)).json()
    assert view["status"] == "DONE"
    assert view["looked_at"] >= len(ids)
    assert await keys_in_use(registry) == {"02": len(ids)}
    assert await plain(registry) == {
        holder_id: (private, "9/9" if holder_id in moved else house_no) for holder_id, (private, house_no) in before.items()
    }
    await registry.assert_sound()


async def test_a_killed_rotation_goes_on_where_it_was(registry, registry_dsns):
    persons = write_registry_file(registry.folder / "r.csv", 1000, 1).persons
    await registry.import_file("r.csv")
    before = await plain(registry)
    rotation = await ask(registry, GROUP)
    process = await registry_process(registry, registry_dsns[1])
    while not await registry.value("SELECT (progress->>'sealed_anew')::int FROM job WHERE kind = 'registry-rotate-keys'"):
        assert process.returncode is None
        await asyncio.sleep(0.01)
    process.kill()
    await process.wait()
    in_the_middle = (await registry.get(rotation)).json()
    assert in_the_middle["status"] == "RUNNING"
    assert 0 < in_the_middle["looked_at"] < persons
    assert set(await keys_in_use(registry)) == {"01", "02"}
    assert await plain(registry) == before  # both keys open
    async with registry.db.transaction() as tx:  # the lease of a dead process runs out
        await tx.execute("UPDATE job SET lease_until = $1", system_now() - timedelta(seconds=1))
    await registry.run_jobs()
    view = (await registry.get(rotation)).json()
    assert (view["status"], view["looked_at"], view["sealed_anew"], view["retired"]) == ("DONE", persons, persons, ["01"])
    assert await keys_in_use(registry) == {"02": persons}
    assert await plain(registry) == before
    await registry.assert_sound()


async def test_who_was_sealed_behind_the_rotation_is_found_before_the_key_is_destroyed(registry, people):
    """As by an import whose lock broke: the rotation begins again instead of retiring a key that is needed."""
    straggler = (await registry.fetch("SELECT holder_id, private_sealed, house_no_sealed FROM card_holder ORDER BY holder_id LIMIT 1"))[0]
    before = await plain(registry)
    rotation = await ask(registry, GROUP)
    async with registry.db.transaction() as tx:
        await tx.execute("UPDATE group_key SET status = 'OLD'")
        await tx.execute("UPDATE job SET progress = $1", {"key_id": "02", "persons": 6, "after": str(max(before, key=str)), "looked_at": 6})
        resources = registry.service.resources
        await tx.execute(
            "INSERT INTO group_key (key_id, number, wrapped, master_id, made_at) VALUES ('02', 2, $1, 'm1', now())",
            resources.vault.ring.master.wrap(b"2" * 32, b"02"),
        )
    assert straggler["private_sealed"][:2] == b"01"
    await registry.run_jobs()
    view = (await registry.get(rotation)).json()
    assert (view["status"], view["sealed_anew"], view["retired"]) == ("DONE", 6, ["01"])
    assert await plain(registry) == before
    await registry.assert_sound()


async def test_messages_that_wait_are_right_after_a_rotation(registry):
    registry.write("r.csv", file_of(line(1), line(2)))
    await registry.import_file("r.csv")
    await ask(registry, GROUP)
    await registry.run_jobs()
    [chunk] = await registry.fetch("SELECT chunk, payload FROM outbox WHERE expander IS NOT NULL")
    expand = registry.service.expanders["holders"]
    async with registry.db.reading() as tx:
        ready = [message for batch in await expand(tx, chunk["chunk"] | {READY: chunk["payload"]}) for message in batch.messages()]
        of_rows = list(await expand(tx, chunk["chunk"]))
    told = []
    for messages in (ready, of_rows):
        payees = [parse(value).data for topic, _, value in messages if topic == PAYEES]
        told.append({one.holder_id: registry.vault.payees.open_text(one.sealed, one.holder_id.bytes) for one in payees})
    assert told[0] == told[1]
    assert len(told[0]) == 2


async def test_a_rotation_waits_for_an_import_and_an_import_for_a_rotation(registry):
    write_registry_file(registry.folder / "r.csv", 2000, 1)
    first = (await registry.post("/v1/imports", {"path": "r.csv"})).json()["import_id"]
    rotation = await ask(registry, GROUP)
    runners = [asyncio.create_task(JobRunner(registry.db, registry.service.jobs, registry.service.resources).run()) for _ in range(2)]
    while await registry.value("SELECT count(*) FROM job WHERE status IN ('QUEUED', 'RUNNING')"):
        await asyncio.sleep(0.05)
    for runner in runners:
        runner.cancel()
        with suppress(asyncio.CancelledError):
            await runner
    assert (await registry.get(f"/v1/imports/{first}")).json()["status"] == "DONE"
    assert (await registry.get(rotation)).json()["retired"] == ["01"]
    assert set(await keys_in_use(registry)) == {"02"}
    await registry.assert_sound()


async def test_the_master_key_changes_in_one_step_and_the_old_one_can_go(registry, people):
    old, new = KEYS["master_keys"], KEYS["field_keys"].replace("f1", "m2")
    before = await plain(registry)
    registry.service.resources.vault = with_masters(registry, f"{new},{old}").vault
    assert await plain(registry) == before  # the old master key is accepted until the step is done
    rotation = await ask(registry, MASTER)
    await registry.run_jobs()
    view = (await registry.get(rotation)).json()
    assert (view["status"], view["wrapped_anew"], view["sealed_anew"]) == ("DONE", 1, 0)
    assert [key["master_id"] for key in (await registry.get("/v1/group-keys")).json()["items"]] == ["m2"]
    registry.service.resources.vault = with_masters(registry, new).vault
    assert await plain(registry) == before
    registry.service.resources.vault = with_masters(registry, old).vault
    with pytest.raises(MasterKeyUnknown, match="'m2'"):
        await plain(registry)


async def test_without_the_master_key_before_a_rotation_fails_by_name_and_people_are_as_they_were(registry, people):
    before = await plain(registry)
    vault = registry.service.resources.vault
    registry.service.resources.vault = with_masters(registry, KEYS["field_keys"].replace("f1", "m2")).vault
    rotations = [await ask(registry, MASTER)]
    await registry.run_jobs()
    rotations.append(await ask(registry, GROUP))
    await registry.run_jobs()
    for rotation in rotations:
        view = (await registry.get(rotation)).json()
        assert view["status"] == "FAILED"
        assert "'m1'" in view["error"]
        assert "กุญแจหลัก" in view["error"]
    shown = await registry.get(f"/v1/card-holders/{people[1]}")
    assert (shown.status_code, shown.json()["type"]) == (503, "urn:sukjai:problem:master-key-unknown")
    registry.service.resources.vault = vault
    assert await plain(registry) == before
    await registry.assert_sound()


async def test_keys_need_their_scopes_and_the_country(registry):
    assert (await registry.post("/v1/key-rotations", GROUP, scopes=("registry.keys:read",))).status_code == 403
    assert (await registry.post("/v1/key-rotations", GROUP, reach=district("8101"))).status_code == 404
    assert (await registry.get("/v1/group-keys", reach=district("8101"))).status_code == 404
    assert (await registry.post("/v1/key-rotations", {"keys": "ALL", "reason": "none"})).status_code == 422
    assert (await registry.get("/v1/group-keys")).json() == {"items": []}
