"""Who may see and do what; two approvals at once; what the answers are when the asking is wrong."""

import asyncio
from uuid import UUID

import pytest

from shared.auth import Level, Reach
from shared.contracts.common import Bank
from shared.ids import new_id, same_id
from tests.payments import story
from tests.payments.conftest import CHECKER, SCOPES

GETS = (
    "/v1/entitlements",
    f"/v1/entitlements/{new_id()}",
    f"/v1/entitlements/{new_id()}/history",
    f"/v1/entitlements/{new_id()}/payments",
    "/v1/refused-wishes",
    "/v1/runs",
    f"/v1/runs/{new_id()}",
    f"/v1/runs/{new_id()}/lines",
    f"/v1/runs/{new_id()}/preview",
    f"/v1/runs/{new_id()}/differences",
    "/v1/holds",
    f"/v1/holds/{new_id()}",
    "/v1/recalls",
    "/v1/recalled-payments",
    "/v1/failure-reasons",
    "/v1/failed-transfers",
    "/v1/failed-transfers/summary",
    f"/v1/runs/{new_id()}/conservation",
    "/v1/results/exceptions",
    f"/v1/runs/{new_id()}/proof",
    f"/v1/runs/{new_id()}/proof/lines",
    f"/v1/runs/{new_id()}/proof/inclusions?holder_id={new_id()}",
    "/v1/holder-balances",
    f"/v1/holders/{new_id()}/statement",
    f"/v1/holders/{new_id()}/statement.pdf",
    "/v1/bank/instructions",
    "/v1/bank-files/instructions",
    "/v1/bank-files",
    f"/v1/bank-files/{new_id()}",
    f"/v1/bank-files/{new_id()}/refusals.csv",
    "/v1/ledger/trial-balance",
    "/v1/ledger/days",
    "/v1/ledger/days/verification",
    "/v1/ledger/export.csv?first_day=2018-03-01&last_day=2018-03-31",
    "/v1/policy",
    "/v1/policies",
    "/v1/policies/1",
    "/v1/policies/1/calendar",
    "/v1/policy-proposals",
    f"/v1/policy-proposals/{new_id()}",
    "/v1/adjustments",
    f"/v1/adjustments/{new_id()}",
    "/v1/differences",
    f"/v1/entitlements/{new_id()}/adjustments",
    f"/v1/entitlements/{new_id()}/explanation?month=2018-03",
)
POSTS = (
    ("/v1/runs", {"month": "2018-03"}, {"month": "2018-3"}),
    (f"/v1/runs/{new_id()}/approval", {"list_hash": "0" * 64}, {"list_hash": "abc"}),
    (f"/v1/runs/{new_id()}/release", None, None),
    (f"/v1/runs/{new_id()}/cancellation", {"reason": "x"}, {"reason": ""}),
    (f"/v1/runs/{new_id()}/status-requests", None, None),
    (f"/v1/runs/{new_id()}/close", None, None),
    (f"/v1/runs/{new_id()}/proof", None, None),
    (
        "/v1/bank-results",
        {
            "results": [
                {"instruction_id": "0" * 32, "status": "SETTLED", "amount_satang": 1, "value_date": "2018-03-21", "bank_reference": "r"}
            ]
        },
        {"results": []},
    ),
    (
        "/v1/policies",
        {"based_on": 1, "changes": {"visit_age_max": {"value": 61, "reference": "มติ ๑"}}, "reason": "xyz"},
        {"based_on": 1, "changes": {}, "reason": "xyz"},
    ),
    ("/v1/adjustments", {"holder_ids": [str(new_id())], "reason": "xyz", "evidence_reference": "1"}, {"holder_ids": []}),
)
KRABI = Reach(Level.DISTRICT, "8101")


async def two_people(payments):
    """One of Krabi, one of Bangkok, both paid in March by different banks; the run."""
    here, events = story.person(bank=Bank.GSB)
    there, more = story.person(subdistrict="100101")
    await payments.bring(*events, *more, story.wish(here, "2018-02-10"), story.wish(there, "2018-02-10"))
    return here, there, await payments.run("2018-03")


async def test_without_a_token_or_the_scope_nothing_is_told(payments):
    for path in GETS:
        assert (await payments.client.get(path)).status_code == 401
        assert (await payments.get(path, payments.caller(scopes=("x:y",)))).status_code == 403
    for path, body, _ in POSTS:
        assert (await payments.post(path, body, payments.caller(scopes=("x:y",)))).status_code == 403


