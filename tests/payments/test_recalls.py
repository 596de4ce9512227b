"""Payments that banks are asked to give back: each once, by the bank that has it, and nobody is paid anew before its answer."""

from collections import Counter
from dataclasses import replace

import pytest

from deploy.local.bank_simulator.books import Books
from deploy.local.bank_simulator.fate import Misbehaviour
from shared.bus.consumers import RejectedEvent
from shared.contracts import Event
from shared.contracts.common import Bank
from shared.contracts.payments import BankRecallRefused, PaymentInstructed, PaymentRecallRequested, PaymentReturned, ResultStatus
from shared.ids import new_id
from tests.payments import story
from tests.payments.conftest import CHECKER
from tests.payments.controls import proposed


async def paid_out(payments, *banks):
    """A person a bank, instructed for March; the run, the persons and the instructions."""
    people = [story.person(bank=bank) for bank in banks]
    await payments.bring(*[event for _, events in people for event in events])
    await payments.bring(*[story.wish(holder_id, "2018-02-10") for holder_id, _ in people])
    run = await payments.run("2018-03")
    instructed = await payments.events(PaymentInstructed)
    by_line = {one["instruction_id"]: one["holder_id"] for one in (await payments.get(f"/v1/runs/{run['run_id']}/lines")).json()["items"]}
    by_holder = {by_line[event.data.instruction_id]: event for event in instructed}
    return run, [holder_id for holder_id, _ in people], [by_holder[str(holder_id)] for holder_id, _ in people]


async def recall(payments, run, *, who=CHECKER, **wanted):
    return await payments.post(f"/v1/runs/{run['run_id']}/recalls", {"reason": "บัญชีผิดเดือน", **wanted}, payments.caller(who))


def refusal(told, reason="SPENT", *, via=None, bank=None):
    data = BankRecallRefused(
        instruction_id=told.instruction_id, bank=bank or told.bank, reason_code=reason, bank_reference=f"N-{told.instruction_id}"
    )
    topic = f"payments.results.{(via or told.bank).lower()}.v1"
    return Event.of(data, subject=told.instruction_id, time=story.at("2018-03-22"), topic=topic)


async def states(payments, who=None, **query):
    rows = (await payments.get("/v1/recalled-payments", who, **query)).json()["items"]
    return {row["instruction_id"]: row["state"] for row in rows}


async def test_what_comes_back_is_paid_anew_only_after_the_answer_and_what_is_spent_stays_paid(payments):
    run, (back, spent, failed, alone), events = await paid_out(payments, Bank.KTB, Bank.KTB, Bank.GSB, Bank.BAAC)
    told = [event.data for event in events]
    await payments.bring(story.answered(told[1]), story.answered(told[3]))
    asked = await recall(payments, run, instruction_ids=[one.instruction_id for one in told[:3]])
    assert (asked.status_code, asked.json()["payments"]) == (202, 3)
    again = await recall(payments, run)  # all of the run: those that were asked back are not asked back again
    assert again.json()["payments"] == 1
    assert (await recall(payments, run)).json()["payments"] == 0
    sent = await payments.events(PaymentRecallRequested)
    assert {(one.topic, one.data.instruction_id) for one in sent} == {(event.topic, event.data.instruction_id) for event in events}
    # No answer yet: April takes nobody's March.
    waiting = await proposed(payments, "2018-04")
    assert waiting["lines"] == 4
    await payments.post(f"/v1/runs/{waiting['run_id']}/cancellation", {"reason": "x"})
    await payments.bring(
        story.answered(told[0], ResultStatus.RETURNED, reason="RECALLED"),
        refusal(told[1]),
        story.answered(told[2], ResultStatus.FAILED, reason="RECALLED"),
    )
    await payments.bring(refusal(told[1]), refusal(told[1], "OTHER"))  # told again: the first counts
    assert await states(payments) == {
        told[0].instruction_id: "CAME_BACK",
        told[1].instruction_id: "REFUSED",
        told[2].instruction_id: "NOT_PAID",
        told[3].instruction_id: "WAITING",
    }
    assert set((await states(payments, payments.bank("KTB"))).values()) == {"CAME_BACK", "REFUSED"}
    assert await states(payments, state="WAITING") == {told[3].instruction_id: "WAITING"}
    first = (await payments.get("/v1/recalls", run_id=run["run_id"])).json()["items"][-1]
    assert [first[name] for name in ("payments", "amount_satang", "waiting", "came_back", "not_paid", "refused")] == [3, 60000, 0, 1, 1, 1]
    assert len(await payments.events(PaymentReturned)) == 1
    april = await payments.run("2018-04")
    lines = (await payments.get(f"/v1/runs/{april['run_id']}/lines")).json()["items"]
    assert {line["holder_id"] for line in lines if line["month"] == "2018-03"} == {str(back), str(failed)}
    assert [await payments.states(one) for one in (spent, alone)] == [{"2018-03": "SETTLED", "2018-04": "INSTRUCTED"}] * 2


