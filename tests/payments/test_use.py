"""What banks report was used: a goods limit lapses into its envelope, e-money adds up to its end, and no report counts twice or against another."""

import asyncio
from dataclasses import replace
from datetime import date
from itertools import permutations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.payments.domain import AttemptState
from services.payments.invariants import INVARIANTS
from services.payments.rules import policy_file
from services.payments.rules.benefit import Benefit
from services.payments.rules.parameters import Parameters
from services.payments.rules.spending import usable_until
from services.payments.rules.use_reports import UseDisposition, UseReport, Wallet, judge_use
from shared.contracts import Event
from shared.contracts.common import Bank, Tier
from shared.contracts.payments import BankUseReported, PaymentInstructed, PaymentUseRequested, ResultStatus
from shared.http.ndjson import NDJSON
from tests.payments import story
from tests.payments.controls import controlled
from tests.payments.test_adjustments import adjusted, corrected, previewed, short
from tests.payments.test_disputes import resolve

MARCH = "2018-03"


def used(instruction, satang, *, month=MARCH, via=None, reference=None, at="2018-04-01"):
    """A bank's report of use, on its own results topic unless `via` names another bank's."""
    data = BankUseReported(
        instruction_id=instruction.instruction_id,
        bank=instruction.bank,
        month=month,
        used_satang=satang,
        bank_reference=reference or f"USE-{instruction.instruction_id[-12:]}-{month}",
    )
    topic = f"payments.results.{(via or instruction.bank).lower()}.v1"
    return Event.of(data, subject=instruction.instruction_id, time=story.at(at), topic=topic)


async def instructed(payments, month=MARCH, people=1, *, wish="2018-02-10", **more):
    """So many persons with an allowance whose month is out at the banks; their instructions of the month's run."""
    for _ in range(people):
        holder_id, events = story.person(**more)
        await payments.bring(*events, story.wish(holder_id, wish))
    return await again(payments, month)


async def again(payments, month):
    run = await payments.run(month)
    return [event.data for event in await payments.events(PaymentInstructed) if str(event.data.run_id) == run["run_id"]]


async def paid(payments, month=MARCH, people=1, **more):
    told = await instructed(payments, month, people, **more)
    await payments.bring(*[story.answered(one, on=f"{month}-21") for one in told])
    return told


async def holder_of(payments, instruction):
    async with payments.db.reading() as tx:
        return await tx.fetchval("SELECT holder_id FROM disbursement WHERE disbursement_id = $1::uuid", instruction.instruction_id)


async def statement(payments, instruction):
    return (await payments.get(f"/v1/holders/{await holder_of(payments, instruction)}/statement")).json()


async def wallet(payments, instruction):
    balance = (await statement(payments, instruction))["balance"]
    return balance["used_satang"], balance["lapsed_satang"], balance["to_spend_satang"]


async def envelope(payments, month=MARCH):
    (one,) = [one for one in (await payments.get("/v1/envelopes")).json()["items"] if one["month"] == month]
    return one["committed_satang"], one["spent_satang"]


async def exceptions(payments, who=None):
    return [one["disposition"] for one in (await payments.get("/v1/use-reports/exceptions", who)).json()["items"]]


async def test_an_instruction_says_what_where_and_until_when(payments):
    (march,) = await instructed(payments)
    assert march.usable_until == date(2018, 3, 31)
    assert (march.goods, march.shops) == (("CONSUMER_GOODS", "EDUCATION_GOODS", "FARM_INPUTS"), ("THONG_FAH", "NAMED_BY_COMMERCE"))
    (line,) = [orjson.loads(one) for one in (await payments.get("/v1/bank/instructions", payments.bank("KTB"))).content.splitlines()]
    assert (line["data"]["usable_until"], line["data"]["shops"]) == ("2018-03-31", ["THONG_FAH", "NAMED_BY_COMMERCE"])


def test_money_that_is_paid_late_is_never_worth_nothing():
    amended, circular = (Parameters.of(policy_file.load(name).parameters) for name in ("amended", "circular"))
    assert usable_until(amended, Benefit.GOODS_LIMIT, date(2018, 8, 20)) == date(2018, 8, 31)
    assert usable_until(amended, Benefit.E_MONEY, date(2018, 9, 1)) == date(2018, 12, 31)
    assert usable_until(amended, Benefit.E_MONEY, date(2019, 2, 3)) == date(2019, 2, 28)
    assert usable_until(circular, Benefit.GOODS_LIMIT, date(2018, 12, 20)) == date(2018, 12, 31)


