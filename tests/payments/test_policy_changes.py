"""The policy set changed by two persons: named value by value, published as the next version, every version and its calendar kept."""

import asyncio

from services.payments.rules import policy_file
from shared.auth import Level, Reach
from shared.contracts.payments import EntitlementStarted, PolicyPublished
from tests.payments import story
from tests.payments.conftest import CHECKER
from tests.payments.test_policy import changed, publish

RAISED = {"amounts_satang": {"value": {"UP_TO_30000": 30000, "OVER_30000": 15000}, "reference": "มติ ครม. ๑/๒๕๖๑"}}


async def propose(payments, changes, *, based_on=1, who=None):
    return await payments.post("/v1/policies", {"based_on": based_on, "changes": changes, "reason": "ตามมติ ครม."}, who)


async def decide(payments, proposal, who=CHECKER, *, approved=True):
    headers = {**payments.caller(who), "If-Match": f'"{proposal["version"]}"'}
    body = {"approved": approved, "reason": "ตรวจแล้ว"}
    return await payments.post(f"/v1/policy-proposals/{proposal['proposal_id']}/decision", body, headers)


async def changed_to(payments, changes, *, based_on=1):
    proposal = (await propose(payments, changes, based_on=based_on)).json()
    answer = await decide(payments, proposal)
    assert answer.status_code == 200, answer.text


async def test_two_persons_publish_the_next_version_and_open_allowances_follow_it(payments):
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-02-10"))
    await payments.run("2018-03")
    answer = await propose(payments, RAISED)
    proposal = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, f"/v1/policy-proposals/{proposal['proposal_id']}")
    (change,) = proposal["changes"]
    assert (change["value_before"]["UP_TO_30000"], change["value"]["UP_TO_30000"]) == (20000, 30000)
    own = await decide(payments, proposal, "maker")
    assert (own.status_code, own.json()["type"].endswith("decider-is-proposer")) == (409, True)
    assert (await payments.get("/v1/policy")).json()["version"] == 1
    assert (await decide(payments, proposal)).json()["status"] == "APPROVED"
    assert (await decide(payments, proposal)).status_code == 409
    told = (await payments.events(PolicyPublished))[-1].data
    assert (told.version, told.profile, told.parameters["amounts_satang"]["OVER_30000"]) == (2, "amended", 15000)
    assert told.parameters["sources"]["amounts_satang"] == "มติ ครม. ๑/๒๕๖๑"
    await payments.work()
    assert [one.data.monthly_satang for one in await payments.events(EntitlementStarted, holder_id)] == [20000, 30000]
    listed = (await payments.get("/v1/policies")).json()["items"]
    assert [(one["version"], one["from_month"], one["proposal_id"]) for one in listed] == [
        (2, "2018-04", proposal["proposal_id"]),
        (1, None, None),
    ]
    assert (await payments.get("/v1/policies/1")).json()["parameters"] == policy_file.load("amended").parameters
    # A process that starts, with the old file or a changed one, does not change it back.
    await payments.service.on_start()
    assert await publish(payments, changed(visit_age_max=61)) == 2
    # Two persons can.
    before = {"amounts_satang": {"value": change["value_before"], "reference": change["reference_before"]}}
    await changed_to(payments, before, based_on=2)
    third = (await payments.get("/v1/policies/3")).json()
    assert third["content_hash"] == listed[1]["content_hash"]


