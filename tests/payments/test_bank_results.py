"""What banks answer: once, twice, in any order, contradicting, unknown, for another bank's instruction, or not at all."""

import random
from collections import Counter
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.payments.domain import POSTINGS, Account, AttemptState, Outcome
from services.payments.rules.bank_answers import Answer, Attempt, Disposition, judge
from shared.auth import Level, Reach
from shared.bus.consumers import RejectedEvent
from shared.contracts.common import Bank
from shared.contracts.payments import (
    PaymentFailed,
    PaymentInstructed,
    PaymentReturned,
    PaymentSettled,
    PaymentStatusRequested,
    ResultStatus,
)
from shared.ids import new_id
from tests.payments import story


async def paid_out(payments, count=1, month="2018-03", bank=Bank.KTB):
    """So many people with a wish of February, instructed for March; the run and the instructions by holder order."""
    people = [story.person(bank=bank) for _ in range(count)]
    await payments.bring(*[event for _, events in people for event in events])
    await payments.bring(*[story.wish(holder_id, "2018-02-10") for holder_id, _ in people])
    run = await payments.run(month)
    instructions = [event.data for event in await payments.events(PaymentInstructed)]
    return run, [holder_id for holder_id, _ in people], instructions


async def exceptions(payments, who=None):
    return (await payments.get("/v1/results/exceptions", who)).json()["items"]


async def kinds(payments):
    return Counter(one["disposition"] for one in await exceptions(payments))


async def test_answers_doubled_and_shuffled_give_the_same_books(payments):
    run, _, instructions = await paid_out(payments, 6)
    told = [story.answered(one) for one in instructions[:4]]
    told += [story.answered(instructions[3], ResultStatus.RETURNED, reason="CARD_BLOCKED")]
    told += [story.answered(one, ResultStatus.FAILED, reason="ACCOUNT_CLOSED") for one in instructions[4:]]
    doubled = told + told
    random.Random(1).shuffle(doubled)
    await payments.bring(*doubled[:5])
    await payments.bring(*doubled[5:])
    await payments.bring(*told)
    assert await kinds(payments) == {}
    shown = (await payments.get(f"/v1/runs/{run['run_id']}")).json()
    assert (shown["paid"], shown["failed"], shown["returned"], shown["unanswered"]) == (3, 2, 1, 0)
    assert await payments.balances() == {"ALLOWANCE": 60000, "IN_TRANSIT": 0, "TREASURY": -60000, "RECOVERABLE": 0, "SPENT": 0}
    assert len(await payments.events(PaymentSettled)) == 4
    assert len(await payments.events(PaymentReturned)) == 1
    assert len(await payments.events(PaymentFailed)) == 2
    assert (await payments.close(run["run_id"])).status_code == 200


async def test_a_return_that_overtakes_its_payment_counts_as_paid_and_returned(payments):
    _, (holder_id,), (one,) = await paid_out(payments)
    await payments.bring(story.answered(one, ResultStatus.RETURNED, reason="CARD_BLOCKED"))
    await payments.bring(story.answered(one, ResultStatus.SETTLED))
    assert await payments.states(holder_id) == {"2018-03": "RETURNED"}
    assert [type(event.data) for event in await payments.events() if event.subject == str(holder_id)][-2:] == [
        PaymentSettled,
        PaymentReturned,
    ]
    assert await kinds(payments) == {}


async def test_an_answer_of_another_bank_is_never_applied(payments):
    run, (holder_id,), (one,) = await paid_out(payments)
    await payments.bring(
        story.answered(one, via=Bank.GSB),  # on another bank's topic, in the right bank's name
        story.answered(one, bank=Bank.GSB),  # on another bank's topic, in its own name
    )
    assert await kinds(payments) == {"REJECTED_WRONG_BANK": 2}
    assert await payments.states(holder_id) == {"2018-03": "INSTRUCTED"}
    assert (await payments.close(run["run_id"])).status_code == 409
    assert len(await exceptions(payments, payments.bank("GSB"))) == 2
    assert await exceptions(payments, payments.bank("KTB")) == []
    await payments.bring(story.answered(one))
    assert await payments.states(holder_id) == {"2018-03": "SETTLED"}