async def test_a_bad_body_is_422_and_a_narrow_reach_sees_no_runs(payments):
    scopes = (*SCOPES, "payments.results:write")
    for path, body, bad in POSTS:
        assert (await payments.post(path, body, payments.caller(scopes=scopes, reach=KRABI))).status_code == 404, path
        if bad is not None:
            who = payments.bank("KTB") if path == "/v1/bank-results" else payments.caller(scopes=scopes)
            assert (await payments.post(path, bad, who)).status_code == 422, path


@pytest.mark.parametrize("month", ["0000-01", "1899-12", "9999-12", "๒๕๖๑-๐๓"])
async def test_a_month_that_the_calendar_or_the_code_does_not_have_is_422(payments, month):
    assert (await payments.post("/v1/runs", {"month": month}, payments.caller())).status_code == 422
    assert (await payments.get("/v1/ledger/trial-balance", payments.caller(), month=month)).status_code == 422


@pytest.mark.parametrize("letter_id", [0, 2**63])
async def test_a_dead_letter_of_no_possible_number_is_422(payments, letter_id):
    operator = payments.caller(scopes=("payments.operations:read", "payments.operations:write"))
    assert (await payments.post(f"/v1/operations/dead-letters/{letter_id}/replay", None, operator)).status_code == 422
    assert (await payments.get("/v1/operations/dead-letters", operator, after=2**63)).status_code == 422


async def test_unknown_things_are_404(payments):
    for path in (GETS[1], GETS[2], GETS[3], GETS[6]):
        assert (await payments.get(path)).status_code == 404
    for path, body, _ in POSTS[1:6]:
        assert (await payments.post(path, body)).status_code == 404


@pytest.mark.parametrize(
    ("reach", "sees"),
    [
        (Reach.country(), 2),
        (Reach(Level.PROVINCE, "81"), 1),
        (KRABI, 1),
        (Reach(Level.DISTRICT, "8102"), 0),
        (Reach(Level.OFFICER, str(same_id("officer"))), 1),
        (Reach(Level.OFFICER, str(same_id("another"))), 0),
        (Reach(Level.AGENCY, "DSD"), 0),
    ],
)
async def test_reach_on_lists_lines_and_single_reads(payments, reach, sees):
    here, there, run = await two_people(payments)
    await payments.bring(story.assigned(here, same_id("officer")))
    who = payments.caller(reach=reach)
    listed = (await payments.get("/v1/entitlements", who)).json()["items"]
    assert len(listed) == sees
    assert len((await payments.get(f"/v1/runs/{run['run_id']}/lines", who)).json()["items"]) == sees
    for holder_id in (here, there):
        entitlement_id = same_id("entitlement", holder_id)
        seen = any(one["holder_id"] == str(holder_id) for one in listed)
        for path in ("", "/history", "/payments"):
            assert (await payments.get(f"/v1/entitlements/{entitlement_id}{path}", who)).status_code == (200 if seen else 404)
    whole = reach.level is Level.COUNTRY
    assert len((await payments.get("/v1/runs", who)).json()["items"]) == int(whole)
    assert (await payments.get(f"/v1/runs/{run['run_id']}", who)).status_code == (200 if whole else 404)
    assert (await payments.get("/v1/ledger/trial-balance", who)).status_code == (200 if whole else 404)


async def test_both_districts_reach_a_routed_case(payments):
    here, _, _ = await two_people(payments)
    await payments.bring(story.routed(here, "8103"))
    for district in ("8101", "8103"):
        listed = (await payments.get("/v1/entitlements", payments.caller(reach=Reach(Level.DISTRICT, district)))).json()["items"]
        assert [UUID(one["holder_id"]) for one in listed] == [here]


async def test_a_bank_sees_its_own_released_lines_only(payments):
    here, _, run = await two_people(payments)
    lines = (await payments.get(f"/v1/runs/{run['run_id']}/lines", payments.bank("GSB"))).json()["items"]
    assert [UUID(line["holder_id"]) for line in lines] == [here]
    payments.play("2018-04-20")
    proposed = (await payments.post("/v1/runs", {"month": "2018-04"})).json()["run_id"]
    await payments.work()
    assert (await payments.get(f"/v1/runs/{proposed}/lines", payments.bank("GSB"))).json()["items"] == []


