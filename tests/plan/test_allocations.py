"""Seats of a province's month given out by preview and approval: reasons by person, what does not hold any more, two at once, a kill in the middle."""

import asyncio
from collections import Counter
from datetime import date, timedelta
from uuid import UUID

import pytest

from services.plan.commands import apply_allocation
from services.plan.commands.offerings import add_offerings
from services.plan.domain import Because, plan_id_of
from services.plan.repository import places
from services.plan.repository.places import Place
from shared.auth import Level, Reach
from shared.clock import system_now
from tests.plan import market, story
from tests.plan.process import jobs_process
from tests.plan.story import JOB, NOW, TECHNICIAN, person
from tests.plan.test_connections import connect, on_topic
from tests.plan.test_offerings import put
from tests.plan.test_prescriptions import agree, amend
from tests.plan.test_seats import offered, taken

PATH = "/v1/seat-allocations"
TOWN, ISLAND = "8101", "8103"
KRABI, TRANG = Reach(Level.PROVINCE, "81"), Reach(Level.PROVINCE, "92")
PEOPLE = [person(number) for number in range(1, 7)]
MAY = {"province": "81", "month": "2018-05"}


@pytest.fixture
async def wishing(plan):
    """Six people of Krabi town, the last two of the island, who agreed on a training without an offering; longer ago the smaller their number."""
    await plan.bring(*story.beginning(*PEOPLE), *(story.routed(one, ISLAND) for one in PEOPLE[4:]))
    for number, one in enumerate(PEOPLE, 1):
        lines = story.menu(TECHNICIAN)
        await plan.bring(story.interviewed(one, on=date(2018, 3, number), lines=lines))
    return plan


def governor(plan, name="governor", reach=KRABI):
    return plan.caller(reach, name=name)


async def preview(plan, body=MAY, who=None):
    """Ask for it and reckon it; its id."""
    asked = await plan.post(PATH, body, who or governor(plan))
    assert (asked.status_code, asked.json()["status"]) == (202, "PREPARING"), asked.text
    await plan.run_jobs()
    shown = (await plan.get(asked.headers["Location"], governor(plan))).json()
    assert (shown["status"], shown["gap_percent"]) == ("READY", 0)
    return shown


async def approve(plan, shown, who=None, **more):
    headers = {"If-Match": f'"{shown["version"]}"'}
    return await plan.post(f"{PATH}/{shown['allocation_id']}/approval", None, who or governor(plan, "committee"), headers=headers, **more)


async def lines_of(plan, shown, who=None, **query):
    answer = await plan.get(f"{PATH}/{shown['allocation_id']}/lines", who or governor(plan), **query)
    assert answer.status_code == 200, answer.text
    return {UUID(line["holder_id"]): line for line in answer.json()["items"]}


def codes(line):
    return [why["code"] for why in line["why"]]


async def outcomes(plan, shown):
    return {holder_id: line["outcome"] for holder_id, line in (await lines_of(plan, shown)).items()}


async def unmet(plan, shown, who=None):
    rows = (await plan.get(f"{PATH}/{shown['allocation_id']}/unmet", who or governor(plan))).json()["items"]
    counted = ("wishes", "seated", "with_another_seat", "without_offering", "without_seat")
    return {(row["district"], row["programme_code"]): tuple(row[name] for name in counted) for row in rows}


async def test_a_preview_gives_reasons_and_a_second_person_the_seats(wishing):
    plan = wishing
    here = await offered(plan, "กระบี่", 3)
    shown = await preview(plan)
    assert [shown[name] for name in ("offerings", "seats", "wishes", "given")] == [1, 3, 6, 3]
    lines = await lines_of(plan, shown)
    assert [lines[one]["offering_id"] for one in PEOPLE] == [str(here)] * 3 + [None] * 3
    assert codes(lines[PEOPLE[0]]) == ["BEST_FIT"]
    why = lines[PEOPLE[3]]["why"][0]
    assert (why["code"], lines[PEOPLE[3]]["least"] - lines[PEOPLE[3]]["points"]) == ("OTHERS_NEED_MORE", 1)  # a day less
    assert str(lines[PEOPLE[3]]["least"]) in why["en"]
    assert str(lines[PEOPLE[3]]["points"]) in why["th"]
    assert await unmet(plan, shown) == {(TOWN, TECHNICIAN): (4, 3, 0, 0, 1), (ISLAND, TECHNICIAN): (2, 0, 0, 0, 2)}
    assert (await taken(plan, here), await plan.outbox("SeatTaken")) == (0, [])

    same = await approve(plan, shown, governor(plan))
    assert (same.status_code, same.json()["type"].rpartition("/")[2].rpartition(":")[2]) == (409, "decider-is-proposer"), same.text
    begun = await approve(plan, shown)
    assert (begun.status_code, begun.json()["status"]) == (202, "APPLYING"), begun.text
    await plan.run_jobs()
    done = (await plan.get(f"{PATH}/{shown['allocation_id']}", governor(plan))).json()
    assert (done["status"], done["applied_by"], await taken(plan, here)) == ("APPLIED", "committee", 3)
    assert Counter((await outcomes(plan, shown)).values()) == {"SEATED": 3, None: 3}
    assert {event["subject"] for event in await plan.outbox("SeatTaken")} == {str(one) for one in PEOPLE[:3]}
    [referral] = await plan.referrals_of(PEOPLE[0])
    assert (referral["offering_id"], referral["starts_on"], referral["status"]) == (str(here), "2018-05-07", "CREATED")
    told = {event["data"]["district"]: event["data"] for event in await plan.outbox("UnmetNeedPublished")}
    assert len(told) == 8  # every district of the province
    [need] = told[TOWN]["programmes"]
    assert (told[TOWN]["month"], need["wishes"], need["seated"], need["without_seat"]) == ("2018-05", 4, 3, 1)
    assert told["8104"]["programmes"] == []
    again = await approve(plan, done)
    assert (again.status_code, again.json()["allocation_status"]) == (409, "APPLIED")