async def test_each_value_that_is_wrong_is_named_and_nothing_is_proposed(payments):
    reference = "มติ ๑/๒๕๖๑"
    wrong = {
        "amount_satang": 1,
        "amounts_satang": {"UP_TO_30000": "20000", "OVER_30000": 10000},
        "walk_in_window": {"from": "2018-03-01", "to": "2018-02-01"},
        "last_benefit_month": "2018-13",
        "stop_rules.WITHDRAWN": {"kind": "FIXED"},
        "late_wish": "PERHAPS",
        "runs.retry_months": 10**12,
        "runs.third_approver": [{"from": "2018-03", "above_satang": 10**16}],
        "employer_deduction.window": {"kind": "PAID_WITHIN", "from": "2018-01-01"},
        "sources": {},
    }
    for name, value in wrong.items():
        answer = await propose(payments, {name: {"value": value, "reference": reference}})
        assert answer.status_code == 422, name
        assert answer.json()["errors"][0]["field"].startswith(f"changes.{name}"), answer.text
    together = await propose(payments, {"last_benefit_month": {"value": "2018-01", "reference": reference}})
    assert (together.status_code, together.json()["errors"][0]["field"]) == (422, "changes")
    same = policy_file.load("amended").parameters
    nothing = {"visit_age_max": {"value": 60, "reference": same["sources"]["visit_age_max"]}}
    assert (await propose(payments, nothing)).json()["errors"][0]["code"] == "same_set"
    assert (await propose(payments, {"visit_age_max": {"value": 61, "reference": ""}})).status_code == 422
    assert (await propose(payments, RAISED, based_on=2)).json()["policy_version"] == 1
    assert (await payments.get("/v1/policy-proposals")).json()["items"] == []
    assert (await propose(payments, RAISED, who=payments.caller(reach=Reach(Level.DISTRICT, "8101")))).status_code == 404


async def test_of_two_changes_of_one_version_the_first_stands(payments):
    proposals = [(await propose(payments, RAISED)).json() for _ in range(3)]
    answers = await asyncio.gather(*(decide(payments, one, f"checker-{number}") for number, one in enumerate(proposals)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert {answer.json()["type"].rsplit(":", 1)[-1].rsplit("/", 1)[-1] for answer in answers if answer.status_code == 409} == {
        "policy-moved-on"
    }
    left = next(one for one, answer in zip(proposals, answers, strict=True) if answer.status_code == 409)
    withdrawn = await payments.post(f"/v1/policy-proposals/{left['proposal_id']}/withdrawal", {"reason": "มีผู้เสนอแล้ว"})
    assert withdrawn.json()["status"] == "WITHDRAWN"
    open_ones = (await payments.get("/v1/policy-proposals", status="PROPOSED")).json()["items"]
    assert len(open_ones) == 1
    rejected = await decide(payments, open_ones[0], approved=False)
    assert rejected.json()["status"] == "REJECTED"
    assert (await payments.get(f"/v1/policy-proposals/{left['proposal_id']}")).json()["decision_reason"] == "มีผู้เสนอแล้ว"


async def test_each_version_has_its_calendar(payments):
    await changed_to(payments, {"visit_window": {"value": {"from": "2018-03-01", "to": "2018-06-15"}, "reference": "มติ คนส. ๒/๒๕๖๑"}})
    first, second = [(await payments.get(f"/v1/policies/{version}/calendar")).json() for version in (1, 2)]
    visits = [next(one for one in calendar["windows"] if one["code"] == "VISITS") for calendar in (first, second)]
    assert [(one["from"], one["to"], one["days_th"]) for one in visits] == [
        ("2018-03-01", "2018-05-31", "1 มีนาคม 2561 - 31 พฤษภาคม 2561"),
        ("2018-03-01", "2018-06-15", "1 มีนาคม 2561 - 15 มิถุนายน 2561"),
    ]
    assert visits[1]["legal_source"] == "มติ คนส. ๒/๒๕๖๑"
    late = next(one for one in second["windows"] if one["code"] == "LATE_WISHES")
    assert (late["from"], late["to"], late["days_th"]) == ("2018-06-16", None, "16 มิถุนายน 2561")
    assert [(one["month"], one["benefit"]) for one in first["months"]][5:7] == [("2018-08", "GOODS_LIMIT"), ("2018-09", "E_MONEY")]
    assert first["months"][0]["stated_by"] == "2018-02-28"
    assert [one["from"] for one in first["windows"]] == sorted(one["from"] for one in first["windows"])
    for path in ("/v1/policies/9", "/v1/policies/9/calendar"):
        assert (await payments.get(path)).status_code == 404
    assert (await payments.get("/v1/policies/1/calendar", payments.caller(scopes=("x:y",)))).status_code == 403
