"""What a run would pay, and why it differs from the month before: person by person, adding up."""

from collections import Counter

from services.payments.domain import Change, HoldCause, HoldReason
from services.payments.rules.run_differences import explain
from shared.auth import Level, Reach
from shared.contracts.common import Bank, Tier
from shared.contracts.payments import PaymentInstructed, ResultStatus, StopReason
from tests.payments import story
from tests.payments.conftest import CHECKER
from tests.payments.controls import paid, proposed

KRABI = Reach(Level.PROVINCE, "81")
BANGKOK = Reach(Level.DISTRICT, "1001")


async def march(payments):
    """Nine persons in March; what became of them until April's cut-off, by name."""
    names = ("stays", "dies", "moves", "changes_bank", "richer", "fails", "merged", "kept", "cardless")
    people = {name: story.person() for name in names}
    await payments.bring(*[event for _, events in people.values() for event in events])
    who = {name: holder_id for name, (holder_id, _) in people.items()}
    await payments.bring(*[story.wish(holder_id, "2018-02-10") for holder_id in who.values()])
    run = await payments.run("2018-03")
    instructed = {
        line["holder_id"]: line["instruction_id"]
        for line in (await payments.get(f"/v1/runs/{run['run_id']}/lines", limit=200)).json()["items"]
    }
    failing = instructed[str(who["fails"])]
    await payments.bring(
        *[
            story.answered(event.data, ResultStatus.FAILED, reason="ACCOUNT_CLOSED")
            if event.data.instruction_id == failing
            else story.answered(event.data)
            for event in await payments.events(PaymentInstructed)
        ]
    )
    (new, news), (late, more) = story.person(subdistrict="100101"), story.person(bank=Bank.GSB)
    await payments.bring(*news, *more)
    await payments.bring(
        story.died(who["dies"], on="2018-03-25"),
        story.moved(who["moves"], to="100101", on="2018-03-25"),
        story.payee(who["changes_bank"], bank=Bank.BAAC, version=2),
        story.updated(who["richer"], version=2, tier=Tier.OVER_30000, on="2018-03-26"),
        story.merged(who["merged"], who["kept"], on="2018-03-26"),
        story.payee(who["cardless"], version=2, card_cancelled=True),
        story.wish(new, "2018-03-12"),
        story.wish(late, "2018-02-27", received_on="2018-03-26", approved_late=True),
    )
    return run, who | {"new": new, "late": late}


async def test_everything_that_differs_from_the_month_before_is_explained_and_adds_up(payments):
    first, who = await march(payments)
    assert (first["compared_with"], first["persons_before"], first["cut_off_at"][:10]) == (None, None, "2018-03-20")
    assert (await payments.get(f"/v1/runs/{first['run_id']}/preview")).json()["differences"] == []
    run = await proposed(payments, "2018-04")
    path = f"/v1/runs/{run['run_id']}"
    seen = (await payments.get(f"{path}/preview")).json()
    assert (seen["compared_with"], seen["persons_before"], seen["persons_now"]) == ("2018-03", 9, 9)  # two came, two went
    assert (seen["lines"], seen["amount_satang"]) == (run["lines"], run["amount_satang"])
    assert (seen["lines"], seen["amount_satang"]) == tuple(sum(one[name] for one in seen["totals"]) for name in ("lines", "amount_satang"))
    [held] = [one for one in seen["totals"] if one["held"]]
    assert (held["held"], held["bank"], held["province"], held["lines"]) == ("NO_PAYEE", None, "81", 1)
    assert sum(one["lines"] for one in seen["totals"] if one["month"] == "2018-03") == 2
    expected = {
        "dies": [("STOPPED", "DECEASED")],
        "moves": [("DISTRICT_CHANGED", None)],
        "changes_bank": [("BANK_CHANGED", None)],
        "richer": [("AMOUNT_CHANGED", None)],
        "fails": [("BACK_PAID", "FAILED")],
        "merged": [("STOPPED", "MERGED")],
        "cardless": [("BANK_CHANGED", None), ("MISSED", "NO_PAYEE")],
        "new": [("NEW", None)],
        "late": [("BACK_PAID", "DUE"), ("NEW", None)],
    }
    counts = {(one["cause"], one["reason"]): one["persons"] for one in seen["differences"]}
    assert counts == Counter(what for causes in expected.values() for what in causes)
    for name, holder_id in who.items():
        rows = (await payments.get(f"{path}/differences", holder_id=str(holder_id))).json()["items"]
        assert sorted((row["cause"], row["reason"]) for row in rows) == sorted(expected.get(name, []), key=str), name
        assert all(row["explanation_en"] and row["explanation_th"] for row in rows)
    [moved] = (await payments.get(f"{path}/differences", cause="DISTRICT_CHANGED")).json()["items"]
    assert (moved["before"], moved["now"], moved["holder_id"]) == ("8101", "1001", str(who["moves"]))
    [richer] = (await payments.get(f"{path}/differences", cause="AMOUNT_CHANGED")).json()["items"]
    assert (richer["before_satang"], richer["now_satang"]) == (20000, 10000)
    [late, fails] = (await payments.get(f"{path}/differences", cause="BACK_PAID")).json()["items"]
    assert {late["months"][0], fails["months"][0]} == {"2018-03"}


