"""What the registry takes back or corrects: paid on from the next month, the past listed for staff, nothing back-paid or got back by itself."""

import asyncio

from shared.auth import Level, Reach
from shared.contracts.common import Tier
from shared.contracts.interview import DecisionKind
from shared.contracts.payments import EntitlementReinstated, EntitlementStarted, EntitlementStopped, PaymentInstructed, ResultStatus
from tests.payments import story
from tests.payments.conftest import CHECKER

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


async def waiting(payments):
    async with payments.db.reading() as tx:
        return await tx.fetchval(WAITING)


async def instructed(payments, run):
    return [event.data for event in await payments.events(PaymentInstructed) if str(event.data.run_id) == run["run_id"]]


async def pay(payments, month, *failing):
    """The month's run, answered (the holders named fail) and closed."""
    run = await payments.run(month)
    lines = (await payments.get(f"/v1/runs/{run['run_id']}/lines")).json()["items"]
    failed = {line["instruction_id"] for line in lines if line["holder_id"] in map(str, failing)}
    for one in await instructed(payments, run):
        status, reason = (ResultStatus.FAILED, "AC04") if one.instruction_id in failed else (ResultStatus.SETTLED, None)
        await payments.bring(story.answered(one, status, reason=reason, on=f"{month}-21"))
    assert (await payments.close(run["run_id"])).status_code == 200
    return run


async def differences(payments, holder_id, **query):
    items = (await payments.get("/v1/differences", holder_id=str(holder_id), **query)).json()["items"]
    return [(one["month"], one["cause"], one["difference_satang"], one["paid_satang"]) for one in items]


async def amounts(payments, holder_id):
    return {one["month"]: one["amount_satang"] for one in (await payments.payments(holder_id))["obligations"]}


async def test_a_corrected_tier_counts_from_the_next_month_that_is_on_no_list(payments):
    (richer, one), (poorer, other) = story.person(), story.person(tier=Tier.OVER_30000)
    await payments.bring(*one, *other, story.wish(richer, "2018-02-10"), story.wish(poorer, "2018-02-10", tier=Tier.OVER_30000))
    await pay(payments, "2018-03", richer)
    payments.play("2018-04-05")
    run_id = (await payments.post("/v1/runs", {"month": "2018-04"})).json()["run_id"]
    await payments.work()
    listed = (await payments.get(f"/v1/runs/{run_id}")).json()
    approved = await payments.post(f"/v1/runs/{run_id}/approval", {"list_hash": listed["list_hash"]}, payments.caller(CHECKER))
    assert approved.status_code == 200
    corrected = [
        story.updated(richer, version=3, tier=Tier.OVER_30000, on="2018-04-06"),
        story.updated(poorer, version=3, tier=Tier.UP_TO_30000, on="2018-04-06"),
    ]
    await payments.bring(*corrected)
    await payments.bring(*corrected, story.updated(richer, version=2, tier=Tier.UP_TO_30000))
    started = [event.data for event in await payments.events(EntitlementStarted, richer)]
    assert [(told.version, told.tier, told.monthly_satang) for told in started] == [(1, "UP_TO_30000", 20000), (2, "OVER_30000", 10000)]
    # The approved list is paid as it was approved, to the line: March, which failed, and April.
    await payments.post(f"/v1/runs/{run_id}/release", None, payments.caller(CHECKER))
    await payments.work()
    april = (await payments.get(f"/v1/runs/{run_id}")).json()
    assert (april["status"], april["list_hash"], april["amount_satang"]) == ("INSTRUCTED", listed["list_hash"], 50000)
    await payments.bring(*[story.answered(one, on="2018-04-21") for one in await instructed(payments, april)])
    assert (await payments.close(run_id)).status_code == 200
    await pay(payments, "2018-05")
    assert await amounts(payments, richer) == {"2018-03": 20000, "2018-04": 20000, "2018-05": 10000}
    assert await amounts(payments, poorer) == {"2018-03": 10000, "2018-04": 10000, "2018-05": 20000}
    assert await differences(payments, richer) == [
        ("2018-03", "TIER_CORRECTED", -10000, 20000),
        ("2018-04", "TIER_CORRECTED", -10000, 20000),
    ]
    assert [row[2:] for row in await differences(payments, poorer)] == [(10000, 10000)] * 2
    assert await differences(payments, poorer, cause="DEATH_TAKEN_BACK") == []
    page = (await payments.get("/v1/differences", limit=3)).json()
    assert len((await payments.get("/v1/differences", limit=3, cursor=page["next_cursor"])).json()["items"]) == 1
    elsewhere = payments.caller(reach=Reach(Level.DISTRICT, "1001"))
    assert (await payments.get("/v1/differences", elsewhere)).json()["items"] == []
    # Corrected once more: what was listed in between is what differs now.
    await payments.bring(story.updated(richer, version=4, tier=Tier.UP_TO_30000, on="2018-05-25"))
    await pay(payments, "2018-06")
    assert (await amounts(payments, richer))["2018-06"] == 20000
    assert await differences(payments, richer) == [("2018-05", "TIER_CORRECTED", 10000, 10000)]


