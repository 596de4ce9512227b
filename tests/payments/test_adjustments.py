"""What a late fact changes of months that were paid: previewed, proposed, approved by another person, paid once or booked as recoverable."""

import asyncio
from uuid import UUID

from services.payments import jobs
from services.payments.invariants import INVARIANTS
from services.payments.rules.conservation import HopName
from shared import invariants
from shared.auth import Level, Reach
from shared.contracts.common import Tier
from shared.contracts.interview import DecisionKind
from shared.contracts.payments import AllowanceNoticeRequested, ResultStatus
from shared.ids import new_id, same_id
from tests.payments import story
from tests.payments.conftest import CHECKER
from tests.payments.controls import proposed as listed
from tests.payments.test_corrections import differences, instructed, pay


async def previewed(payments, holder_id):
    answer = await payments.get(f"/v1/entitlements/{same_id('entitlement', holder_id)}/adjustments")
    assert answer.status_code == 200, answer.text
    return answer.json()


def short(lines):
    return [(one["month"], one["kind"], one["amount_satang"]) for one in lines]


async def proposed(payments, *holder_ids):
    body = {"holder_ids": [str(one) for one in holder_ids], "reason": "แก้ไขตามผลตรวจสอบ", "evidence_reference": "กค 1/2561"}
    return await payments.post("/v1/adjustments", body)


async def decided(payments, proposal_id, who=CHECKER, *, approved=True, version=1):
    headers = {**payments.caller(who), "If-Match": f'"{version}"'}
    return await payments.post(f"/v1/adjustments/{proposal_id}/decision", {"approved": approved, "reason": "ตรวจแล้ว"}, headers)


async def adjusted(payments, *holder_ids):
    """Proposed by one, approved by another; the proposal."""
    proposal = (await proposed(payments, *holder_ids)).json()
    answer = await decided(payments, proposal["proposal_id"])
    assert answer.status_code == 200, answer.text
    return answer.json()


async def differing(payments, run):
    """What the run does otherwise than the month before: cause, months and satang now, by person."""
    found = {}
    for one in (await payments.get(f"/v1/runs/{run['run_id']}/differences")).json()["items"]:
        found.setdefault(UUID(one["holder_id"]), []).append((one["cause"], one["months"], one["now_satang"]))
    return found


async def wished(payments, **more):
    holder_id, events = story.person(**more)
    tier = more.get("tier", Tier.UP_TO_30000)
    await payments.bring(*events, story.wish(holder_id, "2018-02-10", tier=tier), story.interviewed(holder_id, "2018-02-20"))
    return holder_id


async def corrected(payments, holder_id, tier, *, version=2, on="2018-04-06"):
    payments.play(on)
    await payments.bring(story.updated(holder_id, version=version, tier=tier, on=on))


async def answer_all(payments, run, status=ResultStatus.SETTLED, **more):
    for one in await instructed(payments, run):
        await payments.bring(story.answered(one, status, **more))


