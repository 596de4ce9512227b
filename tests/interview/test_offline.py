"""Work without a network, by the reference client: packs, batches, conflicts, a wrong clock, a stolen device, a batch that was cut."""

import asyncio
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest

from deploy.local.field_app.device import Device, NotTaken, Wiped
from deploy.local.field_app.store import Store, WrongPin
from services.interview.commands.take_pack import VALID_FOR
from shared.auth import Level
from shared.ids import new_id
from tests.interview import world
from tests.interview.test_interviews import assigned, menu
from tests.interview.test_visits_and_officers import ASSIGN, listed


@pytest.fixture
def field(interview, tmp_path):
    """Gives devices of an officer, whose clock may be wrong by some days."""

    async def registered(officer, *, name="แท็บเล็ต", clock_wrong_by=timedelta()):
        async def token():
            return interview.ao(officer)["Authorization"].removeprefix("Bearer ")

        def clock():
            return interview.service.resources.clock.business_now() + clock_wrong_by

        device = Device(Store.open(tmp_path / str(new_id()), "2561"), interview.client, token, clock)
        await device.register(name)
        await device.pull()
        return device

    return registered


async def team(interview, count=3):
    """An officer of BAAC with that many people to visit in March."""
    people = await listed(interview, count)
    officer = await interview.officer()
    await interview.made(ASSIGN)
    interview.on("2018-03-20")
    return people, officer


def at_home(person, **more):
    return world.stating_wish(world.interview(person.subject, menu=menu(), **more))


def outcomes(results):
    return [result["outcome"] for result in results]


async def test_days_of_work_are_brought_in_one_batch_and_again_without_harm(interview, field):
    (met, away, late), officer = await team(interview)
    device = await field(officer)
    device.do("VISIT_ATTEMPT", {"holder_id": away.subject, "visited_on": "2018-03-20", "reason": "NOT_AT_HOME"})
    device.do("INTERVIEW", at_home(met))
    device.do("INTERVIEW", at_home(away))
    device.do("INTERVIEW", world.interview(late.subject, "2018-03-25"))
    device.do("WISH", {"citizen_id": "1-0000-00000-01-8"})
    waiting = device.next_batch()
    results = await device.push()
    assert outcomes(results) == ["APPLIED", "APPLIED", "APPLIED", "REFUSED", "REFUSED"]
    assert results[1]["done"]["slip_no"]
    assert results[1]["done"]["state"] == "INTERVIEWED"
    assert [problem["field"] for problem in results[3]["problem"]["errors"]] == ["visit.interviewed_on"]
    assert [problem["field"] for problem in results[4]["problem"]["errors"]] == ["citizen_id"]
    told = await interview.published(away.subject)
    told.remove("VisitUnsuccessful")
    assert told == await interview.published(met.subject)
    state = await interview.state()
    again = await device.bring(waiting)
    assert outcomes(again) == ["ALREADY_APPLIED"] * 3 + ["REFUSED"] * 2
    assert [result["done"] for result in again[:3]] == [result["done"] for result in results[:3]]
    assert {**await interview.state(), "device": 0} == {**state, "device": 0}


async def test_what_was_done_is_not_kept_on_the_device_and_needs_the_pin(interview, field):
    (person, *_), officer = await team(interview)
    device = await field(officer)
    device.do("INTERVIEW", at_home(person))
    path = device.store._path
    assert "นายทุน".encode() not in path.read_bytes()
    with pytest.raises(WrongPin):
        Store.open(path, "0000")
    await device.push()
    (kept,) = device.store.operations("APPLIED")
    assert "body" not in kept