async def test_what_is_left_of_a_goods_limit_lapses_into_its_envelope(payments):
    first, second, third = await paid(payments, people=3)
    assert await envelope(payments) == (0, 60000)
    payments.play("2018-04-02")
    await payments.bring(used(first, 15050), used(second, 0), used(third, 20000))
    assert [await wallet(payments, one) for one in (first, second, third)] == [(15050, 4950, 0), (0, 20000, 0), (20000, 0, 0)]
    assert await envelope(payments) == (0, 35050)
    balances = await payments.balances()
    assert (balances["SPENT"], balances["TREASURY"], balances["ALLOWANCE"], balances["IN_TRANSIT"]) == (35050, -35050, 0, 0)
    (month,) = (await payments.get("/v1/use-by-month")).json()["items"]
    assert (month["month"], month["paid_satang"], month["used_satang"], month["lapsed_satang"], month["not_reported"]) == (
        MARCH,
        60000,
        35050,
        24950,
        0,
    )
    moves = (await statement(payments, first))["movements"]
    assert [(one["movement"], one["amount_satang"], one["to_spend_satang"]) for one in moves] == [
        ("INSTRUCTED", 20000, 0),
        ("SETTLED", 20000, 20000),
        ("USED", 15050, 4950),
        ("LAPSED", 4950, 0),
    ]
    run_id = str(first.run_id)
    assert (await payments.close(run_id)).json()["status"] == "CLOSED"
    await payments.timer("prove_closed_runs")
    assert (await payments.get(f"/v1/runs/{run_id}/proof")).status_code == 200


async def test_every_wrong_report_has_its_end_and_moves_nothing(payments):
    (one,) = await paid(payments)
    await payments.bring(used(one, 100))  # the month is not over
    payments.play("2018-04-02")
    strange = one.model_copy(update={"instruction_id": "f" * 32})
    await payments.bring(
        used(one, 20001, reference="more"),
        used(one, 5, month="2018-02", reference="before"),
        used(one, 5, month="2018-04", reference="after"),
        used(one, 5, via="GSB"),
        used(strange, 5),
    )
    assert await wallet(payments, one) == (0, 0, 20000)
    assert sorted(await exceptions(payments)) == [
        "MONTH_NOT_OVER",
        "MONTH_OUTSIDE",
        "MONTH_OUTSIDE",
        "MORE_THAN_PAID",
        "REJECTED_WRONG_BANK",
        "UNKNOWN_INSTRUCTION",
    ]
    assert await exceptions(payments, payments.bank("GSB")) == ["REJECTED_WRONG_BANK"]
    for _ in range(2):
        await payments.bring(used(one, 100))  # told again when the month is over, and once more
    await payments.bring(used(one, 100, reference="another"), used(one, 99, reference="contradicts"))
    assert await wallet(payments, one) == (100, 19900, 0)
    assert (await exceptions(payments)).count("CONTRADICTS") == 1
    assert "MONTH_NOT_OVER" not in await exceptions(payments)


async def test_a_report_before_the_settlement_waits_for_it_and_one_of_a_payment_that_failed_is_shown(payments):
    first, second = await instructed(payments, people=2)
    payments.play("2018-04-02")
    await payments.bring(used(first, 500), used(second, 500))
    assert await exceptions(payments) == []
    await payments.timer("unspent_money_lapses")
    await payments.bring(story.answered(first), story.answered(second, ResultStatus.FAILED, reason="ACCOUNT_CLOSED"))
    for _ in range(2):
        await payments.timer("unspent_money_lapses")
    await payments.bring(used(first, 500), used(second, 500))
    assert (await wallet(payments, first), await wallet(payments, second)) == ((500, 19500, 0), (0, 0, 0))
    assert await exceptions(payments) == ["NOT_PAID"]


async def test_two_processes_with_the_same_reports_at_once_count_them_once(payments):
    told = await paid(payments, people=5)
    payments.play("2018-04-02")
    reports = [used(one, 7000) for one in told]
    await asyncio.gather(*(payments.bring(*order) for order in (reports, reports[::-1], reports[2:] + reports[:2])))
    assert [await wallet(payments, one) for one in told] == [(7000, 13000, 0)] * 5


async def test_a_return_of_what_was_spent_is_disputed_and_two_persons_take_use_and_lapse_back(payments):
    (one,) = await paid(payments)
    payments.play("2018-04-02")
    await payments.bring(used(one, 7000))
    await payments.bring(story.answered(one, ResultStatus.RETURNED, reason="CARD_BLOCKED", on="2018-04-02"))
    assert await wallet(payments, one) == (7000, 13000, 0)
    await resolve(payments, one, "RETURNED")
    assert await wallet(payments, one) == (0, 0, 0)
    assert await envelope(payments) == (0, 0)
    balances = await payments.balances()
    assert {balances[name] for name in ("SPENT", "TREASURY", "ALLOWANCE")} == {0}
    await payments.bring(used(one, 100, reference="after the return"))
    assert await exceptions(payments) == ["NOT_PAID"]