async def test_only_a_released_run_can_be_asked_back_and_only_of_the_bank_that_has_it(payments):
    run, _, (event, other) = await paid_out(payments, Bank.KTB, Bank.GSB)
    told = event.data
    open_run = await proposed(payments, "2018-04")
    assert (await recall(payments, open_run)).status_code == 409
    assert (await recall(payments, {"run_id": new_id()})).status_code == 404
    assert (await recall(payments, run, instruction_ids=["Z" * 32])).json()["errors"][0]["field"] == "instruction_ids.0"
    assert (await recall(payments, run, bank="KTB")).json()["payments"] == 1
    # Another bank's word, or one about what nobody asked for, changes nothing and is kept for people.
    for bad in (refusal(told, via=Bank.GSB), refusal(told, via=Bank.GSB, bank=Bank.GSB), refusal(told, bank=Bank.GSB), refusal(other.data)):
        with pytest.raises(RejectedEvent):
            await payments.bring(bad)
    assert set((await states(payments)).values()) == {"WAITING"}
    body = {
        "refusals": [{"instruction_id": one.instruction_id, "reason_code": "SPENT", "bank_reference": "r"} for one in (told, other.data)]
    }
    assert (await payments.post("/v1/recall-refusals", body, payments.caller(scopes=("payments.results:write",)))).status_code == 404
    strange = (await payments.post("/v1/recall-refusals", body, payments.bank("GSB"))).json()
    assert (strange["taken"], len(strange["not_asked"])) == (0, 2)
    taken = (await payments.post("/v1/recall-refusals", body, payments.bank("KTB"))).json()
    assert taken == {"taken": 1, "not_asked": [other.data.instruction_id]}
    assert set((await states(payments)).values()) == {"REFUSED"}


def instruction():
    data = PaymentInstructed(
        instruction_id=new_id().hex,
        run_id=new_id(),
        month="2018-03",
        attempt_no=1,
        bank=Bank.KTB,
        amount_satang=20000,
        benefit="GOODS_LIMIT",
        sealed_payee="",
    )
    return Event.of(data, subject=data.instruction_id, time=story.at("2018-03-20"))


def asked_back(event):
    data = PaymentRecallRequested(instruction_id=event.data.instruction_id, run_id=event.data.run_id, bank=Bank.KTB, recall_id=new_id())
    return Event.of(data, subject=event.subject, time=story.at("2018-03-21"))


def told(answers):
    return [getattr(one.event.data, "status", None) or one.event.data.reason_code for one in answers]


def test_a_simulated_bank_gives_back_what_is_not_spent_once_and_says_why_it_cannot():
    books = Books(Bank.KTB, 1, Misbehaviour.of("spent=0.5,refused=0.3,lost=0.5"))
    paid = [instruction() for _ in range(40)]
    for event in paid:
        books.take(event)
    answers = [told(books.take(asked_back(event))) for event in paid]
    assert answers == [told(books.take(asked_back(event))) for event in paid]  # asked twice, the same answer
    assert set(map(tuple, answers)) == {("SETTLED", "RETURNED"), ("SETTLED", "SPENT"), ("FAILED", "NOT_PAID")}
    counts = Counter(one[-1] for one in answers)
    assert (books.summary()["recalled"], books.summary()["refused"]) == (counts["RETURNED"], counts["NOT_PAID"])
    assert told(books.take(asked_back(instruction()))) == ["UNKNOWN_INSTRUCTION"]
    # After a restart it knows from its topic what it gave back, and pays none of it again.
    restarted = replace(books, entries={}, totals=Counter())
    for event in paid:
        restarted.take(event, answered_before=True)
        assert restarted.take(asked_back(event), answered_before=True) == []
    assert [told(restarted.take(asked_back(event))) for event in paid] == answers
