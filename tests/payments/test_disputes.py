"""Payments of which a bank told two things: found out by one person, approved by another, and what money does then."""

import asyncio
from itertools import product

import pytest

from services.payments.domain import POSTINGS, Account, AttemptState, Outcome
from services.payments.rules.disputes import Finding, possible, state_after, steps
from shared.auth import Level, Reach
from shared.contracts.payments import PaymentFailed, PaymentReturned, PaymentRunClosed, PaymentSettled, ResultStatus
from tests.payments import story
from tests.payments.conftest import CHECKER, MAKER
from tests.payments.test_bank_results import paid_out

ALLOWANCE = 20000


async def disputed(payments, first, then):
    """One person's March with two answers that contradict each other; run, person and instruction."""
    run, (holder_id,), (one,) = await paid_out(payments)
    await payments.bring(story.answered(one, first, reason="X"))
    await payments.bring(story.answered(one, then, reason="Y", on="2018-03-22"))
    payments.play("2018-03-25")
    return run, holder_id, one


async def disputes(payments, who=None):
    return (await payments.get("/v1/disputes", who)).json()["items"]


async def propose(payments, instruction, finding, *, who=MAKER, **more):
    body = {
        "finding": finding,
        "paid_on": None if finding == "NOT_PAID" else "2018-03-22",
        "evidence_reference": "KTB 14/2561",
        "reason": "หนังสือยืนยันของธนาคาร",
    }
    return await payments.post(f"/v1/disputes/{instruction.instruction_id}/resolutions", body | more, payments.caller(who))


async def approve(payments, resolution, who=CHECKER):
    return await payments.post(f"/v1/resolutions/{resolution['resolution_id']}/approval", None, payments.caller(who))


async def resolve(payments, instruction, finding):
    """Proposed by one, approved by another."""
    proposed = await propose(payments, instruction, finding)
    assert proposed.status_code == 201, proposed.text
    approved = await approve(payments, proposed.json())
    assert approved.status_code == 200, approved.text
    return approved.json()


@pytest.mark.parametrize(
    ("first", "then", "finding", "state", "balance", "told"),
    [
        (ResultStatus.FAILED, ResultStatus.SETTLED, "PAID", "SETTLED", -ALLOWANCE, [PaymentFailed, PaymentSettled]),
        (ResultStatus.FAILED, ResultStatus.SETTLED, "NOT_PAID", "FAILED", 0, [PaymentFailed]),
        (ResultStatus.FAILED, ResultStatus.RETURNED, "RETURNED", "RETURNED", 0, [PaymentFailed, PaymentSettled, PaymentReturned]),
        (ResultStatus.SETTLED, ResultStatus.FAILED, "PAID", "SETTLED", -ALLOWANCE, [PaymentSettled]),
        (ResultStatus.SETTLED, ResultStatus.FAILED, "NOT_PAID", "RETURNED", 0, [PaymentSettled, PaymentReturned]),
        (ResultStatus.SETTLED, ResultStatus.FAILED, "RETURNED", "RETURNED", 0, [PaymentSettled, PaymentReturned]),
        (ResultStatus.RETURNED, ResultStatus.FAILED, "NOT_PAID", "RETURNED", 0, [PaymentSettled, PaymentReturned]),
    ],
)
@pytest.mark.parametrize("closed", [False, True])
async def test_what_two_persons_find_out_is_what_the_books_say(payments, first, then, finding, state, balance, told, closed):
    run, holder_id, one = await disputed(payments, first, then)
    if closed:
        assert (await payments.close(run["run_id"])).status_code == 200
    (shown,) = await disputes(payments)
    assert (shown["instruction_id"], shown["state"], shown["proposal"]) == (one.instruction_id, first, None)
    assert finding in shown["possible"]
    assert [answer["disposition"] for answer in shown["answers"]] == ["APPLIED", "CONTRADICTS"]

    await resolve(payments, one, finding)
    assert await disputes(payments) == []
    assert await payments.states(holder_id) == {"2018-03": state}
    assert (await payments.balances())["TREASURY"] == balance
    assert [type(event.data) for event in await payments.events() if isinstance(event.data, tuple(set(told)))] == told
    if not closed:
        assert (await payments.close(run["run_id"])).status_code == 200
    figures = [event.data for event in await payments.events(PaymentRunClosed)]
    # What was found to be paid after all changes the figures of a run that was closed: they are told again. A return does not.
    paid_after_all = PaymentFailed in told and PaymentSettled in told
    assert len(figures) == (2 if closed and paid_after_all else 1)
    if not closed or paid_after_all:
        assert figures[-1].paid_satang == -balance

    again = await payments.run("2018-04")
    lines = (await payments.get(f"/v1/runs/{again['run_id']}/lines")).json()["items"]
    assert {line["month"]: line["state"] for line in lines} == {"2018-04": "OPEN"} | ({} if state == "SETTLED" else {"2018-03": "OPEN"})


