"""The month's run, from the wish to the closed run."""

from uuid import UUID

import orjson

from deploy.local.bank_simulator.books import Books
from deploy.local.bank_simulator.fate import Misbehaviour
from shared.contracts.common import Bank, Tier
from shared.contracts.payments import (
    EntitlementStarted,
    PaymentFailed,
    PaymentInstructed,
    PaymentReturned,
    PaymentRunClosed,
    PaymentRunReleased,
    PaymentSettled,
    ResultStatus,
)
from tests.payments import story
from tests.payments.conftest import CHECKER


async def test_a_wish_of_february_is_paid_in_march_and_the_run_closes(payments):
    rich, events = story.person(bank=Bank.GSB, tier=Tier.OVER_30000)
    poor, more = story.person()
    await payments.bring(*events, *more, story.wish(rich, "2018-02-10", tier=Tier.OVER_30000), story.wish(poor, "2018-02-28"))
    started = (await payments.events(EntitlementStarted, poor))[0].data
    assert (started.first_month, started.last_month, started.monthly_satang, started.status) == ("2018-03", "2018-12", 20000, "PENDING")

    run = await payments.run("2018-03")
    assert (run["status"], run["lines"], run["amount_satang"], run["unanswered"]) == ("INSTRUCTED", 2, 30000, 2)
    released = (await payments.events(PaymentRunReleased))[0].data
    assert (released.persons, released.amount_satang, released.per_bank) == (2, 30000, {"GSB": 1, "KTB": 1})
    instructions = await payments.events(PaymentInstructed)
    assert {(event.topic, event.data.bank, event.data.amount_satang, event.data.benefit) for event in instructions} == {
        ("payments.instructions.gsb.v1", Bank.GSB, 10000, "GOODS_LIMIT"),
        ("payments.instructions.ktb.v1", Bank.KTB, 20000, "GOODS_LIMIT"),
    }
    assert await payments.balances() == {"ALLOWANCE": 30000, "IN_TRANSIT": -30000, "TREASURY": 0, "RECOVERABLE": 0, "SPENT": 0}

    refused = await payments.close(run["run_id"])
    assert refused.status_code == 409
    assert refused.json()["type"].endswith("run-not-balanced")
    assert (refused.json()["unanswered"], len(refused.json()["unanswered_instruction_ids"])) == (2, 2)

    await payments.bring(*[story.answered(event.data) for event in instructions])
    assert (await payments.get(f"/v1/runs/{run['run_id']}")).json()["status"] == "RECONCILING"
    closed = await payments.close(run["run_id"])
    assert (closed.status_code, closed.json()["status"]) == (200, "CLOSED")
    told = (await payments.events(PaymentRunClosed))[0].data
    assert (told.eligible, told.paid, told.failed, told.held, told.returned, told.paid_satang) == (2, 2, 0, 0, 0, 30000)
    assert {event.data.district for event in await payments.events(PaymentSettled)} == {"8101"}
    assert await payments.states(poor) == {"2018-03": "SETTLED"}
    assert await payments.balances() == {"ALLOWANCE": 30000, "IN_TRANSIT": 0, "TREASURY": -30000, "RECOVERABLE": 0, "SPENT": 0}
    assert (await payments.close(run["run_id"])).json()["status"] == "CLOSED"


async def test_a_bank_opens_its_own_payee_and_no_other_can(payments):
    holder_id, events = story.person(bank=Bank.BAAC)
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"))
    await payments.run("2018-03")
    told = (await payments.events(PaymentInstructed))[0].data
    seals = payments.resources.seals
    assert "สมใจ ดีงาม" in seals.banks[Bank.BAAC].open_text(told.sealed_payee, told.instruction_id.encode())
    for bank, context in ((Bank.GSB, told.instruction_id), (Bank.BAAC, "0" * 32)):
        try:
            seals.banks[bank].open_text(told.sealed_payee, context.encode())
        except ValueError:
            continue
        raise AssertionError("opened by another bank or for another instruction")