async def test_of_what_does_not_hold_any_more_each_line_says_what(wishing):
    plan = wishing
    here, there, gone = await offered(plan, "กระบี่", 4), await offered(plan, "คลองท่อม", 1), await offered(plan, "อ่าวลึก", 1)
    shown = await preview(plan)
    at = {one: line["offering_id"] for one, line in (await lines_of(plan, shown)).items()}
    by_offering = {offering: [one for one in PEOPLE if at[one] == str(offering)] for offering in (here, there, gone)}
    assert [len(some) for some in by_offering.values()] == [4, 1, 1]
    left, moved, dead, accepted = by_offering[here]
    [closed], [late] = by_offering[there], by_offering[gone]
    await plan.bring(story.withdrawn(left, on=date(2018, 4, 1)), story.routed(moved, "9201", version=3), story.died(dead))
    [referral] = await plan.referrals_of(accepted)
    assert (await plan.post(f"/v1/referrals/{referral['referral_id']}/acceptance", {})).status_code == 200
    assert (await put(plan, there, '"1"', seats=1, active=False)).status_code == 200
    # Somebody who agreed on the offering itself came first.
    other = person(31)
    await plan.bring(*story.beginning(other), story.interviewed(other))
    assert (await agree(plan, other, (TECHNICIAN, {"offering_id": str(gone)}))).status_code == 201
    assert (await approve(plan, shown)).status_code == 202
    await plan.run_jobs()
    assert await outcomes(plan, shown) == {
        left: "PLAN_NOT_OPEN",
        moved: "MOVED_AWAY",
        dead: "PLAN_NOT_OPEN",
        accepted: "LINE_NOT_OPEN",
        closed: "OFFERING_CLOSED",
        late: "SEAT_GONE",
    }
    assert [await taken(plan, one) for one in (here, there, gone)] == [0, 0, 1]
    assert sum(counts[0] for counts in (await unmet(plan, shown)).values()) == 2  # of who is still there
    await plan.bring(story.erased(left))
    [forgotten] = [line for line in (await lines_of(plan, shown, plan.caller())).values() if line["holder_id"] == str(left)]
    assert (forgotten["fit"], forgotten["points"]) == (None, None)


async def test_a_preview_counts_on_no_seat_that_is_given_to_nobody_before_who_waits(wishing):
    plan = wishing
    here = await offered(plan, "กระบี่", 3)
    [referral] = await plan.referrals_of(PEOPLE[5])
    async with plan.db.transaction() as tx:
        await places.wait(tx, Place(UUID(referral["plan_id"]), 1, PEOPLE[5], here, TECHNICIAN, seated=False), at=NOW)
    shown = await preview(plan)
    assert (shown["seats"], shown["given"]) == (0, 0)
    assert (await approve(plan, shown)).status_code == 202
    await plan.run_jobs()
    assert set((await outcomes(plan, shown)).values()) == {None}


async def test_an_agency_is_told_which_offering_its_referral_is_for_now(wishing):
    plan = wishing
    await connect(plan, "KAFKA")
    here = await offered(plan, "กระบี่", 1)
    assert (await approve(plan, await preview(plan))).status_code == 202
    await plan.run_jobs()
    [told] = await on_topic(plan)
    [referral] = await plan.referrals_of(PEOPLE[0])
    assert (told["notice"], told["referral_id"], told["offering_id"]) == ("OFFERING_NAMED", referral["referral_id"], str(here))
    assert (told["starts_on"], told["version"], told["status"]) == ("2018-05-07", referral["version"], "CREATED")