async def test_the_proposer_cannot_approve_and_the_list_must_be_the_one_looked_at(payments):
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"))
    payments.play("2018-03-20")
    answer = await payments.post("/v1/runs", {"month": "2018-03"}, key="one")
    assert (answer.status_code, answer.headers["location"]) == (202, f"/v1/runs/{answer.json()['run_id']}")
    again = await payments.post("/v1/runs", {"month": "2018-03"}, key="one")
    assert again.json() == answer.json()
    path = f"/v1/runs/{answer.json()['run_id']}"
    early = await payments.post(f"{path}/approval", {"list_hash": "0" * 64}, payments.caller(CHECKER))
    assert (early.status_code, early.json()["run_status"]) == (409, "PREPARING")
    await payments.work()
    run = (await payments.get(path)).json()
    own = await payments.post(f"{path}/approval", {"list_hash": run["list_hash"]})
    assert own.json()["type"].endswith("approver-is-proposer")
    other = await payments.post(f"{path}/approval", {"list_hash": "0" * 64}, payments.caller(CHECKER))
    assert other.json()["type"].endswith("run-list-changed")
    assert (await payments.post(f"{path}/release", None, payments.caller(CHECKER))).status_code == 409


async def test_of_two_approvals_at_once_one_wins_and_the_same_one_again_gets_the_same_answer(payments):
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"))
    payments.play("2018-03-20")
    run_id = (await payments.post("/v1/runs", {"month": "2018-03"})).json()["run_id"]
    await payments.work()
    body = {"list_hash": (await payments.get(f"/v1/runs/{run_id}")).json()["list_hash"]}
    callers = [f"checker-{number}" for number in range(8)]
    answers = await asyncio.gather(*(payments.post(f"/v1/runs/{run_id}/approval", body, payments.caller(who)) for who in callers))
    codes = [answer.status_code for answer in answers]
    assert sorted(codes) == [200] + [409] * 7
    winner = callers[codes.index(200)]
    assert (await payments.post(f"/v1/runs/{run_id}/approval", body, payments.caller(winner))).status_code == 200
    asked = await asyncio.gather(*(payments.post(f"/v1/runs/{run_id}/release", None, payments.caller(CHECKER)) for _ in range(4)))
    assert [answer.status_code for answer in asked] == [202] * 4
    await payments.work(times=3)
    async with payments.db.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM job WHERE kind = 'release_run'") == 1
        steps = [row["to_status"] for row in await tx.fetch("SELECT to_status FROM run_history ORDER BY number")]
    assert steps == ["PREPARING", "PREPARING", "PROPOSED", "APPROVED", "APPROVED", "RELEASED", "INSTRUCTED"]


async def test_a_list_that_was_tampered_with_is_not_released(payments):
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"))
    payments.play("2018-03-20")
    run_id = (await payments.post("/v1/runs", {"month": "2018-03"})).json()["run_id"]
    await payments.work()
    body = {"list_hash": (await payments.get(f"/v1/runs/{run_id}")).json()["list_hash"]}
    await payments.post(f"/v1/runs/{run_id}/approval", body, payments.caller(CHECKER))
    async with payments.db.transaction() as tx:
        await tx.execute("UPDATE disbursement SET amount_satang = 2000000")
    await payments.post(f"/v1/runs/{run_id}/release", None, payments.caller(CHECKER))
    await payments.work()
    run = (await payments.get(f"/v1/runs/{run_id}")).json()
    assert (run["status"], run["unanswered_satang"]) == ("APPROVED", 2000000)
    async with payments.db.reading() as tx:
        assert "list" in await tx.fetchval("SELECT error FROM job WHERE kind = 'release_run'")
    async with payments.db.transaction() as tx:
        await tx.execute("UPDATE disbursement SET amount_satang = 20000")
    assert (await payments.post(f"/v1/runs/{run_id}/cancellation", {"reason": "tampered"})).status_code == 200


async def test_pages_follow_each_other_and_an_etag_saves_a_read(payments):
    people = [story.person() for _ in range(5)]
    await payments.bring(
        *[event for _, events in people for event in events], *[story.wish(holder_id, "2018-02-10") for holder_id, _ in people]
    )
    seen, cursor = [], None
    while True:
        page = (await payments.get("/v1/entitlements", limit=2, **({"cursor": cursor} if cursor else {}))).json()
        seen += [one["holder_id"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == sorted(str(holder_id) for holder_id, _ in people)
    path = f"/v1/entitlements/{same_id('entitlement', people[0][0])}"
    first = await payments.get(path)
    again = await payments.client.get(path, headers={**payments.caller(), "If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


async def test_the_openapi_page_has_both_languages_and_a_scope_for_each_operation(payments):
    document = (await payments.client.get("/openapi.json")).json()
    ours = [
        entry
        for path, methods in document["paths"].items()
        for entry in methods.values()
        if path.startswith("/v1/") and "operations" not in path
    ]
    assert len(ours) >= 90
    for entry in ours:
        assert entry["x-scope"].startswith("payments.")
        assert any("\u0e00" <= letter <= "\u0e7f" for letter in entry["description"])