async def test_the_promptpay_id_goes_sealed_to_the_bank_of_who_has_one(payments):
    (holder_id, events), (other, others) = story.person(), story.person()
    await payments.bring(*events, *others, story.wish(holder_id, "2018-02-10"), story.wish(other, "2018-02-10"))
    await payments.bring(story.payee(holder_id, version=2, promptpay="0812345678"))
    await payments.run("2018-03")
    sent = await payments.events(PaymentInstructed)
    cipher = payments.resources.seals.banks[Bank.KTB]
    told = [orjson.loads(cipher.open_text(event.data.sealed_payee, event.data.instruction_id.encode())) for event in sent]
    assert sorted(one.get("promptpay", "none") for one in told) == ["0812345678", "none"]
    assert all("0812345678" not in event.to_bytes().decode() for event in sent)
    books = Books(Bank.KTB, 1, Misbehaviour(), cipher)
    answers = [answer.event for event in sent for answer in books.take(event)]
    assert (books.summary()["paid"], books.summary()["promptpay"], books.summary()["refused"]) == (2, 1, 0)
    await payments.bring(*answers)
    assert (await payments.states(holder_id), await payments.states(other)) == ({"2018-03": "SETTLED"},) * 2


async def test_failed_returned_and_late_wishes_are_paid_by_the_next_run(payments):
    people = [story.person() for _ in range(3)]
    (fails, _), (returns, _), (late, _) = people
    await payments.bring(*[event for _, events in people for event in events])
    await payments.bring(story.wish(fails, "2018-02-10"), story.wish(returns, "2018-02-11"))
    march = await payments.run("2018-03")
    by_holder = await _instructions(payments, march)
    await payments.bring(
        story.answered(by_holder[fails], ResultStatus.FAILED, reason="ACCOUNT_CLOSED"),
        story.answered(by_holder[returns], ResultStatus.SETTLED),
        # Stated in February, entered in March after the run: back-paid.
        story.wish(late, "2018-02-27", received_on="2018-03-25", approved_late=True),
    )
    await payments.bring(story.answered(by_holder[returns], ResultStatus.RETURNED, reason="CARD_BLOCKED"))
    assert (await payments.close(march["run_id"])).status_code == 200
    assert (await payments.events(PaymentFailed))[0].data.reason_code == "ACCOUNT_CLOSED"
    assert (await payments.events(PaymentReturned))[0].data.reason_code == "CARD_BLOCKED"

    april = await payments.run("2018-04")
    assert (april["lines"], april["amount_satang"]) == (6, 6 * 20000)
    by_month = await _lines(payments, april)
    assert {(month, attempt) for _, month, attempt in by_month} == {("2018-03", 2), ("2018-03", 1), ("2018-04", 1)}
    await payments.bring(*[story.answered(one, on="2018-04-21") for one in await _all_instructions(payments, april)])
    assert (await payments.close(april["run_id"])).status_code == 200
    for holder_id in (fails, returns, late):
        assert await payments.states(holder_id) == {"2018-03": "SETTLED", "2018-04": "SETTLED"}
    assert (await payments.balances())["TREASURY"] == -6 * 20000


async def test_a_person_without_payee_is_held_and_paid_when_it_is_known(payments):
    holder_id, (registered, payee) = story.person()
    await payments.bring(registered, story.wish(holder_id, "2018-02-10"))
    march = await payments.run("2018-03")
    assert (march["held"], march["unanswered"]) == (1, 0)
    closed = await payments.close(march["run_id"])
    assert closed.status_code == 200
    assert (await payments.events(PaymentRunClosed))[0].data.held_satang == 20000
    await payments.bring(payee)
    april = await payments.run("2018-04")
    assert (april["lines"], april["held"]) == (2, 0)


