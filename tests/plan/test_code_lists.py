"""Code lists: the starter lists, replacing one by two persons, translating codes, and what is refused."""

import asyncio

from services.plan.commands.code_lists import seed_lists
from services.plan.domain.code_lists import Code, CodeList, Retired, translated
from shared.auth import Reach

RIGHTS = "plan.code-lists"


def replacement(**more):
    """A small list in the place of the starter list: everything else vanishes without a successor."""
    [occupations] = [one for one in seed_lists() if one.name == "occupation"]
    kept = {"6111", "7115"}
    retired = [{"code": one.code, "becomes": ["6111"] if one.code == "6310" else []} for one in occupations.codes if one.code not in kept]
    codes = [{"code": code, "title_th": "ทำนา", "title_en": "Grows rice"} for code in (*sorted(kept), "6115")]
    return {
        "label": "2561-07",
        "valid_from": "2018-07-01",
        "source": "ประกาศกรมการจัดหางาน",
        "approval_reference": "คอต. ครั้งที่ ๕/๒๕๖๑",
        "codes": codes,
        "retired": retired,
        **more,
    }


def person(plan, name):
    token = plan.issuer.issue(
        name, ("plan.programmes:read", *(f"{RIGHTS}:{right}" for right in ("read", "propose", "approve"))), Reach.country()
    )
    return {"Authorization": f"Bearer {token}"}


async def proposed(plan, by="maker", **more):
    plan.on("2018-06-20")
    answer = await plan.post("/v1/code-lists/occupation/versions", replacement(**more), person(plan, by))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def decide(plan, proposal, by="checker", *, approved=True, version=1):
    return await plan.post(
        f"/v1/code-list-proposals/{proposal['proposal_id']}/decision",
        {"approved": approved, "reason": "ตรงตามมติ"},
        person(plan, by),
        headers={"If-Match": f'"{version}"'},
    )


async def test_the_starter_lists_are_published_once_by_however_many_processes(plan):
    await plan.empty()
    await asyncio.gather(*(plan.service.on_start() for _ in range(3)))
    published = await plan.outbox("CodeListChanged")
    assert sorted(event["subject"] for event in published) == ["occupation-1", "training-1"]
    [training] = [event["data"]["codes"] for event in published if event["subject"] == "training-1"]
    supplementary = [one for one in training if one["code"].startswith("SV-")]
    assert len(supplementary) == 58
    assert {one["hours"] for one in supplementary} == {18, 30, 60}
    shown = (await plan.get("/v1/code-lists")).json()["items"]
    assert [(one["name"], one["version"], one["in_force"]) for one in shown] == [("occupation", 1, True), ("training", 1, True)]


async def test_one_proposes_a_list_and_another_approves_it(plan):
    proposal = await proposed(plan)
    assert (proposal["codes_count"], proposal["added"], proposal["status"]) == (3, ["6115"], "PROPOSED")
    own = await decide(plan, proposal, "maker")
    assert (own.status_code, own.json()["type"]) == (409, "urn:sukjai:problem:decider-is-proposer")
    assert (await decide(plan, proposal, version=2)).status_code == 412
    answers = await asyncio.gather(*(decide(plan, proposal, f"checker-{n}") for n in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409] or sorted(a.status_code for a in answers) == [200, 412, 412]
    [event] = [one for one in await plan.outbox("CodeListChanged") if one["subject"] == "occupation-2"]
    assert event["data"]["valid_from"] == "2018-07-01"
    shown = (await plan.get("/v1/code-lists")).json()["items"]
    assert [(one["version"], one["in_force"]) for one in shown if one["name"] == "occupation"] == [(1, True), (2, False)]
    plan.on("2018-07-01")
    shown = (await plan.get("/v1/code-lists")).json()["items"]
    assert [(one["version"], one["in_force"]) for one in shown if one["name"] == "occupation"] == [(1, False), (2, True)]
    path = "/v1/code-lists/occupation/versions/1/translations"
    assert (await plan.get(f"{path}/6310")).json()["becomes"] == ["6111"]
    assert (await plan.get(f"{path}/6115")).status_code == 404
    assert (await plan.get(f"{path}/9111")).json()["becomes"] == []
    assert (await plan.get(f"{path}/6310", to_version=3)).json()["errors"][0]["allowed"] == "1..2"


async def test_a_code_that_vanishes_without_a_word_is_refused_by_name(plan):
    plan.on("2018-06-20")
    wrong = replacement(
        codes=[{"code": code, "title_th": "ก", "title_en": "A"} for code in ("6111", "6111")],
        retired=[{"code": "6111"}, {"code": "7115", "becomes": ["1"]}],
        valid_from="2018-06-19",
    )
    answer = await plan.post("/v1/code-lists/occupation/versions", wrong, person(plan, "maker"))
    told = {(one["field"], one["code"]) for one in answer.json()["errors"]}
    assert answer.status_code == 422
    expected = {
        ("valid_from", "date_range"),
        ("codes", "code_twice"),
        ("retired.0.code", "code_stays"),
        ("retired.1.becomes", "unknown_code"),
    }
    assert told == expected | {("retired", "code_vanishes")}
    assert any("6310" in one["message"] for one in answer.json()["errors"])
    assert (await plan.post("/v1/code-lists/skills/versions", replacement(), person(plan, "maker"))).status_code == 404


async def test_what_was_proposed_upon_an_older_list_is_checked_again(plan):
    first, second = await proposed(plan), await proposed(plan, valid_from="2018-08-01")
    assert (await decide(plan, first)).status_code == 200
    answer = await decide(plan, second)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "code_stays")
    gone = await plan.post(f"/v1/code-list-proposals/{second['proposal_id']}/withdrawal", {"reason": "เสนอซ้ำ"}, person(plan, "maker"))
    assert gone.json()["status"] == "WITHDRAWN"
    listed = (await plan.get("/v1/code-list-proposals", person(plan, "maker"))).json()["items"]
    assert [one["status"] for one in listed] == ["APPROVED", "WITHDRAWN"]


def test_a_code_is_followed_through_every_version():
    lists = [
        CodeList("x", 2, "", None, "", "", (Code("B", "", ""), Code("C", "", "")), (Retired("A", ("B", "C")),)),
        CodeList("x", 3, "", None, "", "", (Code("C", "", ""),), (Retired("B", ("C",)),)),
        CodeList("x", 4, "", None, "", "", (Code("D", "", ""),), (Retired("C"),)),
    ]
    assert [translated("A", lists[:n]) for n in range(4)] == [["A"], ["B", "C"], ["C"], []]