async def test_a_pack_holds_the_officers_own_cases_and_then_what_differs(interview, field):
    (first, second, third), officer = await team(interview)
    other = await interview.officer("GSB")
    device = await field(officer)
    assert {case["holder_id"] for case in device.cases()} == {person.subject for person in (first, second, third)}
    sections = device.store.get("sections")
    assert sections["policy"]["amounts_satang"] == {"UP_TO_30000": 20000, "OVER_30000": 10000}
    assert sections["programmes"][0]["code"] == "D2-TRAIN"
    assert {"8101", "810101"} <= {area["code"] for area in sections["areas"]}
    assert await device.pull() == 0
    case = await interview.case(second.subject)
    await interview.made(f"/v1/cases/{case['case_id']}/assignment", {"officer_id": other})
    await interview.made("/v1/visit-attempts", {"holder_id": third.subject, "visited_on": "2018-03-20", "reason": "ILL"})
    asked = {"device_id": device.device_id, "since": device.store.get("pack")["pack_no"]}
    pack = (await interview.get("/v1/sync/pack", interview.ao(officer), **asked)).json()
    assert (pack["sections"], pack["gone"]) == ({}, [case["case_id"]])
    assert [(case["holder_id"], case["attempts_made"][0]["reason"]) for case in pack["cases"]] == [(third.subject, "ILL")]
    assert await device.pull() == 2
    assert {case["holder_id"] for case in device.cases()} == {first.subject, third.subject}
    assert (await interview.get("/v1/sync/pack", interview.ao(other), **asked)).status_code == 404
    assert (await interview.get("/v1/sync/pack", interview.chief(), **asked)).status_code == 403


async def test_a_pack_expires_but_not_what_waits_to_be_brought(interview, field):
    (person, *_), officer = await team(interview)
    device = await field(officer)
    device.do("VISIT_ATTEMPT", {"holder_id": person.subject, "visited_on": "2018-03-20", "reason": "ILL"})
    now = interview.service.resources.clock.business_now()
    device.clock = lambda: now + VALID_FOR + timedelta(minutes=1)
    assert device.cases() == []
    device.clock = lambda: now
    assert outcomes(await device.push()) == ["APPLIED"]


async def test_two_devices_of_one_officer_and_the_officer_decides(interview, field):
    (person, other, _), officer = await team(interview)
    one, two = await field(officer, name="1"), await field(officer, name="2")
    one.do("VISIT_ATTEMPT", {"holder_id": person.subject, "visited_on": "2018-03-20", "reason": "NOT_AT_HOME"})
    two.do("VISIT_ATTEMPT", {"holder_id": person.subject, "visited_on": "2018-03-20", "reason": "ILL"})
    two.do("VISIT_ATTEMPT", {"holder_id": other.subject, "visited_on": "2018-03-20", "reason": "ILL"})
    assert outcomes(await one.push()) == ["APPLIED"]
    conflicting, applied = await two.push()
    assert (conflicting["outcome"], applied["outcome"]) == ("CONFLICT", "APPLIED")
    conflict = conflicting["conflict"]
    assert (conflict["what"], conflict["choices"], conflict["state"]) == ("CASE_CHANGED", ["APPLY", "DISCARD"], "VISITED")
    assert conflict["version"] == conflict["seen_version"] + 1
    assert [change["step"] for change in conflict["changes"]] == ["NOT_MET"]
    two.decide(conflicting["operation_id"], "APPLY")
    assert outcomes(await two.push()) == ["APPLIED"]
    assert (await interview.case(person.subject))["attempts"] == 2
    # Who was interviewed through the one cannot be by the other: both sides are shown, and only giving up is left.
    one.do("INTERVIEW", at_home(other), seen_version=conflict["seen_version"] + 1)
    assert outcomes(await one.push()) == ["APPLIED"]
    two.do("INTERVIEW", at_home(other))
    (conflicting,) = await two.push()
    assert (conflicting["outcome"], conflicting["conflict"]["choices"]) == ("CONFLICT", ["DISCARD"])
    assert conflicting["problem"]["type"].endswith("case-not-ready")
    assert "INTERVIEWED" in [change["step"] for change in conflicting["conflict"]["changes"]]
    two.decide(conflicting["operation_id"], "DISCARD")
    assert outcomes(await two.push()) == ["DISCARDED"]
    assert (await interview.case(other.subject))["interviews"] == 1