async def test_a_stop_between_proposal_and_release_is_held(payments):
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"))
    payments.play("2018-04-02")
    run_id = (await payments.post("/v1/runs", {"month": "2018-04"})).json()["run_id"]
    await payments.work()
    run = (await payments.get(f"/v1/runs/{run_id}")).json()
    assert run["lines"] == 2
    await payments.bring(story.died(holder_id, on="2018-03-15", known="2018-04-03"))
    await payments.post(f"/v1/runs/{run_id}/approval", {"list_hash": run["list_hash"]}, payments.caller(CHECKER))
    await payments.post(f"/v1/runs/{run_id}/release", None, payments.caller(CHECKER))
    await payments.work()
    lines = (await payments.get(f"/v1/runs/{run_id}/lines")).json()["items"]
    assert {(line["month"], line["state"], line["reason"]) for line in lines} == {
        ("2018-03", "OPEN", None),
        ("2018-04", "HELD", "DECEASED"),
    }
    assert (await payments.events(PaymentRunReleased))[0].data.amount_satang == 20000


async def test_a_bank_changed_between_proposal_and_release_is_held_until_the_next_list(payments):
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"))
    payments.play("2018-03-20")
    run_id = (await payments.post("/v1/runs", {"month": "2018-03"})).json()["run_id"]
    await payments.work()
    run = (await payments.get(f"/v1/runs/{run_id}")).json()
    await payments.bring(story.payee(holder_id, bank=Bank.GSB, version=2))
    await payments.post(f"/v1/runs/{run_id}/approval", {"list_hash": run["list_hash"]}, payments.caller(CHECKER))
    await payments.post(f"/v1/runs/{run_id}/release", None, payments.caller(CHECKER))
    await payments.work()
    assert (await payments.get(f"/v1/runs/{run_id}/lines")).json()["items"][0]["reason"] == "BANK_CHANGED"
    assert (await payments.close(run_id)).status_code == 200
    april = await payments.run("2018-04")
    assert {one.bank for one in await _all_instructions(payments, april)} == {Bank.GSB}


async def test_whose_card_is_cancelled_is_held_until_there_is_a_new_card_or_a_bank_that_needs_none(payments):
    cardless, other = story.person(), story.person(bank=Bank.GSB)
    for holder_id, events in (cardless, other):
        await payments.bring(*events, story.wish(holder_id, "2018-02-10"))
    await payments.bring(story.payee(cardless[0], version=2, card_cancelled=True))
    await payments.bring(story.payee(other[0], bank=Bank.GSB, version=2, card_cancelled=True))
    march = await payments.run("2018-03")
    assert {one.bank for one in await _all_instructions(payments, march)} == {Bank.GSB}
    [held] = [line for line in (await payments.get(f"/v1/runs/{march['run_id']}/lines")).json()["items"] if line["state"] == "HELD"]
    assert (held["holder_id"], held["reason"]) == (str(cardless[0]), "NO_PAYEE")
    await payments.bring(story.payee(cardless[0], version=3))
    # A late copy of the older state changes nothing.
    await payments.bring(story.payee(cardless[0], version=2, card_cancelled=True))
    april = await payments.run("2018-04")
    assert [one.bank for one in await _all_instructions(payments, april)].count(Bank.KTB) == 2


async def test_a_mover_is_paid_without_gap_and_counted_where_they_lived(payments):
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"))
    march = await payments.run("2018-03")
    await payments.bring(story.moved(holder_id, to="100101", on="2018-03-21"))
    await payments.bring(*[story.answered(one) for one in await _all_instructions(payments, march)])
    await payments.close(march["run_id"])
    april = await payments.run("2018-04")
    await payments.bring(*[story.answered(one, on="2018-04-21") for one in await _all_instructions(payments, april)])
    settled = [event.data for event in await payments.events(PaymentSettled)]
    assert [(one.month, one.district) for one in settled] == [("2018-03", "8101"), ("2018-04", "1001")]