async def test_a_corrected_tier_is_back_paid_or_recovered_only_when_two_persons_say_so(payments):
    poorer, richer = await wished(payments, tier=Tier.OVER_30000), await wished(payments)
    await pay(payments, "2018-03")
    await corrected(payments, poorer, Tier.UP_TO_30000)
    await corrected(payments, richer, Tier.OVER_30000)
    assert short((await previewed(payments, poorer))["preview"]) == [("2018-03", "BACK_PAY", 10000)]
    assert short((await previewed(payments, richer))["preview"]) == [("2018-03", "RECOVERY", 10000)]
    answer = await proposed(payments, poorer, richer)
    proposal = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, f"/v1/adjustments/{proposal['proposal_id']}")
    assert (proposal["sums"]["to_pay_baht"], proposal["sums"]["to_get_back_satang"], proposal["sums"]["persons"]) == ("100.00", 10000, 2)
    # Nothing moves before another person has read and approved it.
    assert (await payments.balances())["RECOVERABLE"] == 0
    own = await decided(payments, proposal["proposal_id"], "maker")
    assert (own.status_code, own.json()["type"].endswith("decider-is-proposer")) == (409, True)
    assert (await decided(payments, proposal["proposal_id"], version=2)).status_code == 412
    assert (await decided(payments, proposal["proposal_id"])).json()["status"] == "APPROVED"
    assert (await decided(payments, proposal["proposal_id"])).status_code == 409
    assert (await payments.balances())["RECOVERABLE"] == 10000
    assert await differences(payments, poorer) == await differences(payments, richer) == []
    assert (await proposed(payments, poorer, richer)).json()["type"].endswith("nothing-to-adjust")
    april = await pay(payments, "2018-04")
    assert (april["lines"], april["amount_satang"]) == (3, 10000 + 20000 + 10000)
    # The preview said so, person by person; nothing was lost on the way, and the persons' own books tell it.
    assert await differing(payments, april) == {
        poorer: [("AMOUNT_CHANGED", ["2018-04"], 20000), ("BACK_PAID", ["2018-03"], 10000)],
        richer: [("AMOUNT_CHANGED", ["2018-04"], 10000)],
    }
    hops = (await payments.get(f"/v1/runs/{april['run_id']}/conservation")).json()["hops"]
    assert [(one["hop"], one["balanced"]) for one in hops] == [(name, True) for name in HopName]
    statement = (await payments.get(f"/v1/holders/{richer}/statement")).json()
    assert [(one["amount_satang"], one["reason"]) for one in statement["movements"] if one["movement"] == "OVERPAID"] == [
        (10000, "TIER_CORRECTED")
    ]
    for holder_id, paid, recoverable in ((richer, 30000, 10000), (poorer, 40000, 0)):
        account = (await payments.get(f"/v1/holders/{holder_id}/statement")).json()["balance"]
        assert (account["months"], account["paid_satang"], account["recoverable_satang"]) == (2, paid, recoverable)
        assert account["granted_satang"] == paid - recoverable
    paid = (await payments.payments(poorer))["obligations"]
    assert [(one["month"], one["adjustment_no"], one["amount_satang"], one["state"]) for one in paid] == [
        ("2018-03", 0, 10000, "SETTLED"),
        ("2018-03", 1, 10000, "SETTLED"),
        ("2018-04", 0, 20000, "SETTLED"),
    ]
    entries = (await previewed(payments, poorer))["entries"]
    assert [(one["adjustment_no"], one["kind"], one["booked_by"]) for one in entries] == [(1, "BACK_PAY", CHECKER)]
    # The notice of a first payment is told of the first month, once.
    assert len(await payments.events(AllowanceNoticeRequested, poorer)) == 1


async def test_what_comes_back_is_not_got_back_too(payments):
    holder_id = await wished(payments)
    march = await pay(payments, "2018-03")
    await corrected(payments, holder_id, Tier.OVER_30000)
    await adjusted(payments, holder_id)
    assert (await payments.balances())["RECOVERABLE"] == 10000
    await answer_all(payments, march, ResultStatus.RETURNED, reason="AC04", on="2018-04-10")
    assert (await payments.balances())["RECOVERABLE"] == 0
    movements = (await payments.get(f"/v1/holders/{holder_id}/statement")).json()["movements"]
    assert [one["movement"] for one in movements] == ["INSTRUCTED", "SETTLED", "OVERPAID", "RETURNED", "OVERPAYMENT_LIFTED"]
    assert [(one["kind"], one["booked_by"]) for one in (await previewed(payments, holder_id))["entries"]][1] == ("LIFT", "payments")
    # Not paid now: there is nothing to get back until it is.
    waiting = await previewed(payments, holder_id)
    assert (waiting["preview"], waiting["waiting_satang"]) == ([], 10000)
    await pay(payments, "2018-04")
    assert short((await previewed(payments, holder_id))["preview"]) == [("2018-03", "RECOVERY", 10000)]


