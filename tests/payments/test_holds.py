"""Who is put on hold, by the policy set or by decision, until another person lifts it."""

import pytest

from shared.auth import Level, Reach
from shared.contracts.registry import DuplicateStatus
from tests.payments import story
from tests.payments.conftest import CHECKER
from tests.payments.controls import paid, proposed

CHIEF = "chief-8101"


async def people(payments, *wishes):
    """One person a day of a wish; their ids."""
    found = [story.person() for _ in wishes]
    await payments.bring(*[event for _, events in found for event in events])
    await payments.bring(*[story.wish(holder_id, on) for (holder_id, _), on in zip(found, wishes, strict=True)])
    return [holder_id for holder_id, _ in found]


async def holds(payments, **query):
    return (await payments.get("/v1/holds", **query)).json()["items"]


async def lines(payments, run):
    rows = (await payments.get(f"/v1/runs/{run['run_id']}/lines", limit=200)).json()["items"]
    return {(row["holder_id"], row["month"]): (row["state"], row["reason"]) for row in rows}


async def lift(payments, hold, who=CHECKER, version=None):
    headers = {**payments.caller(who), "If-Match": f'"{version or hold["version"]}"'}
    return await payments.client.post(f"/v1/holds/{hold['hold_id']}/lifting", json={"reason": "ตรวจสอบแล้ว"}, headers=headers)


async def test_of_a_suspected_pair_the_later_allowance_is_held_from_run_to_run_until_another_person_lifts_it(payments):
    earlier, later, other = await people(payments, "2018-02-10", "2018-02-12", "2018-02-12")
    await payments.bring(story.suspected(earlier, later), story.suspected(later, earlier))
    march = await paid(payments, await proposed(payments, "2018-03"), CHECKER)
    assert await lines(payments, march) == {
        (str(earlier), "2018-03"): ("OPEN", None),
        (str(later), "2018-03"): ("HELD", "SUSPECTED_DUPLICATE"),
        (str(other), "2018-03"): ("OPEN", None),
    }
    april = await paid(payments, await proposed(payments, "2018-04"), CHECKER)
    assert {month for (holder, month), what in (await lines(payments, april)).items() if holder == str(later) and what[0] == "HELD"} == {
        "2018-03",
        "2018-04",
    }
    [hold] = await holds(payments, stands="true")
    assert (hold["holder_id"], hold["placed_by"], hold["version"]) == (str(later), "policy", 1)
    assert (await lift(payments, hold, version=7)).status_code == 412
    lifted = await lift(payments, hold)
    assert (lifted.status_code, lifted.json()["lifted_by"]) == (200, CHECKER)
    assert (await lift(payments, hold)).json()["version"] == 2  # a second click
    again = await lift(payments, hold, "somebody-else", version=2)
    assert (again.status_code, again.json()["lifted_by"]) == (409, CHECKER)
    # The pair is still suspected: what a person lifted is not placed again.
    may = await paid(payments, await proposed(payments, "2018-05"), CHECKER)
    assert [what for (holder, _), what in (await lines(payments, may)).items() if holder == str(later)] == [("OPEN", None)] * 3
    assert await holds(payments, stands="true") == []


async def test_what_the_registry_decides_of_a_pair_lifts_the_hold_of_the_policy(payments):
    earlier, later = await people(payments, "2018-02-10", "2018-02-12")
    await payments.bring(story.suspected(later, earlier))
    held = await proposed(payments, "2018-03")
    assert (await lines(payments, held))[str(later), "2018-03"][0] == "HELD"
    await payments.post(f"/v1/runs/{held['run_id']}/cancellation", {"reason": "waits for the registry"})
    await payments.bring(story.suspected(later, earlier, version=2, status=DuplicateStatus.DIFFERENT))
    run = await proposed(payments, "2018-03", day="2018-03-22")
    assert (await lines(payments, run))[str(later), "2018-03"] == ("OPEN", None)
    [hold] = await holds(payments, stands="false")
    assert hold["lifted_by"] == "registry"