async def test_what_was_paid_after_a_death_that_was_known_late_is_noted_for_recovery(payments):
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"))
    for month in ("2018-03", "2018-04"):
        run = await payments.run(month)
        await payments.bring(*[story.answered(one) for one in await _all_instructions(payments, run)])
        await payments.close(run["run_id"])
    may = await payments.run("2018-05")
    await payments.bring(story.died(holder_id, on="2018-03-30", known="2018-05-21"))
    assert (await payments.balances())["RECOVERABLE"] == 20000
    # May was on its way when the death became known; the bank pays it all the same.
    await payments.bring(*[story.answered(one, on="2018-05-21") for one in await _all_instructions(payments, may)])
    assert (await payments.balances())["RECOVERABLE"] == 40000
    owed = (await payments.payments(holder_id))["obligations"]
    assert [(one["month"], one["overpaid"]) for one in owed] == [("2018-03", False), ("2018-04", True), ("2018-05", True)]
    # The death was a mistake of the registry: nothing is owed back.
    await payments.bring(story.updated(holder_id, version=4, on="2018-05-25"))
    assert (await payments.balances())["RECOVERABLE"] == 0
    june = await payments.run("2018-06")
    assert june["lines"] == 1


async def test_the_year_is_ten_payments_and_then_the_allowance_ends(payments):
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"), story.interviewed(holder_id, "2018-03-05"))
    benefits = []
    for number in range(3, 13):
        run = await payments.run(f"2018-{number:02d}")
        instructions = await _all_instructions(payments, run)
        benefits += [one.benefit for one in instructions]
        await payments.bring(*[story.answered(one, on=f"2018-{number:02d}-21") for one in instructions])
        assert (await payments.close(run["run_id"])).status_code == 200
    await payments.work()
    assert benefits == ["GOODS_LIMIT"] * 6 + ["E_MONEY"] * 4
    assert (await payments.payments(holder_id))["paid_satang"] == 200000
    assert (await payments.entitlement(holder_id))["status"] == "ENDED"
    january = await payments.run("2019-01")
    assert january["lines"] == 0


async def test_a_cancelled_run_leaves_everything_to_the_next_one(payments):
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"))
    payments.play("2018-03-20")
    run_id = (await payments.post("/v1/runs", {"month": "2018-03"})).json()["run_id"]
    await payments.work()
    assert (await payments.post("/v1/runs", {"month": "2018-03"})).json()["type"].endswith("run-open")
    cancelled = await payments.post(f"/v1/runs/{run_id}/cancellation", {"reason": "wrong list"})
    assert cancelled.json()["status"] == "CANCELLED"
    run = await payments.run("2018-03")
    assert [(line["attempt_no"], line["state"]) for line in (await payments.get(f"/v1/runs/{run['run_id']}/lines")).json()["items"]] == [
        (2, "OPEN")
    ]
    assert (await payments.post(f"/v1/runs/{run['run_id']}/cancellation", {"reason": "too late"})).status_code == 409


async def test_no_run_for_a_month_that_has_not_begun_or_lies_outside(payments):
    payments.play("2018-03-20")
    for month in ("2018-02", "2018-04"):
        refused = await payments.post("/v1/runs", {"month": month})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "month")
    await payments.run("2018-03")
    april = await payments.run("2018-04")
    assert april["status"] == "INSTRUCTED"
    assert (await payments.post("/v1/runs", {"month": "2018-03"})).status_code == 422


async def _all_instructions(payments, run):
    return [event.data for event in await payments.events(PaymentInstructed) if str(event.data.run_id) == run["run_id"]]


async def _instructions(payments, run):
    """Instructions of a run by holder."""
    lines = (await payments.get(f"/v1/runs/{run['run_id']}/lines", limit=200)).json()["items"]
    by_id = {one.instruction_id: one for one in await _all_instructions(payments, run)}
    return {UUID(line["holder_id"]): by_id[line["instruction_id"]] for line in lines if line["instruction_id"] in by_id}


async def _lines(payments, run):
    lines = (await payments.get(f"/v1/runs/{run['run_id']}/lines", limit=200)).json()["items"]
    return [(line["holder_id"], line["month"], line["attempt_no"]) for line in lines]
