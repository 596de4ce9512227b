"""The policy set of tests with other controls of runs."""

from dataclasses import replace
from datetime import date

from services.payments.commands.policies import publish_policy
from services.payments.rules import policy_file


async def controlled(payments, **controls):
    """Publish the amended set with these controls of runs, and let the allowances follow it."""
    old = policy_file.load("amended")
    parameters = old.parameters | {"runs": old.parameters["runs"] | controls}
    async with payments.db.transaction() as tx:
        await publish_policy(tx, replace(old, parameters=parameters, content_hash=str(sorted(controls.items()))), date(2018, 1, 15))
    await payments.work()


async def proposed(payments, month, *, day=None, kind="REGULAR"):
    """A run of the month as it stands before its approval."""
    payments.play(day or f"{month}-20")
    answer = await payments.post("/v1/runs", {"month": month, "kind": kind})
    assert answer.status_code == 202, answer.text
    await payments.work()
    return (await payments.get(f"/v1/runs/{answer.json()['run_id']}")).json()


async def paid(payments, run, *who):
    """The run approved by these, in order, and released; the last answer."""
    for one in who:
        answer = await payments.post(f"/v1/runs/{run['run_id']}/approval", {"list_hash": run["list_hash"]}, payments.caller(one))
        assert answer.status_code == 200, answer.text
    assert (await payments.post(f"/v1/runs/{run['run_id']}/release", None, payments.caller(who[-1]))).status_code == 202
    await payments.work()
    return (await payments.get(f"/v1/runs/{run['run_id']}")).json()