async def test_a_reported_death_holds_the_money_until_it_is_recorded_or_another_person_finds_the_person_alive(payments):
    dead, alive = await people(payments, "2018-02-10", "2018-02-11")
    run = await proposed(payments, "2018-03")
    reports = [story.reported_dead(one, on="2018-03-20") for one in (dead, alive)]
    await payments.bring(*reports)
    await payments.bring(*reports)
    payments.play("2018-03-21")
    march = await paid(payments, run, CHECKER)  # approved before anybody knew: held all the same
    assert set((await lines(payments, march)).values()) == {("HELD", "DEATH_PENDING")}
    of_alive, of_dead = sorted(await holds(payments), key=lambda one: one["holder_id"] == str(dead))
    assert (await lift(payments, of_alive)).status_code == 200
    await payments.bring(story.died(dead, on="2018-03-19", known="2018-03-25"), reports[1])
    april = await paid(payments, await proposed(payments, "2018-04"), CHECKER)
    assert await lines(payments, april) == {
        (str(alive), "2018-03"): ("OPEN", None),
        (str(alive), "2018-04"): ("OPEN", None),
        (str(dead), "2018-03"): ("OPEN", None),  # the month of the death is paid
    }
    assert of_dead["hold_id"] in {one["hold_id"] for one in await holds(payments, stands="false")}


async def test_a_person_who_holds_another_cannot_lift_it_and_only_within_reach(payments):
    holder_id, other = await people(payments, "2018-02-10", "2018-02-11")
    run = await proposed(payments, "2018-03")
    body = {"holder_id": str(holder_id), "cause": "UNDER_REVIEW", "reason": "มีผู้ร้องเรียน"}
    district = payments.caller(CHIEF, reach=Reach(Level.DISTRICT, "8101"))
    elsewhere = payments.caller("chief-9001", reach=Reach(Level.DISTRICT, "9001"))
    assert (await payments.post("/v1/holds", body, elsewhere)).status_code == 404
    placed = await payments.post("/v1/holds", body, district)
    assert (placed.status_code, placed.headers["location"]) == (201, f"/v1/holds/{placed.json()['hold_id']}")
    assert (await payments.post("/v1/holds", body, district)).json()["hold_id"] == placed.json()["hold_id"]  # a second click, another key
    hold = (await payments.get(placed.headers["location"], district)).json()
    assert (await payments.get(placed.headers["location"], elsewhere)).status_code == 404
    assert (await payments.get("/v1/holds", elsewhere)).json()["items"] == []
    refused = await lift(payments, hold, CHIEF)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:sukjai:problem:lifter-is-placer")
    payments.play("2018-03-21")
    march = await paid(payments, run, CHECKER)
    assert await lines(payments, march) == {
        (str(holder_id), "2018-03"): ("HELD", "UNDER_REVIEW"),
        (str(other), "2018-03"): ("OPEN", None),
    }
    assert (march["held"], march["held_satang"]) == (1, 20000)
    assert (await lift(payments, hold)).status_code == 200
    assert (await payments.post("/v1/holds", body, district)).json()["hold_id"] != hold["hold_id"]  # a new doubt is a new hold


async def test_who_is_paid_while_on_hold_is_found(payments):
    [holder_id] = await people(payments, "2018-02-10")
    await payments.run("2018-03")
    async with payments.db.transaction() as tx:
        await tx.execute(
            """INSERT INTO hold (hold_id, holder_id, cause, subject, reason, placed_by, placed_at)
               VALUES (gen_random_uuid(), $1, 'UNDER_REVIEW', $1, 'x', 'somebody', '2018-03-19')""",
            holder_id,
        )
    assert [name for name, _ in await payments.broken_invariants()] == ["holds_hold"]
    with pytest.raises(Exception, match="check"):
        async with payments.db.transaction() as tx:
            await tx.execute("UPDATE hold SET lifted_by = placed_by, lifted_at = placed_at, lift_reason = 'x'")
    async with payments.db.transaction() as tx:
        await tx.execute("DELETE FROM hold")