@pytest.mark.parametrize(("choice", "visited_on"), [("CORRECT_DATE", "2018-03-20"), ("KEEP_DATE", "2018-03-17")])
async def test_a_clock_three_days_wrong_is_found_and_the_officer_decides(interview, field, choice, visited_on):
    (person, by_hand, _), officer = await team(interview)
    device = await field(officer, clock_wrong_by=timedelta(days=-3))
    device.do("VISIT_ATTEMPT", {"holder_id": person.subject, "visited_on": "2018-03-17", "reason": "ILL"})
    device.do("VISIT_ATTEMPT", {"holder_id": by_hand.subject, "visited_on": "2018-03-19", "reason": "ILL"})
    doubtful, dated_by_hand = await device.push()
    assert dated_by_hand["outcome"] == "APPLIED"
    assert doubtful["outcome"] == "CONFLICT"
    assert (doubtful["conflict"]["day_told"], doubtful["conflict"]["day_corrected"]) == ("2018-03-17", "2018-03-20")
    device.decide(doubtful["operation_id"], choice)
    assert outcomes(await device.push()) == ["APPLIED"]
    (unsuccessful,) = await interview.outbox("VisitUnsuccessful", subject=person.subject)
    assert unsuccessful.data.visited_on.isoformat() == visited_on
    shown = (await interview.get("/v1/devices", interview.chief())).json()["items"]
    assert shown[0]["clock_offset_seconds"] in {3 * 86400 - 1, 3 * 86400, 3 * 86400 + 1}


async def test_a_clock_set_right_on_the_way_makes_no_doubt(interview, field):
    (person, *_), officer = await team(interview)
    device = await field(officer)
    device.do("VISIT_ATTEMPT", {"holder_id": person.subject, "visited_on": "2018-03-20", "reason": "ILL"})
    right = device.clock
    device.clock = lambda: right() + timedelta(days=3)
    assert outcomes(await device.push()) == ["APPLIED"]


async def test_a_stolen_device_gets_and_brings_nothing_and_wipes_itself(interview, field):
    (person, *_), officer = await team(interview)
    device, own = await field(officer), await field(officer)
    device.do("INTERVIEW", at_home(person))
    address = f"/v1/devices/{device.device_id}/revocation"
    assert (await interview.post(address, {"reason": "ถูกขโมย"}, interview.chief("8102"))).status_code == 404
    await interview.made(address, {"reason": "ถูกขโมย"}, interview.chief())
    path = device.store._path
    with pytest.raises(Wiped):
        await device.push()
    assert not path.exists()
    assert (await interview.case(person.subject))["interviews"] == 0
    assert await own.pull() == 0
    # A key of the thief's own opens nothing.
    own.store.put("device", own.store.get("device") | {"device_id": str(new_id())})
    with pytest.raises(NotTaken, match="Not found"):
        await own.pull()