async def test_another_amount_is_not_settled(payments):
    _, (holder_id,), (one,) = await paid_out(payments)
    await payments.bring(story.answered(one, amount=10000), story.answered(one, ResultStatus.RETURNED, amount=1))
    assert await kinds(payments) == {"AMOUNT_DIFFERS": 2}
    assert await payments.states(holder_id) == {"2018-03": "INSTRUCTED"}


async def test_an_unknown_instruction_is_shown(payments):
    _, _, (one,) = await paid_out(payments)
    for instruction_id in (new_id().hex, "not hexadecimal at all, 32 letter"[:32]):
        await payments.bring(story.answered(one.model_copy(update={"instruction_id": instruction_id})))
    assert await kinds(payments) == {"UNKNOWN_INSTRUCTION": 2}


async def proposed(payments):
    """One person's line of a run that is drawn up and not released, as the bank would be told of it."""
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"))
    payments.play("2018-03-20")
    run_id = (await payments.post("/v1/runs", {"month": "2018-03"})).json()["run_id"]
    await payments.work()
    line = (await payments.get(f"/v1/runs/{run_id}/lines")).json()["items"][0]
    told = PaymentInstructed(
        instruction_id=line["instruction_id"],
        run_id=run_id,
        month="2018-03",
        attempt_no=1,
        bank="KTB",
        amount_satang=20000,
        benefit="",
        sealed_payee="",
    )
    return holder_id, run_id, told


async def test_an_answer_to_a_line_that_no_bank_was_told_is_unknown(payments):
    holder_id, _, told = await proposed(payments)
    await payments.bring(story.answered(told))
    assert await kinds(payments) == {"UNKNOWN_INSTRUCTION": 1}
    assert await payments.states(holder_id) == {"2018-03": "DUE"}


async def test_a_restored_database_gives_banks_the_ids_that_they_know_and_hears_their_answers_again(payments):
    """Restored to before a release, payments first hears the answers, then releases the same instructions, then hears them again."""
    holder_id, run_id, told = await proposed(payments)
    await payments.bring(story.answered(told))
    run = (await payments.get(f"/v1/runs/{run_id}")).json()
    assert (await payments.post(f"/v1/runs/{run_id}/cancellation", {"reason": "restored"})).status_code == 200
    assert run["lines"] == 1
    # What the restored database is: without the run, its line and its number.
    async with payments.db.pool.acquire() as connection:
        await connection.execute("DELETE FROM disbursement")
        await connection.execute("UPDATE obligation SET attempts = 0")
    await payments.run("2018-03")
    (again,) = [event.data for event in await payments.events(PaymentInstructed)]
    assert again.instruction_id == told.instruction_id
    assert await payments.states(holder_id) == {"2018-03": "INSTRUCTED"}
    for _ in range(2):
        await payments.bring(story.answered(told))
        assert await payments.states(holder_id) == {"2018-03": "SETTLED"}
    assert len(await payments.events(PaymentSettled)) == 1


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (ResultStatus.SETTLED, ResultStatus.FAILED),
        (ResultStatus.FAILED, ResultStatus.SETTLED),
        (ResultStatus.FAILED, ResultStatus.RETURNED),
        (ResultStatus.RETURNED, ResultStatus.FAILED),
    ],
)
async def test_a_contradiction_changes_nothing_and_bars_another_payment(payments, first, then):
    run, (holder_id,), (one,) = await paid_out(payments)
    await payments.bring(story.answered(one, first, reason="X"))
    before = await payments.states(holder_id)
    await payments.bring(story.answered(one, then, reason="Y"))
    assert await payments.states(holder_id) == before
    assert await kinds(payments) == {"CONTRADICTS": 1}
    await payments.close(run["run_id"])
    april = await payments.run("2018-04")
    lines = (await payments.get(f"/v1/runs/{april['run_id']}/lines")).json()["items"]
    march = [line for line in lines if line["month"] == "2018-03"]
    assert [(line["state"], line["reason"]) for line in march] == ([] if first is ResultStatus.SETTLED else [("HELD", "DISPUTED")])


