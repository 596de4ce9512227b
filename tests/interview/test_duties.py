"""What governors and district chiefs do beside the cases: guidelines, variants, tasks, committees, preparation, released results."""

import hashlib
import json

import pytest

from deploy.local.users import development_user
from shared.auth import Level
from shared.ids import new_id
from shared.signatures import PublicKeys, SignatureBroken
from shared.thai.titles import head_of
from tests.interview import world
from tests.interview.test_interviews import interviewed

GUIDELINE = {"title": "แนวทางการไปหา", "content": "ไปหาเป็นรายตำบล", "valid_from": "2018-03-01"}
MEMBER = {
    "committee": "PROVINCIAL_COMMITTEE",
    "name": "นายสมชาย ใจดี",
    "position": "ประธาน",
    "powers": ["DECIDE_STOP"],
    "order_no": "กบ 45/2561",
    "from_day": "2018-01-20",
}
TASK = {"agency": "DSD", "manner": "COORDINATE", "task": "เปิดอบรม", "districts": ["8102", "8101"], "due_on": "2018-06-30"}
FEBRUARY = {"first_month": "2018-02", "last_month": "2018-02"}


def as_user(interview, name):
    """A development user, as the roles' table has it."""
    user = development_user(name)
    return {"Authorization": f"Bearer {interview.issuer.issue(name, user.scopes, user.reach, user.officer_id)}"}


def slug(answer):
    return answer.json()["type"].rsplit(":", 1)[-1]


@pytest.fixture
def who(interview):
    """The users by name."""
    return lambda name: as_user(interview, name)