async def test_a_batch_is_refused_whole_when_it_is_changed_cut_or_out_of_order(interview, field):
    (person, other, _), officer = await team(interview)
    device, thief = await field(officer), await field(officer)
    attempt = {"visited_on": "2018-03-20", "reason": "ILL"}
    device.do("VISIT_ATTEMPT", {"holder_id": person.subject, **attempt})
    device.do("VISIT_ATTEMPT", {"holder_id": other.subject, **attempt})
    batch = device.next_batch()
    signed = device.signed(batch)

    async def sent(text):
        answer = await interview.client.post("/v1/sync", json={"device_id": device.device_id, "batch": text}, headers=interview.ao(officer))
        return answer.status_code, answer.json()["type"].rsplit(":", 1)[-1]

    assert await sent(signed[: len(signed) // 2]) == (422, "invalid")
    assert await sent(signed[:-6]) == (422, "batch-not-signed")
    assert await sent(thief.signed(batch)) == (422, "batch-not-signed")
    assert await sent(device.signed(batch[1:])) == (409, "batch-missing")
    assert await sent(device.signed(batch[::-1])) == (422, "invalid")
    assert await sent(device.signed([*batch, {**batch[0], "seq": 3}])) == (422, "invalid")
    assert (await interview.case(person.subject))["attempts"] == 0
    assert outcomes(await device.push()) == ["APPLIED", "APPLIED"]
    changed = {**batch[0], "body": {**batch[0]["body"], "reason": "MOVED"}}
    (reused,) = await device.bring([changed])
    assert reused["problem"]["type"].endswith("operation-id-reused")


async def test_of_interviews_that_come_together_each_has_its_own_answer(interview, field):
    people, officer = await team(interview, 6)
    plain, visited, wished, wrong, numbered, last = people
    device = await field(officer)
    device.do("VISIT_ATTEMPT", {"holder_id": plain.subject, "visited_on": "2018-03-20", "reason": "ILL"})
    assert outcomes(await device.push()) == ["APPLIED"]
    # Meanwhile at the desk: a visit that matters to no interview, and a wish that does.
    await interview.made("/v1/visit-attempts", {"holder_id": visited.subject, "visited_on": "2018-03-20", "reason": "ILL"})
    await interview.made("/v1/intents", world.wish(wished.subject, channel="HOME_VISIT", stated_on="2018-03-20"))
    for person in (plain, visited, wished):
        device.do("INTERVIEW", at_home(person))
    device.do("INTERVIEW", world.interview(wrong.subject, "2018-03-20", menu=menu(programme_code="NONE")))
    device.do("INTERVIEW", at_home(last))
    batch = device.next_batch()
    under_a_number_that_was_used = {**batch[0], "operation_id": str(new_id()), "seq": 1, "body": at_home(numbered)}
    body = {"device_id": device.device_id, "batch": device.signed([under_a_number_that_was_used, *batch])}
    reused, *results = (await interview.made("/v1/sync", body, interview.ao(officer)))["results"]
    assert reused["problem"]["type"].endswith("operation-id-reused")
    assert outcomes(results) == ["APPLIED", "APPLIED", "CONFLICT", "REFUSED", "APPLIED"]
    assert results[2]["conflict"]["choices"] == ["APPLY", "DISCARD"]
    assert results[3]["problem"]["type"].endswith("unknown-programme")
    done = [results[0]["done"], results[1]["done"], results[4]["done"]]
    assert len({one["slip_no"] for one in done}) == 3
    assert [await interview.state_of(person.subject) for person in (numbered, wrong)] == ["VISIT_DUE"] * 2
    told = await interview.published(last.subject)
    assert [event for event in await interview.published(visited.subject) if event != "VisitUnsuccessful"] == told
    async with interview.db.reading() as tx:
        assert await tx.fetch("SELECT count(*) AS rows, count(DISTINCT xmin::text) AS transactions FROM interview") == [(3, 1)]
    again = (await interview.made("/v1/sync", body, interview.ao(officer)))["results"]
    assert outcomes(again)[1:] == ["ALREADY_APPLIED", "ALREADY_APPLIED", "CONFLICT", "REFUSED", "ALREADY_APPLIED"]
    assert len(await interview.outbox("InterviewCompleted")) == 3


@asynccontextmanager
async def held(interview, person):
    """The person's row, held as another writer would."""
    async with interview.db.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM holder WHERE holder_id = $1 FOR UPDATE", person.subject)
        yield


async def applied(interview, count):
    while True:
        async with interview.db.reading() as tx:
            if await tx.fetchval("SELECT count(*) FROM sync_operation") == count:
                return
        await asyncio.sleep(0)


async def test_a_batch_whose_connection_breaks_in_the_middle_is_sent_again_and_done_once(interview, field):
    people, officer = await team(interview)
    device = await field(officer)
    for person in people:
        device.do("INTERVIEW", at_home(person))
    async with held(interview, people[1]):
        first = asyncio.create_task(device.push())
        await applied(interview, 2)
        with pytest.raises(NotTaken) as running:
            await device.push()
        assert running.value.problem["type"].endswith("sync-running")
        first.cancel()
        with suppress(asyncio.CancelledError):
            await first
    assert outcomes(await device.push()) == ["ALREADY_APPLIED", "APPLIED", "ALREADY_APPLIED"]
    assert len(await interview.outbox("InterviewCompleted")) == 3


async def test_the_case_that_is_another_officers_now_is_refused(interview, field):
    person, officer = await assigned(interview)
    device = await field(officer)
    device.do("INTERVIEW", world.interview(person.subject))
    other = await interview.officer("GSB")
    case = await interview.case(person.subject)
    await interview.made(f"/v1/cases/{case['case_id']}/assignment", {"officer_id": other})
    (refused,) = await device.push()
    assert (refused["outcome"], refused["problem"]["status"]) == ("REFUSED", 404)
    assert (await interview.get("/v1/devices", interview.caller(Level.DISTRICT, "8102"))).json()["items"] == []