async def test_who_waits_elsewhere_is_moved_and_one_person_gets_one_seat(plan):
    one, two, three = PEOPLE[:3]
    await plan.bring(*story.beginning(one, two, three), *(story.interviewed(who) for who in (one, two, three)))
    full = await offered(plan, "กระบี่", 1)
    for who in (one, two):
        assert (await agree(plan, who, (TECHNICIAN, {"offering_id": str(full)}))).status_code == 201
    assert (await agree(plan, three, (JOB, {}), (TECHNICIAN, {}), side_by_side=True)).status_code == 201
    there = await offered(plan, "คลองท่อม", 5)
    async with plan.db.transaction() as tx:
        seats = [market.offering(7, JOB, "8101", starts_on=date(2018, 5, 20), ends_on=date(2018, 5, 21), seats=9)]
        await add_offerings(tx, seats, Because(NOW, "test", "seats"))
    shown = await preview(plan)
    answer = (await plan.get(f"{PATH}/{shown['allocation_id']}/lines", governor(plan))).json()["items"]
    found = {(UUID(line["holder_id"]), line["programme_code"]): codes(line) for line in answer}
    assert found.keys() == {(two, TECHNICIAN), (three, TECHNICIAN), (three, JOB)}
    assert sorted(found[three, code][0] for code in (TECHNICIAN, JOB)) == ["BEST_FIT", "OTHER_LINE"]
    assert (await approve(plan, shown)).status_code == 202
    await plan.run_jobs()
    assert await taken(plan, full) == 1
    assert (await plan.get(f"/v1/offerings/{full}/waiting-list")).json()["items"] == []
    assert (await plan.published(two))[-2:] == ["SeatGivenUp", "SeatTaken"]
    [line] = (await plan.plan_of(two))["lines"]
    assert line["seat"] == {"offering_id": str(there), "seated": True, "place": None}
    again = await preview(plan)
    assert {codes(line)[0] for line in (await lines_of(plan, again)).values()} == {"HAS_SEAT"}
    # A seat that was allotted is given up as any other.
    assert (await amend(plan, two, {"programme_code": JOB})).status_code == 201
    assert (await plan.published(two)).count("SeatGivenUp") == 2


async def test_a_second_preview_says_the_same_and_supersedes_the_first(wishing):
    plan = wishing
    await offered(plan, "กระบี่", 2)
    await offered(plan, "คลองท่อม", 2)
    first = await preview(plan)
    before = {one: line["offering_id"] for one, line in (await lines_of(plan, first)).items()}
    second = await preview(plan)
    lines = await lines_of(plan, second)
    assert ({one: line["offering_id"] for one, line in lines.items()}, second["number"]) == (before, 2)
    assert all(codes(line)[-1] == "AS_BEFORE" for line in lines.values() if line["offering_id"])
    old = await approve(plan, first)
    assert (old.status_code, old.json()["allocation_status"]) == (409, "SUPERSEDED")
    stale = await approve(plan, {**second, "version": 1})
    assert (stale.status_code, stale.json()["present_version"]) == (412, 2)
    assert [one["number"] for one in (await plan.get(PATH, governor(plan), province="81", month="2018-05")).json()["items"]] == [2, 1]