async def test_districts_acknowledge_the_newest_version_and_who_has_not_is_listed(interview, who):
    made = await interview.made("/v1/provinces/81/guidelines", GUIDELINE, who("governor-81"))
    assert (made["title_th"], made["version"]) == ("ผู้ว่าราชการจังหวัดกระบี่", 1)
    path = f"/v1/guidelines/{made['guideline_id']}"
    said = f"/v1/districts/8101/guidelines/{made['guideline_id']}/acknowledgement"
    first = await interview.made(said, {"version": 1}, who("chief-8101"))
    interview.on("2018-02-20")
    assert await interview.made(said, {"version": 1}, who("chief-8101")) == first
    assert first["title_th"] == "นายอำเภอเมืองกระบี่"
    shown = (await interview.get(path, who("chief-8102"))).json()
    assert [one["area"] for one in shown["acknowledged"]] == ["8101"]
    assert [one["area"] for one in shown["missing"]] == [f"810{number}" for number in range(2, 9)]
    changed = await interview.post(f"{path}/versions", {**GUIDELINE, "title": "ฉบับสอง"}, who("governor-81"), headers={"If-Match": '"1"'})
    assert changed.json()["version"] == 2
    stale = await interview.post(f"{path}/versions", GUIDELINE, who("governor-81"), headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    shown = (await interview.get(path, who("governor-81"))).json()
    assert (shown["title"], len(shown["missing"])) == ("ฉบับสอง", 8)
    officer = await interview.officer()
    assert [one["title"] for one in (await interview.get("/v1/guidelines", who(f"ao-{officer}"))).json()["items"]] == ["ฉบับสอง"]
    assert (await interview.get("/v1/guidelines", who("chief-9001"))).json()["items"] == []
    unknown = await interview.post(said, {"version": 3}, who("chief-8101"))
    assert unknown.json()["errors"][0]["allowed"] == "1..2"


async def test_bangkok_has_its_own_titles(interview, who):
    made = await interview.made("/v1/provinces/10/guidelines", GUIDELINE, who("governor-10"))
    assert made["title_th"] == "ผู้ว่าราชการกรุงเทพมหานคร"
    said = f"/v1/districts/1001/guidelines/{made['guideline_id']}/acknowledgement"
    done = await interview.made(said, {"version": 1}, who("chief-1001"))
    assert (done["title_th"], done["title_en"]) == ("ผู้อำนวยการเขตพระนคร", "Director of Phra Nakhon District Office")
    released = await interview.made("/v1/districts/1001/releases", {"addressee": "MOF", **FEBRUARY}, who("chief-1001"))
    assert json.loads(released["content"])["released_by"]["title_th"] == "ผู้อำนวยการเขตพระนคร"
    assert head_of("8101").en == "District Chief of Mueang Krabi"


async def test_a_variant_is_read_by_its_district_and_its_officers_and_ends(interview, who):
    body = {"differs_in": "ORDER_OF_STEPS", "what": "สัมภาษณ์ก่อน", "reason": "เกาะ", "from_day": "2018-02-01"}
    made = await interview.made("/v1/districts/8101/team-variants", body, who("governor-81"))
    end = f"/v1/team-variants/{made['variant_id']}/end"
    early = await interview.post(end, {"to_day": "2018-01-31"}, who("governor-81"))
    assert early.json()["errors"][0]["allowed"] == "≥ 2018-02-01"
    assert (await interview.post(end, {"to_day": "2018-04-30"}, who("governor-90"))).status_code == 404
    assert (await interview.made(end, {"to_day": "2018-04-30"}, who("governor-81")))["version"] == 2
    officer = await interview.officer()
    for reader in (f"ao-{officer}", "chief-8101", "intake-8101"):
        [found] = (await interview.get("/v1/districts/8101/team-variants", who(reader))).json()["items"]
        assert (found["to_day"], found["differs_in"]) == ("2018-04-30", "ORDER_OF_STEPS")
    assert (await interview.get("/v1/districts/8101/team-variants", who("chief-8102"))).json()["items"] == []


async def test_an_agency_accepts_and_does_its_task_and_another_does_not_find_it(interview, who):
    made = await interview.made("/v1/provinces/81/agency-tasks", TASK, who("governor-81"))
    assert (made["state"], made["districts"]) == ("ASKED", ["8101", "8102"])
    answers = f"/v1/agency-tasks/{made['task_id']}/answers"
    assert (await interview.post(answers, {"state": "ACCEPTED"}, who("agency-BAAC"))).status_code == 404
    early = await interview.post(answers, {"state": "DONE"}, who("agency-DSD"))
    assert (early.status_code, slug(early), early.json()["allowed"]) == (409, "task-not-ready", ["ACCEPTED", "DECLINED"])
    await interview.made(answers, {"state": "ACCEPTED", "remark": "รุ่นแรก 1 มิ.ย."}, who("agency-DSD"))
    done = await interview.made(answers, {"state": "DONE"}, who("agency-DSD"))
    assert (done["state"], done["version"]) == ("DONE", 3)
    for reader in ("governor-81", "chief-8102", "agency-DSD"):
        [found] = (await interview.get("/v1/agency-tasks", who(reader))).json()["items"]
        assert [line["to_state"] for line in found["history"]] == ["ASKED", "ACCEPTED", "DONE"]
    for reader in ("governor-90", "chief-8103", "agency-BAAC"):
        assert (await interview.get("/v1/agency-tasks", who(reader))).json()["items"] == []
    for wrong, field, allowed in (
        ({"districts": ["9001"]}, "districts", "81.."),
        ({"due_on": "2018-02-13"}, "due_on", "≥ 2018-02-14"),
        ({"agency": "DDS"}, "agency", "DSD"),
    ):
        refused = await interview.post("/v1/provinces/81/agency-tasks", TASK | wrong, who("governor-81"))
        assert [(one["field"], one["allowed"]) for one in refused.json()["errors"]] == [(field, allowed)]


async def test_a_committee_decides_only_by_the_powers_it_is_recorded_with_on_the_day(interview, who):
    person, _ = await interviewed(interview)
    unknown = await interview.made("/v1/decisions", world.decision(person.subject, "REASONABLE_CAUSE", "2018-03-20"), interview.committee())
    member = await interview.made("/v1/provinces/81/committee-members", MEMBER, who("governor-81"))
    body = world.decision(person.subject, "REINSTATE", "2018-03-20")
    refused = await interview.post("/v1/decisions", body, interview.committee())
    assert (refused.status_code, slug(refused)) == (409, "committee-without-power")
    told = refused.json()
    assert (told["committee"], told["needed_power"], told["powers"]) == ("PROVINCIAL_COMMITTEE", "DECIDE_REINSTATE", ["DECIDE_STOP"])
    # Of the days before the first seat nothing is known; and nobody gets round the powers under another name.
    await interview.made("/v1/decisions", body | {"decided_on": "2018-01-19", "reference": "ก่อน"}, interview.committee())
    for other in ("คอจ. กระบี่", "MONITORING_COMMITTEE", "DISTRICT_TEAM"):
        named = await interview.post("/v1/decisions", body | {"committee": other}, interview.committee())
        (wrong,) = named.json()["errors"]
        assert (named.status_code, wrong["field"], "PROVINCIAL_COMMITTEE" in wrong["allowed"]) == (422, "committee", True)
    country = interview.caller(Level.COUNTRY, "")
    silent = (await interview.post("/v1/decisions", body, country)).json()["errors"]
    assert [(one["field"], one["allowed"]) for one in silent] == [
        ("committee", "PROVINCIAL_COMMITTEE | MONITORING_COMMITTEE | NATIONAL_COMMITTEE")
    ]
    assert slug(await interview.post("/v1/decisions", body | {"committee": "PROVINCIAL_COMMITTEE"}, country)) == "committee-without-power"
    unknown_kind = await interview.post("/v1/provinces/81/committee-members", MEMBER | {"committee": "คอจ.ตรัง"}, who("governor-81"))
    assert unknown_kind.json()["errors"][0]["field"] == "committee"
    second = {**MEMBER, "position": "อนุกรรมการ", "powers": ["DECIDE_REINSTATE"], "from_day": "2018-03-01", "to_day": "2018-03-20"}
    await interview.made("/v1/provinces/81/committee-members", second, who("governor-81"))
    await interview.made("/v1/decisions", body, interview.committee())
    interview.on("2018-03-25")
    over = await interview.post("/v1/decisions", body | {"decided_on": "2018-03-21", "reference": "หลัง"}, interview.committee())
    assert slug(over) == "committee-without-power"
    listed = (await interview.get("/v1/decisions", interview.committee())).json()["items"]
    standing = [(one["power"], one["power_standing"]) for one in listed]
    assert standing == [
        ("DECIDE_REASONABLE_CAUSE", "NOT_RECORDED"),
        ("DECIDE_REINSTATE", "NOT_RECORDED"),
        ("DECIDE_REINSTATE", "RECORDED"),
    ]
    assert listed[0]["decision_id"] == unknown["decision_id"]
    await interview.made(f"/v1/committee-members/{member['member_id']}/end", {"to_day": "2018-03-22"}, who("governor-81"))
    members = (await interview.get("/v1/committee-members", who("chief-8101"))).json()["items"]
    assert [(one["name"], one["to_day"]) for one in members] == [(MEMBER["name"], "2018-03-22"), (MEMBER["name"], "2018-03-20")]
    async with interview.db.reading() as tx:
        assert MEMBER["name"] not in str(await tx.fetch("SELECT m::text FROM committee_member m"))


async def test_what_a_chief_prepares_is_kept_by_its_kind(interview, who):
    officer = await interview.officer()
    rehearsal = {
        "on_day": "2018-01-25",
        "place": "หอประชุม",
        "officer_ids": [officer],
        "practised": ["รับแบบ"],
        "faults": ["เครื่องอ่านบัตรไม่พอ"],
    }
    for path, body in (
        ("rehearsals", rehearsal),
        ("publicity", {"on_day": "2018-01-28", "channel": "POSTER", "area": "ทุกตำบล", "people_reached": 900}),
        ("methods", {"on_day": "2018-01-22", "title": "วิธี", "steps": ["ตรวจบัตร", "รับแบบ"]}),
    ):
        await interview.made(f"/v1/districts/8101/{path}", body, who("chief-8101"))
    stranger = await interview.post("/v1/districts/8101/rehearsals", {**rehearsal, "officer_ids": [str(new_id())]}, who("chief-8101"))
    assert (stranger.status_code, slug(stranger)) == (422, "unknown-officer")
    kept = (await interview.get("/v1/districts/8101/preparations", who("governor-81"))).json()["items"]
    assert [one["kind"] for one in kept] == ["REHEARSAL", "PUBLICITY", "METHOD"]
    assert (kept[0]["details"]["faults"], kept[0]["details"]["officer_ids"]) == (["เครื่องอ่านบัตรไม่พอ"], [officer])
    only = (await interview.get("/v1/districts/8101/preparations", who("governor-81"), kind="METHOD")).json()["items"]
    assert [one["details"]["steps"] for one in only] == [["ตรวจบัตร", "รับแบบ"]]


async def test_released_results_are_signed_counted_and_received_by_whom_they_are_for(interview, who):
    (person,) = await interview.people()
    await interview.made("/v1/intents", world.wish(person.subject))
    released = await interview.made("/v1/districts/8101/releases", {"addressee": "MOF", **FEBRUARY}, who("chief-8101"))
    keys = PublicKeys.of((await interview.client.get("/.well-known/jwks.json")).json())
    content = released["content"].encode()
    keys.verify_detached(released["signature"], content)
    with pytest.raises(SignatureBroken):
        keys.verify_detached(released["signature"], content.replace(b'"DECLARED":1', b'"DECLARED":2'))
    assert hashlib.sha256(content).hexdigest() == released["content_hash"]
    results = json.loads(content)["results"]
    assert (results["cases_by_state"], results["wishes_by_status"], results["follow_ups_by_round"]) == ({"DECLARED": 1}, {"VALID": 1}, {})
    again = await interview.made("/v1/districts/8101/releases", {"addressee": "MOF", **FEBRUARY}, who("chief-8101"))
    assert (released["revision"], again["revision"]) == (1, 2)
    missing = (await interview.get("/v1/releases/missing", who("mof"), addressee="MOF", **FEBRUARY)).json()
    assert len(missing) == 927
    krabi = (await interview.get("/v1/releases/missing", who("governor-81"), addressee="MOF", **FEBRUARY)).json()
    assert [one["area"] for one in krabi] == [f"810{number}" for number in range(2, 9)]
    receipt = f"/v1/releases/{released['release_id']}/receipt"
    for stranger, status in (("committee", 403), ("province-committee-81", 403), ("province-committee-90", 404), ("chief-8101", 403)):
        assert (await interview.post(receipt, {"reference": "x"}, who(stranger))).status_code == status, stranger
    first = await interview.made(receipt, {"reference": "กค 1"}, who("mof"))
    assert await interview.made(receipt, {"reference": "กค 2"}, who("mof")) == first
    [_, newer] = (await interview.get("/v1/releases", who("chief-8101"))).json()["items"]
    assert newer["received_at"] is None
    shown = (await interview.get(f"/v1/releases/{released['release_id']}", who("governor-81"))).json()
    assert (shown["reference"], shown["content"]) == ("กค 1", released["content"])
    assert (await interview.get(f"/v1/releases/{released['release_id']}", who("chief-8102"))).status_code == 404


async def test_each_level_reports_to_its_committee(interview, who):
    to_province = await interview.made("/v1/districts/8101/releases", {"addressee": "PROVINCIAL_COMMITTEE", **FEBRUARY}, who("chief-8101"))
    receipt = f"/v1/releases/{to_province['release_id']}/receipt"
    assert (await interview.post(receipt, {"reference": "x"}, who("mof"))).status_code == 403
    assert (await interview.made(receipt, {"reference": "คอจ 1"}, who("province-committee-81")))["reference"] == "คอจ 1"
    to_country = await interview.made("/v1/provinces/81/releases", {"addressee": "MONITORING_COMMITTEE", **FEBRUARY}, who("governor-81"))
    assert await interview.made(f"/v1/releases/{to_country['release_id']}/receipt", {"reference": "คอต 1"}, who("committee"))
    missing = (await interview.get("/v1/releases/missing", who("committee"), addressee="MONITORING_COMMITTEE", **FEBRUARY)).json()
    assert (len(missing), "81" in {one["area"] for one in missing}) == (76, False)
    wrong = await interview.post("/v1/provinces/81/releases", {"addressee": "PROVINCIAL_COMMITTEE", **FEBRUARY}, who("governor-81"))
    assert (wrong.status_code, wrong.json()["errors"][0]["allowed"]) == (422, "MOF | MONITORING_COMMITTEE")
    ahead = {"addressee": "MOF", "first_month": "2018-03", "last_month": "2018-03"}
    refused = await interview.post("/v1/districts/8101/releases", ahead, who("chief-8101"))
    assert refused.json()["errors"][0]["field"] == "first_month"
    assert (await interview.post("/v1/provinces/81/releases", {"addressee": "MOF", **FEBRUARY}, who("chief-8101"))).status_code == 404
