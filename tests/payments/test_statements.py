"""A person's account and statement, as data and on paper, and that all accounts together are the ledger's."""

from uuid import UUID

import httpx
import pytest

from shared.auth import Level, Reach
from shared.contracts.payments import PaymentInstructed, ResultStatus
from shared.http import Neighbour
from tests.payments import story
from tests.support.pdf import read_pdf

NAMES = {"prefix": "นาง", "first_name": "ก้อนทอง", "last_name": "ปู่สิริวัฒน์", "citizen_id_masked": "1-0000-xxxxx-01-7", "card_no_masked": "x"}


async def a_years_story(payments):
    """March failed and was paid with April, April came back, May was paid after a death in March that became known in June."""
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"))
    march = await payments.run("2018-03")
    (one,) = [event.data for event in await payments.events(PaymentInstructed)]
    await payments.bring(story.answered(one, ResultStatus.FAILED, reason="ACCOUNT_CLOSED"))
    await payments.close(march["run_id"])
    april = await payments.run("2018-04")
    told = [event.data for event in await payments.events(PaymentInstructed) if str(event.data.run_id) == april["run_id"]]
    await payments.bring(*[story.answered(paid, on="2018-04-21") for paid in told])
    payments.play("2018-04-25")
    (back,) = [paid for paid in told if paid.month == "2018-04"]
    await payments.bring(story.answered(back, ResultStatus.RETURNED, reason="CARD_BLOCKED", on="2018-04-25"))
    payments.play("2018-06-01")
    await payments.bring(story.died(holder_id, on="2018-02-20", known="2018-06-01"))
    return holder_id


async def statement(payments, holder_id, who=None, **query):
    return await payments.get(f"/v1/holders/{holder_id}/statement", who, **query)


async def test_a_statement_tells_every_movement_and_what_was_paid_by_then(payments):
    holder_id = await a_years_story(payments)
    told = (await statement(payments, holder_id)).json()
    assert [
        (one["day"], one["month"], one["attempt_no"], one["movement"], one["reason"], one["paid_satang"]) for one in told["movements"]
    ] == [
        ("2018-03-20", "2018-03", 1, "INSTRUCTED", None, 0),
        ("2018-03-20", "2018-03", 1, "FAILED", "ACCOUNT_CLOSED", 0),
        ("2018-04-20", "2018-03", 2, "INSTRUCTED", None, 0),
        ("2018-04-20", "2018-04", 1, "INSTRUCTED", None, 0),
        ("2018-04-21", "2018-03", 2, "SETTLED", None, 20000),
        ("2018-04-21", "2018-04", 1, "SETTLED", None, 40000),
        ("2018-04-25", "2018-04", 1, "RETURNED", "CARD_BLOCKED", 20000),
        ("2018-06-01", "2018-03", 2, "OVERPAID", "DECEASED", 20000),
    ]
    assert told["balance"] == {
        "holder_id": str(holder_id),
        "months": 0,
        "granted_satang": 0,
        "paid_satang": 20000,
        "out_satang": 0,
        "unpaid_satang": 0,
        "recoverable_satang": 20000,
        "used_satang": 0,
        "lapsed_satang": 0,
        "to_spend_satang": 20000,
    }
    april = (await statement(payments, holder_id, first_day="2018-04-21", last_day="2018-04-21")).json()["movements"]
    assert [one["paid_satang"] for one in april] == [20000, 40000]
    turned = await statement(payments, holder_id, first_day="2018-05-01", last_day="2018-04-01")
    assert turned.json()["errors"][0]["field"] == "last_day"


async def test_the_accounts_of_all_persons_are_together_what_the_ledger_says(payments):
    people = [story.person() for _ in range(5)]
    await payments.bring(*[event for _, events in people for event in events])
    await payments.bring(*[story.wish(holder_id, "2018-02-10") for holder_id, _ in people])
    await payments.run("2018-03")
    first, second, third, *_ = [event.data for event in await payments.events(PaymentInstructed)]
    await payments.bring(story.answered(first), story.answered(second), story.answered(third, ResultStatus.FAILED, reason="X"))
    page = (await payments.get("/v1/holder-balances", limit=3)).json()
    rest = (await payments.get("/v1/holder-balances", limit=3, cursor=page["next_cursor"])).json()
    accounts = page["items"] + rest["items"]
    assert [UUID(one["holder_id"]) for one in accounts] == sorted(holder_id for holder_id, _ in people)
    assert all(
        one["granted_satang"] == one["paid_satang"] + one["out_satang"] + one["unpaid_satang"] - one["recoverable_satang"]
        for one in accounts
    )
    ledger = await payments.balances()
    assert sum(one["paid_satang"] for one in accounts) == -ledger["TREASURY"] == 40000
    assert sum(one["out_satang"] for one in accounts) == -ledger["IN_TRANSIT"] == 40000
    far = payments.caller("chief", ("payments.entitlements:read",), Reach(Level.DISTRICT, "1001"))
    assert (await payments.get("/v1/holder-balances", far)).json()["items"] == []
    assert (await statement(payments, people[0][0], far)).status_code == 404
    assert (await payments.get(f"/v1/holders/{people[0][0]}/statement.pdf", far, names="false")).status_code == 404
    assert (await statement(payments, people[0][0], payments.bank("KTB"))).status_code == 403


@pytest.fixture
async def registry(payments, monkeypatch):
    """The registry as the service calls it; the requests that came."""
    came = []

    def answer(request):
        came.append(request)
        return httpx.Response(200, json=NAMES)

    neighbour = Neighbour("registry", "http://registry")
    neighbour.__dict__["_client"] = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://registry")
    monkeypatch.setattr(payments.resources, "registry", neighbour)
    yield came
    await neighbour.close()


async def test_a_statement_on_paper_has_its_marks_whole_and_years_of_the_buddhist_era(payments, registry):
    holder_id = await a_years_story(payments)
    path = f"/v1/holders/{holder_id}/statement.pdf"
    answer = await payments.get(path)
    assert answer.headers["content-type"] == "application/pdf"
    page = read_pdf(answer.content)
    for words in (
        "นางก้อนทอง ปู่สิริวัฒน์",
        "1-0000-xxxxx-01-7",
        "มี.ค. 2561",
        "21 เม.ย. 2561",
        "จ่ายสำเร็จ",
        "เงินถูกส่งคืน (CARD_BLOCKED)",
        "1 มิถุนายน 2561",
        "200.00",
    ):
        assert words in page, words
    assert page.fonts == {("Sarabun-Regular", True), ("Sarabun-Bold", True)}
    assert [request.url.path for request in registry] == [f"/v1/card-holders/{holder_id}/names"]
    assert (await payments.get(path)).content == answer.content
    blank = await payments.get(path, names="false", digits="thai")
    assert "๒๑ เม.ย. ๒๕๖๑" in read_pdf(blank.content)
    assert len(registry) == 2