async def test_a_tier_corrected_before_any_list_is_that_of_every_month_and_one_of_a_stopped_allowance_is_listed(payments):
    (early, one), (stopped, other) = story.person(), story.person()
    await payments.bring(*one, *other, story.wish(early, "2018-02-10"), story.wish(stopped, "2018-02-10"))
    await payments.bring(story.updated(early, version=2, tier=Tier.OVER_30000))
    await pay(payments, "2018-03")
    assert (await amounts(payments, early), await differences(payments, early)) == ({"2018-03": 10000}, [])
    await payments.bring(story.died(stopped, on="2018-03-10", known="2018-03-25", version=2))
    state = story.died(stopped, on="2018-03-10", known="2018-03-28", version=3)
    await payments.bring(type(state).of(state.data.model_copy(update={"tier": Tier.OVER_30000}), subject=stopped, time=state.time))
    assert (await payments.entitlement(stopped))["tier"] == "UP_TO_30000"
    assert await differences(payments, stopped) == [("2018-03", "TIER_CORRECTED", -10000, 20000)]


async def test_after_a_death_taken_back_the_next_month_is_paid_and_the_missed_ones_wait_for_a_committee(payments):
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"), story.interviewed(holder_id, "2018-02-20"))
    await pay(payments, "2018-03")
    await pay(payments, "2018-04")
    death = story.died(holder_id, on="2018-03-30", known="2018-05-02")
    await payments.bring(death)
    assert (await payments.balances())["RECOVERABLE"] == 20000
    await pay(payments, "2018-05")
    back = story.alive_again(holder_id, wrong="2018-03-30", on="2018-06-08")
    payments.play("2018-06-08")
    await payments.bring(back)
    await payments.bring(death, back)
    # April was paid to somebody who lived.
    assert (await payments.balances())["RECOVERABLE"] == 0
    assert (await pay(payments, "2018-06"))["lines"] == 0
    assert (await pay(payments, "2018-07"))["lines"] == 1
    one = await payments.entitlement(holder_id)
    assert (one["status"], one["stop_reason"]) == ("REINSTATED", None)
    assert one["months"] == ["2018-03", "2018-04", *(f"2018-{month:02d}" for month in range(7, 13))]
    told = [
        event.data
        for event in await payments.events(holder_id=holder_id)
        if isinstance(event.data, EntitlementStopped | EntitlementReinstated)
    ]
    assert [type(one).__name__ for one in told] == ["EntitlementStopped", "EntitlementReinstated"]
    missed = [("2018-05", "DEATH_TAKEN_BACK", 20000, 0), ("2018-06", "DEATH_TAKEN_BACK", 20000, 0)]
    assert await differences(payments, holder_id) == missed
    await payments.bring(story.updated(holder_id, version=5, on="2018-07-25"))  # a state that was told without it is no news
    assert await differences(payments, holder_id) == missed
    await payments.bring(story.decided(holder_id, DecisionKind.REINSTATE, "2018-06-07", effective_month="2018-05"))
    assert await differences(payments, holder_id) == missed  # decided before the mistake was known
    await payments.bring(story.decided(holder_id, DecisionKind.REINSTATE, "2018-07-26", effective_month="2018-06"))
    assert await differences(payments, holder_id) == missed[:1]
    assert (await pay(payments, "2018-08"))["lines"] == 2
    assert (await payments.states(holder_id))["2018-06"] == "SETTLED"


async def test_a_death_taken_back_after_the_last_month_leaves_the_allowance_stopped_and_says_why(payments):
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"))
    await payments.bring(story.died(holder_id, on="2018-10-05"), story.withdrawn(holder_id, "2019-02-01"))
    await payments.bring(story.alive_again(holder_id, wrong="2018-10-05", on="2018-12-03"))
    one = await payments.entitlement(holder_id)
    assert (one["status"], one["stop_reason"], one["stop_month"], one["stop_rule"]) == (
        "STOPPED",
        "DECISION",
        "2018-11",
        "death_taken_back",
    )
    assert [row[0] for row in await differences(payments, holder_id)] == ["2018-11", "2018-12"]
    stops = [event.data for event in await payments.events(EntitlementStopped, holder_id)]
    assert [(stop.reason, stop.stop_month) for stop in stops] == [("DECEASED", "2018-11"), ("DECISION", "2018-11")]


async def test_who_was_on_no_list_yet_is_paid_by_the_corrected_tier_from_the_first_month(payments):
    (late, one), (other, others) = story.person(), story.person()
    await payments.bring(*one, *others, story.wish(other, "2018-02-10"))
    await pay(payments, "2018-03")
    payments.play("2018-04-02")
    # The form of February was entered late, while the tier was still the old one.
    await payments.bring(story.wish(late, "2018-02-20", received_on="2018-04-02", approved_late=True))
    await payments.bring(story.updated(late, version=2, tier=Tier.OVER_30000, on="2018-04-03"))
    await pay(payments, "2018-04")
    assert await amounts(payments, late) == {"2018-03": 10000, "2018-04": 10000}
    assert await differences(payments, late) == []


async def test_a_correction_and_an_interview_at_once_lose_neither(payments):
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"))
    await pay(payments, "2018-03")
    async with payments.db.transaction() as tx:
        await tx.execute("SELECT FROM holder WHERE holder_id = $1 FOR UPDATE", holder_id)
        both = [
            asyncio.create_task(payments.bring(story.updated(holder_id, version=2, tier=Tier.OVER_30000, on="2018-03-25"))),
            asyncio.create_task(payments.bring(story.interviewed(holder_id, "2018-03-25"))),
        ]
        while await waiting(payments) < len(both):
            assert not any(task.done() for task in both)
            await asyncio.sleep(0.01)
    await asyncio.gather(*both)
    one = await payments.entitlement(holder_id)
    assert (one["status"], one["tier"], one["monthly_satang"]) == ("ACTIVE", "OVER_30000", 10000)
    await pay(payments, "2018-04")
    assert await amounts(payments, holder_id) == {"2018-03": 20000, "2018-04": 10000}