async def test_of_what_is_to_be_got_back_only_what_was_used_is_owed(payments):
    """The death becomes known before one report and after another."""
    before, after = await paid(payments, people=2)
    payments.play("2018-04-02")
    await payments.bring(used(after, 15000))
    payments.play("2018-04-03")
    await payments.bring(*[story.died(await holder_of(payments, one), on="2018-02-20", known="2018-04-03") for one in (before, after)])
    assert [(await statement(payments, one))["balance"]["recoverable_satang"] for one in (before, after)] == [20000, 15000]
    await payments.bring(used(before, 0))
    assert (await statement(payments, before))["balance"]["recoverable_satang"] == 0
    assert (await payments.balances())["RECOVERABLE"] == 15000


async def test_of_a_part_that_is_to_be_got_back_only_what_was_used_is_owed_whichever_comes_first(payments):
    before, after = await paid(payments, people=2)
    people = [await holder_of(payments, one) for one in (before, after)]
    payments.play("2018-04-02")
    await payments.bring(used(after, 5000))
    for holder_id in people:
        await corrected(payments, holder_id, Tier.OVER_30000)
    assert [short((await previewed(payments, one))["preview"]) for one in people] == [[(MARCH, "RECOVERY", 10000)], []]
    await adjusted(payments, people[0])
    assert (await payments.balances())["RECOVERABLE"] == 10000
    await payments.bring(used(before, 13000))
    assert (await payments.balances())["RECOVERABLE"] == 3000
    assert [(await previewed(payments, one))["preview"] for one in people] == [[], []]
    assert (await payments.get("/v1/differences")).json()["items"] == []


async def test_e_money_adds_up_over_the_months_and_ends_with_the_year(payments):
    await paid(payments, "2018-08")
    (september,) = await paid_again(payments, "2018-09")
    assert september.usable_until == date(2018, 12, 31)
    (october,) = await paid_again(payments, "2018-10")
    payments.play("2018-11-01")
    await payments.bring(
        used(september, 5000, month="2018-09"), used(september, 6000, month="2018-10"), used(october, 1000, month="2018-10")
    )
    balance = (await statement(payments, october))["balance"]
    assert (balance["used_satang"], balance["lapsed_satang"]) == (12000, 0)
    payments.play("2019-01-02")
    await payments.bring(used(september, 0, month="2018-12"), used(october, 2000, month="2018-12"))
    await payments.bring(used(september, 1, month="2018-11"))  # too late: what was left has lapsed
    balance = (await statement(payments, october))["balance"]
    assert (balance["used_satang"], balance["lapsed_satang"]) == (14000, 9000 + 17000)
    assert await exceptions(payments) == ["ENDED"]
    assert (await envelope(payments, "2018-09"), await envelope(payments, "2018-10")) == ((0, 11000), (0, 3000))


async def paid_again(payments, month):
    told = await again(payments, month)
    await payments.bring(*[story.answered(one, on=f"{month}-21") for one in told])
    return told


async def test_e_money_ends_with_the_month_of_a_death_once_that_month_is_reported(payments):
    (one,) = (await paid(payments, "2018-09"))[-1:]
    payments.play("2018-10-02")
    await payments.bring(used(one, 3000, month="2018-09"))
    assert (await statement(payments, one))["balance"]["lapsed_satang"] == 0
    payments.play("2018-10-05")
    await payments.bring(story.died(await holder_of(payments, one), on="2018-09-25", known="2018-10-05"))
    before = await envelope(payments, one.month)
    for _ in range(2):
        await payments.timer("unspent_money_lapses")
    assert (await statement(payments, one))["balance"]["lapsed_satang"] == 17000
    assert await envelope(payments, one.month) == (before[0], before[1] - 17000)


async def test_a_bank_reports_over_rest_line_by_line_and_is_asked_for_what_is_missing(payments):
    first, second = await paid(payments, people=2)
    payments.play("2018-04-02")
    asked = await payments.post("/v1/use-requests", {"month": MARCH})
    assert asked.json() == {"month": MARCH, "request_no": 1}
    assert (await payments.post("/v1/use-requests", {"month": "2018-04"})).json()["errors"][0]["field"] == "month"
    assert {event.data.bank for event in await payments.events(PaymentUseRequested)} == set(Bank)
    lines = (await payments.get("/v1/bank/instructions", payments.bank("KTB"))).content.splitlines()
    assert orjson.loads(lines[-1])["type"] == "payments.PaymentUseRequested.v1"
    line = {"instruction_id": first.instruction_id, "month": MARCH, "used_satang": 100, "bank_reference": "A"}
    other = line | {"instruction_id": second.instruction_id}
    body = b"\n".join(map(orjson.dumps, [line, line | {"used_satang": -1}, other, line]))
    told = await payments.client.post("/v1/bank/use-reports", content=body, headers=payments.bank("KTB") | {"Content-Type": NDJSON})
    shown = [orjson.loads(one) for one in told.content.splitlines()]
    assert [(one["standing"], one["disposition"]) for one in shown] == [
        ("TAKEN", "APPLIED"),
        ("REFUSED", None),
        ("TAKEN", "APPLIED"),
        ("REPEATED", "APPLIED"),
    ]
    assert shown[1]["errors"][0]["field"] == "used_satang"
    assert await wallet(payments, first) == (100, 19900, 0)