async def test_a_narrow_reach_sees_its_own_part_of_a_preview_and_pages_add_up(payments):
    await march(payments)
    run = await proposed(payments, "2018-04")
    path = f"/v1/runs/{run['run_id']}"
    here, there = [(await payments.get(f"{path}/preview", payments.caller(reach=reach))).json() for reach in (KRABI, BANGKOK)]
    assert (here["persons_now"], there["persons_now"]) == (None, None)
    assert here["lines"] + there["lines"] == run["lines"]
    assert {one["province"] for one in there["totals"]} == {"10"}
    # The mover is of both: nobody is paid twice, but both districts can look.
    for reach, causes in ((BANGKOK, {"DISTRICT_CHANGED", "NEW"}), (Reach(Level.DISTRICT, "9001"), set())):
        rows = (await payments.get(f"{path}/differences", payments.caller(reach=reach))).json()["items"]
        assert {row["cause"] for row in rows} == causes
    assert (await payments.get(f"{path}/preview", payments.caller(reach=Reach(Level.DISTRICT, "9001")))).status_code == 404
    assert (await payments.get(f"{path}/preview", payments.bank("KTB"))).status_code == 404
    rows, cursor = [], None
    while True:
        answer = (await payments.get(f"{path}/differences", limit=4, **({"cursor": cursor} if cursor else {}))).json()
        rows += answer["items"]
        if (cursor := answer["next_cursor"]) is None:
            break
    keys = [(row["cause"], row["holder_id"]) for row in rows]
    assert (len(keys), keys) == (11, sorted(set(keys)))


async def test_a_run_of_failed_payments_takes_nothing_else(payments):
    first, who = await march(payments)
    wrong = await payments.post("/v1/runs", {"month": "2018-02", "kind": "FAILED_ONLY"})
    assert (wrong.status_code, wrong.json()["errors"][0]["allowed"]) == (422, "= 2018-03")
    again = await proposed(payments, "2018-03", day="2018-03-28", kind="FAILED_ONLY")
    assert (again["kind"], again["lines"], again["amount_satang"]) == ("FAILED_ONLY", 1, 20000)
    seen = (await payments.get(f"/v1/runs/{again['run_id']}/preview")).json()
    assert [(one["cause"], one["reason"], one["persons"]) for one in seen["differences"]] == [("BACK_PAID", "FAILED", 1)]
    again = await paid(payments, again, CHECKER)
    await payments.bring(
        *[story.answered(one.data) for one in await payments.events(PaymentInstructed) if str(one.data.run_id) == again["run_id"]]
    )
    assert await payments.states(who["fails"]) == {"2018-03": "SETTLED"}
    # Who was on both lists of March is one person of the month before, and nobody is paid March twice.
    april = await proposed(payments, "2018-04")
    assert (april["persons_before"], april["persons_now"]) == (9, 9)
    assert sum(one["lines"] for one in (await payments.get(f"/v1/runs/{april['run_id']}/preview")).json()["totals"]) == 10
    for run in (first, again):
        assert (await payments.close(run["run_id"])).status_code == 200


def test_every_cause_and_reason_has_words_in_both_languages():
    assert all(len(set(explain(cause, None))) == 2 for cause in Change)
    for reason in (*StopReason, *HoldReason, *HoldCause):
        if reason not in {HoldReason.PAID, HoldReason.BANK_CHANGED}:  # never at the cut-off
            english, thai = explain(Change.STOPPED, reason)
            assert str(reason) not in english + thai