async def test_of_two_at_once_one_is_refused_by_name(wishing):
    plan = wishing
    await offered(plan, "กระบี่", 2)
    answers = await asyncio.gather(*(plan.post(PATH, MAY, governor(plan)) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [202, 409, 409]
    [made] = [answer.json() for answer in answers if answer.status_code == 202]
    assert {answer.json()["allocation_id"] for answer in answers} == {made["allocation_id"]}
    june = await plan.post(PATH, {**MAY, "month": "2018-06"}, governor(plan))
    assert june.status_code == 202
    early = await approve(plan, made)
    assert (early.status_code, early.json()["allocation_status"]) == (409, "PREPARING")
    await plan.run_jobs()
    ready = (await plan.get(f"{PATH}/{made['allocation_id']}", governor(plan))).json()
    both = await asyncio.gather(*(approve(plan, ready) for _ in range(2)))
    assert sorted(answer.status_code for answer in both) == [202, 409]
    while_applying = await plan.post(PATH, MAY, governor(plan))
    assert (while_applying.status_code, while_applying.json()["allocation_status"]) == (409, "APPLYING")
    await plan.run_jobs()
    empty = (await plan.get(june.headers["Location"], governor(plan))).json()
    assert (empty["given"], empty["wishes"], {codes(line)[0] for line in (await lines_of(plan, empty)).values()}) == (0, 6, {"NO_OFFERING"})


async def test_what_cannot_be_reckoned_fails_and_may_be_asked_for_again(wishing):
    plan = wishing
    await offered(plan, "กระบี่", 2)
    async with plan.db.transaction() as tx:
        await tx.execute("DELETE FROM policy")  # without which nobody is advised
    asked = await plan.post(PATH, MAY, governor(plan))
    await plan.run_jobs()
    failed = (await plan.get(asked.headers["Location"], governor(plan))).json()
    assert (failed["status"], failed["wishes"]) == ("FAILED", 0)
    assert (await approve(plan, failed)).json()["allocation_status"] == "FAILED"
    await plan.bring(story.policy(2))
    assert (await preview(plan))["wishes"] == 6


async def test_reach_is_the_province_and_of_the_lines_the_own_people(wishing):
    plan = wishing
    await offered(plan, "กระบี่", 2)
    assert (await plan.post(PATH, MAY, governor(plan, reach=TRANG))).status_code == 404
    assert (await plan.post(PATH, MAY, plan.caller(Reach(Level.DISTRICT, TOWN)))).status_code == 404
    assert (await plan.post(PATH, MAY, plan.caller(KRABI, ["plan.seat-allocations:read"]))).status_code == 403
    wrong = await plan.post(PATH, {"province": "00", "month": "2018-13"}, plan.caller())
    assert {error["field"] for error in wrong.json()["errors"]} == {"province", "month"}
    shown = await preview(plan)
    path = f"{PATH}/{shown['allocation_id']}"
    for what in ("", "/lines", "/unmet"):
        for reach in (TRANG, Reach(Level.AGENCY, "DSD"), Reach(Level.OFFICER, str(story.OTHER_OFFICER))):
            assert (await plan.get(path + what, plan.caller(reach))).status_code == 404
    assert (await approve(plan, shown, governor(plan, "committee", TRANG))).status_code == 404
    assert (await approve(plan, shown, plan.caller(Reach(Level.DISTRICT, TOWN), name="chief"))).status_code == 404
    officer = plan.caller(Reach(Level.OFFICER, str(story.OFFICER)))
    assert set(await lines_of(plan, shown, officer)) == set(PEOPLE)
    assert await unmet(plan, shown, officer) == {(TOWN, TECHNICIAN): (4, 2, 0, 0, 2), (ISLAND, TECHNICIAN): (2, 0, 0, 0, 2)}
    # At home in the town, the responsible district is the island: either sees them, but counts them once.
    assert set(await lines_of(plan, shown, plan.caller(Reach(Level.DISTRICT, ISLAND)))) == set(PEOPLE[4:])
    assert set(await unmet(plan, shown, plan.caller(Reach(Level.DISTRICT, ISLAND)))) == {(ISLAND, TECHNICIAN)}
    assert set(await lines_of(plan, shown, district=ISLAND, seated=False)) == set(PEOPLE[4:])


async def test_a_kill_in_the_middle_of_giving_seats_nobody_twice(wishing, plan_dsns, monkeypatch):
    plan = wishing
    monkeypatch.setattr(apply_allocation, "PLANS_AT_ONCE_MAX", 2)
    # The process that is killed has the real date: an offering that can be applied for on both.
    far = {"starts_on": date(2058, 5, 6), "ends_on": date(2058, 5, 9), "apply_until": date(2058, 5, 1), "seats": 5}
    seats = [market.offering(1, TECHNICIAN, TOWN, **far)]
    async with plan.db.transaction() as tx:
        await add_offerings(tx, seats, Because(NOW, "test", "seats"))
    shown = await preview(plan, {**MAY, "month": "2058-05"})
    assert shown["given"] == 5
    assert (await approve(plan, shown)).status_code == 202
    given = sorted((one for one, line in (await lines_of(plan, shown)).items() if line["offering_id"]), key=plan_id_of)
    async with plan.db.transaction() as tx:
        # The process can do its first step, and waits in a later one.
        await tx.fetch("SELECT FROM holder WHERE holder_id = ANY($1::uuid[]) FOR UPDATE", given[2:])
        process = await jobs_process(plan_dsns[1], 2)
        while await taken(plan, seats[0].offering_id) < 2:
            assert process.is_alive()
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.2)
        process.kill()
        await asyncio.to_thread(process.join)
    assert Counter((await outcomes(plan, shown)).values()) == {"SEATED": 2, None: 4}
    async with plan.db.transaction() as tx:  # the lease of a dead process runs out
        await tx.execute("UPDATE job SET lease_until = $1 WHERE status = 'RUNNING'", system_now() - timedelta(seconds=1))
    [result] = await plan.run_jobs()
    assert (result["looked_at"], await taken(plan, seats[0].offering_id)) == (5, 5)
    assert Counter(event["subject"] for event in await plan.outbox("SeatTaken")) == Counter(str(one) for one in given)
    assert len(await plan.outbox("UnmetNeedPublished")) == 8