async def test_two_references_for_one_payment_are_shown(payments):
    _, _, (one,) = await paid_out(payments)
    await payments.bring(story.answered(one, reference="first"), story.answered(one, reference="second"))
    assert await kinds(payments) == {"CONTRADICTS": 1}
    assert (await payments.balances())["TREASURY"] == -20000


async def test_a_month_whose_answers_are_all_lost_is_asked_about_and_closed(payments):
    run, holders, instructions = await paid_out(payments, 3)
    assert (await payments.close(run["run_id"])).status_code == 409
    asked = await payments.post(f"/v1/runs/{run['run_id']}/status-requests")
    assert (asked.status_code, asked.json()["asked"], asked.json()["request_no"]) == (202, 3, 1)
    questions = [event.data for event in await payments.events(PaymentStatusRequested)]
    assert {one.instruction_id for one in questions} == {one.instruction_id for one in instructions}
    assert {state for holder_id in holders for state in (await payments.states(holder_id)).values()} == {"UNKNOWN"}
    assert len(await payments.events(PaymentInstructed)) == 3

    paid, failed, unknown = instructions
    never = story.answered(unknown, ResultStatus.UNKNOWN_INSTRUCTION, amount=0)
    await payments.bring(story.answered(paid), story.answered(failed, ResultStatus.FAILED, reason="ACCOUNT_CLOSED"), never, never)
    assert {event.data.reason_code for event in await payments.events(PaymentFailed)} == {"ACCOUNT_CLOSED", "NOT_RECEIVED"}
    assert (await payments.close(run["run_id"])).status_code == 200

    april = await payments.run("2018-04")
    again = [event.data for event in await payments.events(PaymentInstructed) if str(event.data.run_id) == april["run_id"]]
    assert Counter((one.month, one.attempt_no) for one in again) == {("2018-03", 2): 2, ("2018-04", 1): 3}
    # The bank finds the lost one after all, while its second attempt is out: shown, not applied.
    await payments.bring(story.answered(unknown))
    assert await kinds(payments) == {"CONTRADICTS": 1}


async def test_unknown_instruction_without_a_question_is_not_believed(payments):
    _, (holder_id,), (one,) = await paid_out(payments)
    await payments.bring(story.answered(one, ResultStatus.UNKNOWN_INSTRUCTION, amount=0))
    assert await kinds(payments) == {"NOT_ASKED": 1}
    assert await payments.states(holder_id) == {"2018-03": "INSTRUCTED"}


async def test_a_second_question_asks_only_about_what_is_still_missing(payments):
    run, _, instructions = await paid_out(payments, 3)
    await payments.post(f"/v1/runs/{run['run_id']}/status-requests")
    await payments.bring(story.answered(instructions[0]))
    asked = await payments.post(f"/v1/runs/{run['run_id']}/status-requests")
    assert (asked.json()["asked"], asked.json()["request_no"]) == (2, 2)
    numbers = Counter(event.data.request_no for event in await payments.events(PaymentStatusRequested))
    assert numbers == {1: 3, 2: 2}


async def test_banks_report_over_rest_only_for_themselves(payments):
    run, (holder_id,), (one,) = await paid_out(payments)
    told = {
        "instruction_id": one.instruction_id,
        "status": "SETTLED",
        "amount_satang": 20000,
        "value_date": "2018-03-21",
        "bank_reference": "KTB-1",
    }
    wrong = await payments.post("/v1/bank-results", {"results": [told]}, payments.bank("GSB"))
    assert wrong.json()["dispositions"] == {"REJECTED_WRONG_BANK": 1}
    right = await payments.post("/v1/bank-results", {"results": [told, told]}, payments.bank("KTB"), key="k")
    assert right.json() == {"received": 2, "repeated": 1, "dispositions": {"APPLIED": 1}}
    assert (await payments.post("/v1/bank-results", {"results": [told, told]}, payments.bank("KTB"), key="k")).json() == right.json()
    assert await payments.states(holder_id) == {"2018-03": "SETTLED"}
    country = payments.caller(scopes=("payments.results:write",))
    assert (await payments.post("/v1/bank-results", {"results": [told]}, country)).status_code == 404
    unknown = payments.caller(scopes=("payments.results:write",), reach=Reach(Level.BANK, "XYZ"))
    assert (await payments.post("/v1/bank-results", {"results": [told]}, unknown)).status_code == 404
    assert (await payments.close(run["run_id"])).status_code == 200