async def test_a_back_pay_of_the_runs_own_month_makes_nobody_two_persons(payments):
    holder_id = await wished(payments, tier=Tier.OVER_30000)
    await pay(payments, "2018-03")
    run = await listed(payments, "2018-04")
    await payments.post(f"/v1/runs/{run['run_id']}/cancellation", {"reason": "ยอดเปลี่ยน"})
    # The month of a list keeps its tier, also of one that was cancelled.
    await corrected(payments, holder_id, Tier.UP_TO_30000, on="2018-04-21")
    await adjusted(payments, holder_id)
    run = await listed(payments, "2018-04", day="2018-04-22")
    assert (run["lines"], run["persons_before"], run["persons_now"]) == (3, 1, 1)
    assert await differing(payments, run) == {holder_id: [("BACK_PAID", ["2018-03", "2018-04"], 20000)]}
    assert (await payments.get(f"/v1/runs/{run['run_id']}/conservation")).json()["balanced"]


async def test_for_a_month_that_lapsed_no_money_is_granted_any_more(payments):
    holder_id = await wished(payments, tier=Tier.OVER_30000)
    await pay(payments, "2018-03", holder_id)
    await corrected(payments, holder_id, Tier.UP_TO_30000)
    assert short((await previewed(payments, holder_id))["preview"]) == [("2018-03", "BACK_PAY", 10000)]
    assert len(await differences(payments, holder_id)) == 1
    proposal = (await proposed(payments, holder_id)).json()
    payments.play("2018-07-01")
    await jobs.lapse_failed_payments(payments.resources)
    assert (await payments.states(holder_id))["2018-03"] == "LAPSED"
    waiting = await previewed(payments, holder_id)
    assert (waiting["preview"], waiting["waiting_satang"], await differences(payments, holder_id)) == ([], 0, [])
    assert (await decided(payments, proposal["proposal_id"])).json()["type"].endswith("adjustment-moved")
    assert (await proposed(payments, holder_id)).json()["type"].endswith("nothing-to-adjust")
    account = (await payments.get(f"/v1/holders/{holder_id}/statement")).json()["balance"]
    assert (account["months"], account["granted_satang"], account["unpaid_satang"]) == (0, 0, 0)


async def test_a_correction_that_is_reversed_cancels_back_pay_that_nobody_has_paid_even_from_an_approved_list(payments):
    holder_id = await wished(payments, tier=Tier.OVER_30000)
    await pay(payments, "2018-03")
    await corrected(payments, holder_id, Tier.UP_TO_30000)
    await adjusted(payments, holder_id)
    payments.play("2018-04-20")
    run_id = (await payments.post("/v1/runs", {"month": "2018-04"})).json()["run_id"]
    await payments.work()
    body = {"list_hash": (await payments.get(f"/v1/runs/{run_id}")).json()["list_hash"]}
    assert (await payments.post(f"/v1/runs/{run_id}/approval", body, payments.caller(CHECKER))).status_code == 200
    await corrected(payments, holder_id, Tier.OVER_30000, version=3, on="2018-04-21")
    # The month of the list keeps its tier too, as any that is on a list.
    assert short((await previewed(payments, holder_id))["preview"]) == [("2018-03", "CANCEL", 10000)]
    await adjusted(payments, holder_id)
    await payments.post(f"/v1/runs/{run_id}/release", None, payments.caller(CHECKER))
    await payments.work()
    lines = (await payments.get(f"/v1/runs/{run_id}/lines")).json()["items"]
    assert sorted((one["month"], one["amount_satang"], one["state"], one["reason"]) for one in lines) == [
        ("2018-03", 10000, "HELD", "NOT_PAYABLE"),
        ("2018-04", 20000, "OPEN", None),
    ]
    await answer_all(payments, {"run_id": run_id}, on="2018-04-22")
    assert (await payments.close(run_id)).status_code == 200
    assert short((await previewed(payments, holder_id))["preview"]) == [("2018-04", "RECOVERY", 10000)]
    # A stop and its reversal do not bring the cancelled one back.
    await payments.bring(story.decided(holder_id, DecisionKind.CHOSE_NOTHING, "2018-04-25"))
    await payments.bring(story.decided(holder_id, DecisionKind.REINSTATE, "2018-04-26", effective_month="2018-03"))
    assert [one["payable"] for one in (await payments.payments(holder_id))["obligations"]] == [True, False, True]


