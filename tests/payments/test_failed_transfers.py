"""What could not be paid: who has to do what, until when; after the deadline the money is the envelope's and no run takes it."""

from services.payments import jobs
from services.payments.rules.failures import failure_reason, failure_reasons
from services.payments.rules.parameters import Runs
from shared.auth import Level, Reach
from shared.contracts.common import Bank, Tier
from shared.contracts.payments import PaymentInstructed, ResultStatus
from tests.payments import story
from tests.payments.controls import proposed
from tests.payments.test_adjustments import adjusted, answer_all, corrected, wished
from tests.payments.test_corrections import pay


async def failing(payments, **reasons):
    """Persons by name whose March failed for these reasons; None stands for one that was paid. Their ids and instructions."""
    people = {name: story.person() for name in reasons}
    await payments.bring(*[event for _, events in people.values() for event in events])
    await payments.bring(*[story.wish(holder_id, "2018-02-10") for holder_id, _ in people.values()])
    run = await payments.run("2018-03")
    by_id = {event.data.instruction_id: event.data for event in await payments.events(PaymentInstructed)}
    by_holder = {
        one["holder_id"]: by_id[one["instruction_id"]] for one in (await payments.get(f"/v1/runs/{run['run_id']}/lines")).json()["items"]
    }
    told = {name: by_holder[str(holder_id)] for name, (holder_id, _) in people.items()}
    await payments.bring(
        *[
            story.answered(told[name], ResultStatus.FAILED if reason else ResultStatus.SETTLED, reason=reason)
            for name, reason in reasons.items()
        ]
    )
    await payments.close(run["run_id"])
    return {name: holder_id for name, (holder_id, _) in people.items()}, told


async def worklist(payments, who=None, **query):
    return (await payments.get("/v1/failed-transfers", who, **query)).json()["items"]


async def test_a_district_sees_what_to_do_until_when_and_what_is_ready(payments):
    who, _ = await failing(payments, closed="ACCOUNT_CLOSED", iso="AC04", strange="X-99", paid=None)
    moved, events = story.person(subdistrict="100101")
    await payments.bring(events[0], story.wish(moved, "2018-03-10"))  # without a bank
    await payments.run("2018-04")
    await payments.bring(story.payee(who["iso"], bank=Bank.GSB, version=2))
    [elsewhere] = await worklist(payments, payments.caller(reach=Reach(Level.DISTRICT, "1001")))
    assert (elsewhere["reason"], elsewhere["state"], elsewhere["acts"], elsewhere["rounds"], elsewhere["bank"]) == (
        "NO_PAYEE",
        "HELD",
        "PERSON",
        0,
        None,
    )
    assert await worklist(payments, payments.caller(reach=Reach(Level.BANK, "KTB"))) == []
    # April took the other three with it: they are out at the bank again.
    assert len(await worklist(payments)) == 1
    again = [event.data for event in await payments.events(PaymentInstructed) if event.data.attempt_no == 2]
    await payments.bring(*[story.answered(one, ResultStatus.FAILED, reason="ACCOUNT_CLOSED", on="2018-04-21") for one in again])
    rows = await worklist(payments, district="8101")
    assert [(row["month"], row["rounds"], row["retry_until"]) for row in rows] == [("2018-03", 2, "2018-06-30")] * 3
    assert {row["holder_id"] for row in rows if row["payee_changed"]} == {str(who["iso"])}
    assert all(row["todo_en"] and row["todo_th"] and row["acts"] == "PERSON" for row in rows)
    assert await worklist(payments, reason="CARD_BLOCKED") == []
    summary = (await payments.get("/v1/failed-transfers/summary")).json()
    assert [(one["district"], one["reason"], one["payments"], one["amount_satang"]) for one in summary["waiting"]] == [
        ("1001", "NO_PAYEE", 1, 20000),
        ("8101", "ACCOUNT_CLOSED", 3, 60000),
    ]
    page = (await payments.get("/v1/failed-transfers", limit=3)).json()
    rest = (await payments.get("/v1/failed-transfers", limit=3, cursor=page["next_cursor"])).json()
    assert (len(page["items"]), len(rest["items"]), rest["next_cursor"]) == (3, 1, None)


