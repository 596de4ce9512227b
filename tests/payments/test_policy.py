"""Publishing the policy set: once, by whoever is first, again when the file changes; open allowances follow it."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from services.payments import jobs
from services.payments.commands.policies import publish_policy
from services.payments.rules import policy_file
from shared.contracts.interview import Answer
from shared.contracts.payments import EntitlementConfirmed, EntitlementReinstated, EntitlementStarted, EntitlementStopped, PolicyPublished
from shared.jobs import Job, JobRunner
from tests.payments import story

TODAY = date(2018, 1, 15)


async def publish(payments, policy):
    async with payments.db.transaction() as tx:
        return await publish_policy(tx, policy, TODAY)


async def test_it_is_published_on_the_first_start_and_not_again(payments):
    for _ in range(3):
        await payments.service.on_start()
    told = await payments.events(PolicyPublished)
    assert [(event.data.profile, event.data.version, event.subject) for event in told] == [("amended", 1, "policy")]
    assert told[0].data.parameters == policy_file.load("amended").parameters
    assert (await payments.get("/v1/policy")).json()["parameters"]["sources"]["amounts_satang"]


async def test_of_many_processes_one_publishes_a_changed_file(payments):
    changed = replace(policy_file.load("amended"), content_hash="changed")
    assert set(await asyncio.gather(*(publish(payments, changed) for _ in range(8)))) == {2}
    assert len(await payments.events(PolicyPublished)) == 2


async def test_an_older_process_does_not_bring_the_old_set_back(payments):
    old = policy_file.load("amended")
    await publish(payments, replace(old, content_hash="changed"))
    assert await publish(payments, old) == 2


async def test_another_profile_is_a_new_version(payments):
    assert await publish(payments, policy_file.load("circular")) == 2
    assert await publish(payments, policy_file.load("amended")) == 3
    assert (await payments.get("/v1/policy")).json()["profile"] == "amended"


def changed(**more):
    """The amended set with other values, as a changed file gives it."""
    old = policy_file.load("amended")
    return replace(old, parameters=old.parameters | more, content_hash=str(sorted(more.items())))


async def wished(payments, count):
    """So many persons with a wish of February, whose March is out at the banks."""
    people = [story.person() for _ in range(count)]
    await payments.bring(
        *[event for _, events in people for event in events], *[story.wish(holder_id, "2018-02-10") for holder_id, _ in people]
    )
    await payments.run("2018-03")
    return [holder_id for holder_id, _ in people]


async def amounts(payments, holder_id):
    return {one["month"]: one["amount_satang"] for one in (await payments.payments(holder_id))["obligations"]}


async def test_open_allowances_follow_a_new_set_from_the_month_that_no_run_was_proposed_for(payments):
    (holder_id,) = await wished(payments, 1)
    raised = {"UP_TO_30000": 30000, "OVER_30000": 15000}
    assert await publish(payments, changed(amounts_satang=raised, last_benefit_month="2019-01")) == 2
    await payments.work()
    shown = await payments.entitlement(holder_id)
    assert (shown["monthly_satang"], shown["last_month"], shown["policy_version"]) == (30000, "2019-01", 2)
    assert (await payments.get("/v1/policy")).json()["from_month"] == "2018-04"
    told = [event.data for event in await payments.events(EntitlementStarted, holder_id)]
    assert [(one.version, one.monthly_satang, one.last_month) for one in told] == [(1, 20000, "2018-12"), (2, 30000, "2019-01")]
    await payments.run("2018-04")
    assert await amounts(payments, holder_id) == {"2018-03": 20000, "2018-04": 30000}
    history = (await payments.get(f"/v1/entitlements/{shown['entitlement_id']}/history")).json()["versions"]
    assert [(one["why"], one["who"]) for one in history][1:] == [("policy_version=2", "follow_policy")]


async def test_a_wish_that_comes_later_has_the_amounts_of_each_month(payments):
    await wished(payments, 1)
    await publish(payments, changed(amounts_satang={"UP_TO_30000": 30000, "OVER_30000": 15000}))
    await payments.work()
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"))
    await payments.run("2018-04")
    assert await amounts(payments, holder_id) == {"2018-03": 20000, "2018-04": 30000}


async def test_a_cut_takes_no_month_back_that_was_on_a_list(payments):
    (holder_id,) = await wished(payments, 1)
    await publish(payments, changed(last_benefit_month="2018-03", first_benefit_month="2018-03"))
    await payments.work()
    shown = await payments.entitlement(holder_id)
    assert (shown["months"], shown["last_month"]) == (["2018-03"], "2018-03")
    assert await payments.states(holder_id) == {"2018-03": "INSTRUCTED"}
    assert (await payments.run("2018-04"))["lines"] == 0


async def test_a_stop_that_only_the_new_set_knows_works_from_its_first_month_and_can_be_taken_back(circular):
    holder_id, events = story.person()
    await circular.bring(*events, story.wish(holder_id, "2018-02-10"), story.interviewed(holder_id, "2018-03-10", Answer.REFUSE))
    for month in ("2018-03", "2018-04", "2018-05"):
        await circular.run(month)
    assert await publish(circular, policy_file.load("amended")) == 2
    await circular.work()
    shown = await circular.entitlement(holder_id)
    assert (shown["status"], shown["stop_month"], shown["months"]) == ("STOPPED", "2018-06", ["2018-03", "2018-04", "2018-05"])
    assert (await circular.balances())["RECOVERABLE"] == 0
    assert (await circular.run("2018-06"))["lines"] == 0
    assert await publish(circular, policy_file.load("circular")) == 3
    await circular.work()
    shown = await circular.entitlement(holder_id)
    assert (shown["status"], shown["months"][3:5]) == ("REINSTATED", ["2018-07", "2018-08"])
    told = [type(event.data) for event in await circular.events(holder_id=holder_id)]
    assert told == [EntitlementStarted, EntitlementConfirmed, EntitlementStopped, EntitlementReinstated]


async def test_a_set_of_which_nothing_is_about_an_allowance_makes_no_version_of_it(payments):
    (holder_id,) = await wished(payments, 1)
    await publish(payments, changed(not_found_attempts_min=4))
    await payments.work()
    shown = await payments.entitlement(holder_id)
    assert (shown["version"], shown["policy_version"]) == (1, 2)
    assert len(await payments.events(holder_id=holder_id)) == 1


class Killed(BaseException):
    """The process is gone."""


class DyingJob(Job):
    """Dies in its third step, before the commit."""

    steps = 0

    async def checkpoint(self, tx, progress):
        self.steps += 1
        if self.steps == 3:
            raise Killed
        await super().checkpoint(tx, progress)


async def test_killed_in_the_middle_it_goes_on_and_no_run_is_proposed_meanwhile(payments, monkeypatch):
    monkeypatch.setattr(jobs, "FOLLOWED_AT_ONCE_MAX", 2)
    holders = await wished(payments, 7)
    await publish(payments, changed(amounts_satang={"UP_TO_30000": 30000, "OVER_30000": 15000}))
    claimed = await JobRunner(payments.db, payments.service.jobs, payments.resources)._claim()
    with pytest.raises(Killed):
        await jobs.follow_policy(DyingJob(**vars(claimed)))
    assert Counter([(await payments.entitlement(one))["policy_version"] for one in holders]) == {2: 4, 1: 3}
    payments.play("2018-04-20")
    refused = await payments.post("/v1/runs", {"month": "2018-04"})
    assert refused.status_code == 409
    assert refused.json()["type"].endswith("policy-not-followed")

    async with payments.db.transaction() as tx:  # nobody renewed its lease
        await tx.execute("UPDATE job SET lease_until = '2018-01-01'")
    await payments.work()
    async with payments.db.reading() as tx:
        assert await tx.fetchval("SELECT result FROM job WHERE kind = 'follow_policy'") == {"version": 2, "followed": 7}
    assert {(await payments.entitlement(one))["version"] for one in holders} == {2}
    assert len(await payments.events(EntitlementStarted)) == 14
    april = await payments.run("2018-04")
    assert (april["lines"], april["amount_satang"]) == (7, 7 * 30000)