async def test_a_death_reported_late_is_noted_at_once_and_demanded_when_two_persons_say_so_and_never_more_than_was_paid(payments):
    holder_id = await wished(payments)
    for month in ("2018-03", "2018-04"):
        await pay(payments, month)
    await corrected(payments, holder_id, Tier.OVER_30000, on="2018-05-02")
    await adjusted(payments, holder_id)
    assert (await payments.balances())["RECOVERABLE"] == 20000
    death = story.died(holder_id, on="2018-03-30", known="2018-05-03")
    await payments.bring(type(death).of(death.data.model_copy(update={"tier": Tier.OVER_30000}), subject=holder_id, time=death.time))
    # Of March a half, of April the whole.
    assert (await payments.balances())["RECOVERABLE"] == 30000
    assert await differences(payments, holder_id, cause="PAID_NOT_DUE") == [("2018-04", "PAID_NOT_DUE", -20000, 20000)]
    assert short((await previewed(payments, holder_id))["preview"]) == [("2018-04", "DEMAND", 20000)]
    await adjusted(payments, holder_id)
    assert (await payments.balances())["RECOVERABLE"] == 30000
    assert await differences(payments, holder_id) == []
    assert (await proposed(payments, holder_id)).status_code == 409


async def test_a_month_missed_by_a_wrong_death_is_granted_by_two_persons_and_not_paid_again_when_a_committee_reinstates(payments):
    holder_id = await wished(payments)
    await pay(payments, "2018-03")
    await payments.bring(story.died(holder_id, on="2018-03-30", known="2018-04-02"))
    await pay(payments, "2018-04")
    await payments.bring(story.alive_again(holder_id, wrong="2018-03-30", on="2018-04-28"))
    payments.play("2018-04-29")
    assert short((await previewed(payments, holder_id))["preview"]) == [("2018-04", "GRANT", 20000)]
    await adjusted(payments, holder_id)
    assert "2018-04" in (await payments.entitlement(holder_id))["months"]
    await payments.bring(story.decided(holder_id, DecisionKind.REINSTATE, "2018-05-02", effective_month="2018-04"))
    await pay(payments, "2018-05")
    assert await payments.states(holder_id) == {"2018-03": "SETTLED", "2018-04": "SETTLED", "2018-05": "SETTLED"}
    assert await differences(payments, holder_id) == []


async def test_of_two_proposals_for_the_same_months_one_is_booked(payments):
    holder_id = await wished(payments, tier=Tier.OVER_30000)
    await pay(payments, "2018-03")
    await corrected(payments, holder_id, Tier.UP_TO_30000)
    ids = [(await proposed(payments, holder_id)).json()["proposal_id"] for _ in range(4)]
    answers = await asyncio.gather(*(decided(payments, one, f"checker-{one}") for one in ids))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    moved = next(answer.json() for answer in answers if answer.status_code == 409)
    assert (moved["type"].endswith("adjustment-moved"), moved["now"]) == (True, [])
    assert (await pay(payments, "2018-04"))["amount_satang"] == 10000 + 20000
    left = next(one for one, answer in zip(ids, answers, strict=True) if answer.status_code == 409)
    assert (await payments.post(f"/v1/adjustments/{left}/withdrawal", {"reason": "ซ้ำ กับรายอื่น"})).json()["status"] == "WITHDRAWN"
    listed = (await payments.get("/v1/adjustments", status="APPROVED")).json()["items"]
    assert len(listed) == 1