async def test_after_the_deadline_a_month_lapses_once_and_no_run_takes_it(payments):
    who, told = await failing(payments, fails="ACCOUNT_CLOSED", disputed="ACCOUNT_CLOSED", paid=None)
    await payments.bring(story.answered(told["disputed"]))  # the bank says now that it paid
    payments.play("2018-06-30", hour=23)
    await jobs.lapse_failed_payments(payments.resources)
    assert (await payments.states(who["fails"]))["2018-03"] == "FAILED"
    payments.play("2018-07-01")
    for _ in range(2):
        await jobs.lapse_failed_payments(payments.resources)
    assert [(await payments.states(who[name]))["2018-03"] for name in ("fails", "disputed", "paid")] == ["LAPSED", "FAILED", "SETTLED"]
    assert (await payments.get("/v1/failed-transfers/summary")).json()["lapsed"] == [
        {"month": "2018-03", "payments": 1, "amount_satang": 20000}
    ]
    run = await proposed(payments, "2018-07", day="2018-07-20")
    assert run["lines"] == 3 * 4 + 1  # April to July of each, and the disputed March, held
    lines = (await payments.get(f"/v1/runs/{run['run_id']}/lines")).json()["items"]
    assert [(line["holder_id"], line["reason"]) for line in lines if line["month"] == "2018-03"] == [(str(who["disputed"]), "DISPUTED")]
    async with payments.db.transaction() as tx:
        await tx.execute("UPDATE obligation SET state = 'LAPSED' WHERE state = 'SETTLED'")
    assert {name for name, _ in await payments.broken_invariants()} >= {"obligation_follows_attempt", "paid_stays_paid"}
    async with payments.db.transaction() as tx:
        await tx.execute("UPDATE obligation SET state = 'SETTLED' WHERE state = 'LAPSED' AND holder_id = $1", who["paid"])


async def test_what_stands_on_a_list_does_not_lapse_under_it(payments):
    who, _ = await failing(payments, fails="ACCOUNT_CLOSED")
    run = await proposed(payments, "2018-06", day="2018-06-30")
    payments.play("2018-07-01")
    await jobs.lapse_failed_payments(payments.resources)
    assert (await payments.states(who["fails"]))["2018-03"] == "FAILED"
    await payments.post(f"/v1/runs/{run['run_id']}/cancellation", {"reason": "x"})
    # The next list is drawn up without it, timer or not.
    again = await proposed(payments, "2018-06", day="2018-07-02")
    assert (again["lines"], (await payments.states(who["fails"]))["2018-03"]) == (run["lines"] - 1, "LAPSED")


async def test_the_circular_knows_no_deadline(circular):
    who, _ = await failing(circular, fails="ACCOUNT_CLOSED")
    circular.play("2018-12-01")
    await jobs.lapse_failed_payments(circular.resources)
    assert [row["retry_until"] for row in await worklist(circular)] == [None]
    assert (await circular.states(who["fails"]))["2018-03"] == "FAILED"


async def test_every_reason_is_told_in_both_languages(payments):
    items = (await payments.get("/v1/failure-reasons")).json()["items"]
    assert {one["code"] for one in items} >= {"ACCOUNT_CLOSED", "CARD_BLOCKED", "NAME_DIFFERS", "NOT_RECEIVED", "UNSPECIFIED"}
    assert all(one["todo_en"].isascii() and not one["todo_th"].isascii() for one in items)
    codes = [code for one in failure_reasons() for code in (one.code, *one.also)]
    assert len(codes) == len(set(codes))
    assert (failure_reason("AC04").code, failure_reason(None).code, failure_reason("X-99").code) == (
        "ACCOUNT_CLOSED",
        "UNSPECIFIED",
        "UNSPECIFIED",
    )
    assert Runs().lapsed_through(story.day("2018-07-01")) is None


async def test_a_back_pay_that_failed_is_work_too_and_has_no_deadline(payments):
    holder_id = await wished(payments, tier=Tier.OVER_30000)
    await pay(payments, "2018-03")
    await corrected(payments, holder_id, Tier.UP_TO_30000)
    await adjusted(payments, holder_id)
    await answer_all(payments, await payments.run("2018-04"), ResultStatus.FAILED, reason="ACCOUNT_CLOSED", on="2018-04-21")
    first = (await payments.get("/v1/failed-transfers", limit=1)).json()
    rest = (await payments.get("/v1/failed-transfers", limit=1, cursor=first["next_cursor"])).json()
    assert [(one["month"], one["adjustment_no"], one["amount_satang"], one["retry_until"]) for one in first["items"] + rest["items"]] == [
        ("2018-03", 1, 10000, None),
        ("2018-04", 0, 20000, "2018-07-31"),
    ]
    summary = (await payments.get("/v1/failed-transfers/summary")).json()
    assert [(one["payments"], one["amount_satang"]) for one in summary["waiting"]] == [(2, 30000)]