async def test_an_explanation_names_the_phase(payments):
    (one,) = await paid(payments)
    entitlement = await payments.entitlement(await holder_of(payments, one))
    for month, benefit, source in ((MARCH, "GOODS_LIMIT", "goods_limit_months"), ("2018-09", "E_MONEY", "e_money_months")):
        told = (await payments.get(f"/v1/entitlements/{entitlement['entitlement_id']}/explanation", month=month)).json()
        (rule,) = [rule for rule in told["as_known_now"]["rules"] if rule["rule"] == f"benefit.{benefit}"]
        assert (rule["policy_value"], rule["granted"]) == (source, True)
        assert "ร้านธงฟ้าประชารัฐ" in rule["words"]["th"]


async def test_under_a_set_that_knows_nothing_of_spending_nothing_is_reported_and_nothing_lapses(payments):
    old = policy_file.load("amended")
    without = {name: value for name, value in old.parameters.items() if name != "spending"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.payments.controls.policy_file.load", lambda _: replace(old, parameters=without))
        await controlled(payments, retry_months=4)
    (one,) = await paid(payments)
    assert (one.usable_until, one.goods) == (None, ())
    payments.play("2018-04-02")
    await payments.bring(used(one, 100))
    assert await exceptions(payments) == ["NOT_LIMITED"]
    assert (await wallet(payments, one))[:2] == (0, 0)


ATTACKS = [
    ("wallets_add_up", "USED", 20001),
    ("used_is_reported", "USE_TAKEN_BACK", 1),
    ("wallets_are_the_ledger", "LAPSE_TAKEN_BACK", 1),
    ("ledger_paid", "LAPSE_TAKEN_BACK", 1),
    ("commitments_are_lines", "LAPSED", 1),
]


async def test_a_satang_that_was_neither_used_nor_lapsed_is_found(payments):
    (one,) = await paid(payments)
    payments.play("2018-04-02")
    await payments.bring(used(one, 7000))
    sql = {invariant.name: invariant.sql for invariant in INVARIANTS}
    async with payments.db.pool.acquire() as connection:
        for name, kind, satang in ATTACKS:
            planted = connection.transaction()
            await planted.start()
            await connection.execute(
                """INSERT INTO wallet_entry SELECT disbursement_id, 9, $1, holder_id, use_month, $2, batch_id, entered_at
                     FROM wallet_entry WHERE entry_no = 1""",
                kind,
                satang,
            )
            assert await connection.fetch(sql[name]), name
            await planted.rollback()


AMOUNTS = st.integers(0, 300)
MONTHS = [date(2018, month, 1) for month in (9, 10, 11, 12)]


@given(st.lists(st.tuples(st.sampled_from(MONTHS), AMOUNTS), max_size=6))
def test_a_wallet_never_gives_more_than_it_had_and_ends_whole(told):
    wallet = Wallet(Bank.KTB, 200, AttemptState.SETTLED, MONTHS[0], date(2018, 12, 31), MONTHS[-1], {})
    for number, (month, satang) in enumerate(told):
        report = UseReport.of(via=Bank.KTB, bank=Bank.KTB, instruction_id="a", month=month, used_satang=satang, bank_reference=str(number))
        if judge_use(wallet, report, date(2019, 1, 1)) is UseDisposition.APPLIED:
            wallet = wallet.with_use(report).ended()
        assert wallet.used_satang + wallet.lapsed_satang + wallet.open_satang == 200
        assert wallet.open_satang >= 0
    assert wallet.open_satang == 0 or MONTHS[-1] not in wallet.told


def test_the_order_of_reports_in_one_batch_does_not_matter():
    told = [(MONTHS[0], 50), (MONTHS[2], 60), (MONTHS[3], 0)]
    ends = set()
    for order in permutations(told):
        wallet = Wallet(Bank.KTB, 200, AttemptState.SETTLED, MONTHS[0], date(2018, 12, 31), MONTHS[-1], {})
        for month, satang in order:
            report = UseReport.of(via=Bank.KTB, bank=Bank.KTB, instruction_id="a", month=month, used_satang=satang, bank_reference="r")
            assert judge_use(wallet, report, date(2019, 1, 1)) is UseDisposition.APPLIED
            wallet = wallet.with_use(report)
        ends.add((wallet.used_satang, wallet.ends_satang))
    assert ends == {(110, 90)}