async def test_the_second_person_is_another_one(payments):
    _, holder_id, one = await disputed(payments, ResultStatus.FAILED, ResultStatus.SETTLED)
    proposed = (await propose(payments, one, "PAID")).json()
    refused = await approve(payments, proposed, MAKER)
    assert refused.status_code == 409
    assert refused.json()["type"].endswith("resolution-approver-is-proposer")
    assert await payments.states(holder_id) == {"2018-03": "FAILED"}
    (shown,) = await disputes(payments)
    assert shown["proposal"]["resolution_id"] == proposed["resolution_id"]


async def test_of_two_approvals_at_once_one_moves_money_and_one_person_may_ask_twice(payments):
    _, holder_id, one = await disputed(payments, ResultStatus.FAILED, ResultStatus.SETTLED)
    proposed = (await propose(payments, one, "PAID")).json()
    answers = await asyncio.gather(*(approve(payments, proposed, who) for who in (CHECKER, "another")))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    winner = next(answer.json()["decided_by"] for answer in answers if answer.status_code == 200)
    assert (await approve(payments, proposed, winner)).status_code == 200
    assert await payments.states(holder_id) == {"2018-03": "SETTLED"}
    assert len(await payments.events(PaymentSettled)) == 1
    assert (await payments.balances())["TREASURY"] == -ALLOWANCE


async def test_one_proposal_at_a_time_and_a_refused_one_leaves_the_dispute(payments):
    _, _, one = await disputed(payments, ResultStatus.FAILED, ResultStatus.SETTLED)
    first = (await propose(payments, one, "PAID")).json()
    assert (await propose(payments, one, "PAID")).json()["resolution_id"] == first["resolution_id"]
    other = await propose(payments, one, "NOT_PAID", who="another")
    assert (other.status_code, other.json()["resolution_id"]) == (409, first["resolution_id"])
    refused = await payments.post(f"/v1/resolutions/{first['resolution_id']}/refusal", {"reason": "ไม่ครบ"}, payments.caller(CHECKER))
    assert refused.json()["status"] == "REFUSED"
    assert (await approve(payments, first)).status_code == 409
    assert len(await disputes(payments)) == 1
    await resolve(payments, one, "NOT_PAID")
    listed = (await payments.get("/v1/resolutions")).json()["items"]
    assert [(item["finding"], item["status"]) for item in listed] == [("NOT_PAID", "APPROVED"), ("PAID", "REFUSED")]
    shown = (await payments.get(f"/v1/resolutions/{first['resolution_id']}")).json()
    assert [(step["status"], step["who"]) for step in shown["history"]] == [("PROPOSED", MAKER), ("REFUSED", CHECKER)]


async def test_what_the_bank_tells_after_the_proposal_wants_another_look(payments):
    _, holder_id, one = await disputed(payments, ResultStatus.SETTLED, ResultStatus.FAILED)
    proposed = (await propose(payments, one, "PAID")).json()
    await payments.bring(story.answered(one, ResultStatus.RETURNED, reason="CARD_BLOCKED", on="2018-03-24"))
    late = await approve(payments, proposed)
    assert (late.status_code, late.json()["state"]) == (409, "RETURNED")
    assert await payments.states(holder_id) == {"2018-03": "RETURNED"}


async def test_a_run_that_was_drawn_up_before_does_not_pay_what_is_found_to_be_paid(payments):
    _, holder_id, one = await disputed(payments, ResultStatus.FAILED, ResultStatus.SETTLED)
    payments.play("2018-04-20")
    run_id = (await payments.post("/v1/runs", {"month": "2018-04"})).json()["run_id"]
    await payments.work()
    await resolve(payments, one, "PAID")
    run = (await payments.get(f"/v1/runs/{run_id}")).json()
    await payments.post(f"/v1/runs/{run_id}/approval", {"list_hash": run["list_hash"]}, payments.caller(CHECKER))
    await payments.post(f"/v1/runs/{run_id}/release", None, payments.caller(CHECKER))
    await payments.work()
    assert await payments.states(holder_id) == {"2018-03": "SETTLED", "2018-04": "INSTRUCTED"}
    may = await payments.run("2018-05")
    lines = (await payments.get(f"/v1/runs/{may['run_id']}/lines")).json()["items"]
    assert [line["month"] for line in lines] == ["2018-05"]