async def test_a_message_that_cannot_be_kept_is_refused_not_fatal(payments):
    _, _, (one,) = await paid_out(payments)
    for hurt in (story.answered(one, reference="a\0b"), story.answered(one, amount=2**63), story.answered(one, reference="x" * 500)):
        with pytest.raises(RejectedEvent):
            await payments.bring(hurt)


async def test_a_returned_overpayment_is_not_owed_twice(payments):
    _, (holder_id,), (one,) = await paid_out(payments)
    await payments.bring(story.answered(one))
    await payments.bring(story.died(holder_id, on="2018-02-20", known="2018-04-02"))
    assert (await payments.balances())["RECOVERABLE"] == 20000
    await payments.bring(story.answered(one, ResultStatus.RETURNED, reason="HOLDER_DECEASED"))
    assert await payments.balances() == {"ALLOWANCE": 0, "IN_TRANSIT": 0, "TREASURY": 0, "RECOVERABLE": 0, "SPENT": 0}


def _answer(status, **more):
    told = {"via": Bank.KTB, "bank": Bank.KTB, "amount_satang": 100, "value_date": story.day("2018-03-21"), "bank_reference": "r"} | more
    return Answer.of(instruction_id="0" * 32, status=status, **told)


@pytest.mark.parametrize(("state", "status"), list(product(AttemptState, ResultStatus)))
def test_every_answer_to_every_state_has_a_verdict(state, status):
    attempt = Attempt(Bank.KTB, 100, state, asked=True, bank_reference="r")
    verdict = judge(attempt, _answer(status))
    assert (verdict.disposition is Disposition.APPLIED) == (verdict.state is not None) == bool(verdict.outcomes)
    if state in {AttemptState.SETTLED, AttemptState.FAILED, AttemptState.RETURNED}:
        assert verdict.state in {None, AttemptState.RETURNED}
    once_more = judge(Attempt(Bank.KTB, 100, verdict.state or state, asked=True, bank_reference="r"), _answer(status))
    assert once_more.state is None


@given(
    st.lists(st.tuples(st.sampled_from(ResultStatus), st.sampled_from(["r", "s"]), st.sampled_from([100, 99]), st.booleans()), max_size=8)
)
def test_whatever_a_bank_says_money_leaves_once_and_comes_back_once(said):
    attempt = Attempt(Bank.KTB, 100, AttemptState.OPEN, asked=False)
    outcomes = []
    for status, reference, amount, asked in said:
        attempt = attempt._replace(asked=attempt.asked or asked)
        verdict = judge(attempt, _answer(status, bank_reference=reference, amount_satang=amount))
        outcomes += verdict.outcomes
        if verdict.state is not None:
            attempt = attempt._replace(state=verdict.state, bank_reference=reference)
    ways = {
        AttemptState.OPEN: [],
        AttemptState.SETTLED: [Outcome.SETTLED],
        AttemptState.FAILED: [Outcome.FAILED],
        AttemptState.RETURNED: [Outcome.SETTLED, Outcome.RETURNED],
    }
    assert outcomes == ways[attempt.state]
    sums = Counter()
    for debit, credit in (POSTINGS[outcome] for outcome in [Outcome.INSTRUCTED, *outcomes]):
        sums.update({debit: 100})
        sums.subtract({credit: 100})
    assert (sums[Account.TREASURY], sums[Account.IN_TRANSIT]) == (
        -100 if attempt.state is AttemptState.SETTLED else 0,
        -100 if attempt.state is AttemptState.OPEN else 0,
    )