async def test_who_may_propose_and_read(payments):
    holder_id = await wished(payments, tier=Tier.OVER_30000)
    await pay(payments, "2018-03")
    await corrected(payments, holder_id, Tier.UP_TO_30000)
    district = payments.caller(reach=Reach(Level.DISTRICT, "8101"))
    body = {"holder_ids": [str(holder_id)], "reason": "แก้ไข", "evidence_reference": "1"}
    assert (await payments.post("/v1/adjustments", body, district)).status_code == 404
    path = f"/v1/entitlements/{same_id('entitlement', holder_id)}/adjustments"
    assert (await payments.get(path, district)).status_code == 200
    assert (await payments.get(path, payments.caller(reach=Reach(Level.DISTRICT, "1001")))).status_code == 404
    strange = (await proposed(payments, new_id())).json()
    assert strange["errors"][0]["field"] == "holder_ids"
    for wanted in ("/v1/adjustments", f"/v1/adjustments/{new_id()}", path):
        assert (await payments.get(wanted, payments.caller(scopes=("x:y",)))).status_code == 403
    proposal = (await proposed(payments, holder_id)).json()["proposal_id"]
    assert (await payments.get(f"/v1/adjustments/{proposal}", district)).status_code == 404
    rejected = (await decided(payments, proposal, approved=False)).json()
    assert (rejected["status"], rejected["decision_reason"]) == ("REJECTED", "ตรวจแล้ว")
    assert (await pay(payments, "2018-04"))["lines"] == 1


ADJUSTMENT = """INSERT INTO adjustment (holder_id, benefit_month, adjustment_no, kind, amount_satang, cause, disbursement_id, proposal_id, booked_by, booked_at)
                VALUES ($1, '2018-03-01', 9, '{}', {}, 'x', {}, {}, 'thief', now())"""
PAYMENT = "(SELECT disbursement_id FROM disbursement WHERE holder_id = $1 LIMIT 1)"
NOBODY = "gen_random_uuid()"
PLANTED = {
    "back-pay that nobody approved": ("adjustments_were_approved", ADJUSTMENT.format("BACK_PAY", 10000, "NULL", NOBODY)),
    "back-pay that is not owed": ("back_pay_was_booked", ADJUSTMENT.format("BACK_PAY", 10000, "NULL", NOBODY)),
    "back-pay that was not booked": (
        "back_pay_was_booked",
        """INSERT INTO obligation (holder_id, programme, benefit_month, amount_satang, tier, state, payable)
           VALUES ($1, 'TOP_UP_2561#7', '2018-03-01', 10000, 'UP_TO_30000', 'DUE', true)""",
    ),
    "more got back than was paid": ("recovered_of_what_was_paid", ADJUSTMENT.format("RECOVERY", 20001, PAYMENT, NOBODY)),
    "a recovery beside the ledger": ("ledger_recoverable", ADJUSTMENT.format("RECOVERY", 1, PAYMENT, NOBODY)),
    "a due month that no list looks for": ("late_is_found", "UPDATE obligation SET state = 'DUE' WHERE holder_id = $1"),
    "a back-pay that no list looks for": (
        "late_is_found",
        """INSERT INTO obligation (holder_id, programme, benefit_month, amount_satang, tier, state, payable)
           VALUES ($1, 'TOP_UP_2561#8', '2018-03-01', 10000, 'UP_TO_30000', 'DUE', true)""",
    ),
    "a lift of what was not booked": ("recovered_of_what_was_paid", ADJUSTMENT.format("LIFT", 1, PAYMENT, NOBODY)),
}


async def test_what_must_never_happen_is_seen(payments):
    holder_id = await wished(payments)
    await pay(payments, "2018-03")
    for name, (rule, sql) in PLANTED.items():
        async with payments.db.pool.acquire() as connection:
            planted = connection.transaction()
            await planted.start()
            await connection.execute(sql, holder_id)
            broken = {one.name for one in await invariants.check(connection, INVARIANTS)}
            await planted.rollback()
        assert rule in broken, name