async def test_nothing_is_found_paid_while_another_attempt_is_out(payments):
    run, (holder_id,), (one,) = await paid_out(payments)
    await payments.bring(story.answered(one, ResultStatus.FAILED, reason="X"))
    await payments.close(run["run_id"])
    await payments.run("2018-04")
    await payments.bring(story.answered(one, ResultStatus.SETTLED, on="2018-03-22"))
    proposed = (await propose(payments, one, "PAID")).json()
    refused = await approve(payments, proposed)
    assert (refused.status_code, refused.json()["state"]) == (409, "OPEN")
    await payments.post(f"/v1/resolutions/{proposed['resolution_id']}/refusal", {"reason": "รอผล"}, payments.caller(CHECKER))
    await resolve(payments, one, "RETURNED")
    assert await payments.states(holder_id) == {"2018-03": "INSTRUCTED", "2018-04": "INSTRUCTED"}


async def test_what_was_paid_for_a_month_that_is_not_due_is_owed_back(payments):
    _, holder_id, one = await disputed(payments, ResultStatus.FAILED, ResultStatus.SETTLED)
    await payments.bring(story.died(holder_id, on="2018-02-20", known="2018-04-02"))
    await resolve(payments, one, "PAID")
    assert (await payments.balances())["RECOVERABLE"] == ALLOWANCE


async def test_what_cannot_be_is_refused_and_says_what_can(payments):
    _, _, one = await disputed(payments, ResultStatus.RETURNED, ResultStatus.FAILED)
    paid = await propose(payments, one, "PAID")
    assert (paid.status_code, paid.json()["possible"]) == (409, ["NOT_PAID", "RETURNED"])
    for day in (None, "2018-03-01", "2018-04-30"):
        outside = await propose(payments, one, "RETURNED", paid_on=day)
        assert (outside.status_code, outside.json()["errors"][0]["field"]) == (422, "paid_on")
    assert (await propose(payments, one, "NOT_PAID", paid_on="2018-03-22")).status_code == 422
    await resolve(payments, one, "NOT_PAID")
    assert (await propose(payments, one, "NOT_PAID")).json()["type"].endswith("not-disputed")
    assert (
        await payments.post(f"/v1/disputes/{'0' * 32}/resolutions", {"finding": "NOT_PAID", "evidence_reference": "x", "reason": "x"})
    ).status_code == 404


async def test_disputes_are_seen_in_reach_and_resolved_by_the_country_only(payments):
    _, _, one = await disputed(payments, ResultStatus.FAILED, ResultStatus.SETTLED)
    reader = ("payments.runs:read", "payments.runs:write", "payments.runs:approve")
    near, far = (payments.caller("chief", reader, Reach(Level.DISTRICT, code)) for code in ("8101", "1001"))
    assert len(await disputes(payments, near)) == 1
    assert await disputes(payments, far) == []
    assert len(await disputes(payments, payments.bank("KTB"))) == 1
    assert await disputes(payments, payments.bank("GSB")) == []
    body = {"finding": "NOT_PAID", "evidence_reference": "x", "reason": "x"}
    assert (await payments.post(f"/v1/disputes/{one.instruction_id}/resolutions", body, near)).status_code == 404
    proposed = (await propose(payments, one, "NOT_PAID")).json()
    assert (await payments.post(f"/v1/resolutions/{proposed['resolution_id']}/approval", None, near)).status_code == 404
    assert (await payments.get("/v1/resolutions", near)).json()["items"] == []


@pytest.mark.parametrize(("state", "finding"), list(product((AttemptState.SETTLED, AttemptState.FAILED, AttemptState.RETURNED), Finding)))
def test_every_finding_leaves_the_accounts_as_its_state_says(state, finding):
    if finding not in possible(state):
        return
    before = {AttemptState.SETTLED: [Outcome.SETTLED], AttemptState.FAILED: [Outcome.FAILED]}
    outcomes = [Outcome.INSTRUCTED, *before.get(state, [Outcome.SETTLED, Outcome.RETURNED]), *steps(state, finding)]
    sums = dict.fromkeys(Account, 0)
    for debit, credit in (POSTINGS[one] for one in outcomes):
        sums[debit] += 1
        sums[credit] -= 1
    paid = state_after(state, steps(state, finding)) is AttemptState.SETTLED
    assert (sums[Account.TREASURY], sums[Account.IN_TRANSIT]) == (-1 if paid else 0, 0)
    assert paid == (finding is Finding.PAID)
