"""Publishing the policy set: once, by whoever is first, again when the file changes."""

import asyncio
from dataclasses import replace
from datetime import date

from services.payments.commands.policies import publish_policy
from services.payments.rules import policy_file
from shared.contracts.payments import PolicyPublished

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
