"""The catalogue: its seed, versions that one person proposes and another approves, and conditions that hold to their examples."""

import asyncio
from datetime import date

from services.plan.commands.catalogue import seed_data
from services.plan.rules import data
from shared.auth import Level, Reach
from shared.contracts.plan import Outcome
from tests.plan import story
from tests.plan.story import TECHNICIAN, person

TODAY = date(2018, 4, 2)
AGE = {"name": "age", "when": "age <= 60", "th": "อายุไม่เกิน 60 ปี", "en": "is not over 60"}
NEW = {
    "code": "D2-DSD-MOTORCYCLE",
    "dimension": "D2",
    "agency": "DSD",
    "name_th": "ช่างซ่อมจักรยานยนต์",
    "name_en": "Motorcycle repair",
    "gives_th": "ฝึกซ่อมจักรยานยนต์ ๓๐ ชั่วโมง",
    "gives_en": "30 hours of motorcycle repair",
    "contact": "สำนักงานพัฒนาฝีมือแรงงานจังหวัด",
    "conditions": [AGE],
    "examples": [
        {"person": {"age": 60}, "fits": True, "because": "อายุครบ 60 พอดี"},
        {"person": {"age": 61}, "fits": False, "fails": ["age"], "because": "อายุเกิน"},
        {"person": {}, "fits": True, "because": "ไม่ทราบอายุ จึงไม่ตัดสิทธิ"},
    ],
    "merits": {"approaches": ["NEW_OCCUPATION"]},
    "reason": "มีผู้ประสงค์จำนวนมาก",
}
CHANGE = {**NEW, "code": TECHNICIAN, "based_on": 1}
REFERENCE = {"approval_reference": "คอต. ครั้งที่ ๓/๒๕๖๑"}


async def propose(plan, body=NEW, who=None, **more):
    return await plan.post("/v1/programme-proposals", {**body, **more}, who or plan.caller(name="proposer"))


async def approve(plan, proposal, who=None):
    return await plan.post(
        f"/v1/programme-proposals/{proposal.json()['proposal_id']}/approval", REFERENCE, who or plan.caller(name="approver")
    )


async def changed(plan, body=CHANGE, **more):
    answer = await approve(plan, await propose(plan, body, **more))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_the_first_catalogue_is_published_once_by_however_many_processes(plan):
    await plan.empty()
    await asyncio.gather(*(plan.service.on_start() for _ in range(4)))
    await plan.service.on_start()
    subjects = [event["subject"] for event in await plan.outbox("ProgrammeChanged")]
    assert len(subjects) == len(set(subjects)) == 28


async def test_the_seed_leaves_changed_programmes_alone(plan):
    await changed(plan)
    await plan.service.on_start()
    assert (await plan.get(f"/v1/programmes/{TECHNICIAN}")).json()["version"] == 2


async def test_agencies_and_programmes_can_be_read(plan):
    agencies = (await plan.get("/v1/agencies")).json()
    assert len(agencies["items"]) == 14
    counted = {one["kind"]: (one["circular"], one["known"], one["open"]) for one in agencies["kinds"]}
    assert counted == {"ministry": (6, 5, 1), "bank": (3, 3, 0), "fund": (2, 2, 0), "agency": (2, 0, 2)}
    loans = (await plan.get("/v1/programmes", dimension="D3", agency="BAAC", active=True)).json()["items"]
    assert [one["code"] for one in loans] == ["D3-BAAC-OCCUPATION-LOAN", "D3-BAAC-PRODUCTION-LOAN"]
    assert loans[0]["merits"]["made_for"] == ["FARMER"]
    assert (await plan.get("/v1/programmes", on="2018-01-08")).json()["items"] == []  # the day before the cabinet approved the measure
    assert (await plan.get("/v1/programmes/D9-NO")).status_code == 404


async def test_one_person_proposes_another_approves_and_the_programme_is_recommended(plan):
    proposal = await propose(plan)
    assert (proposal.status_code, proposal.json()["status"]) == (201, "PROPOSED")
    assert (await plan.get(f"/v1/programmes/{NEW['code']}")).status_code == 404
    himself = await approve(plan, proposal, plan.caller(name="proposer"))
    assert (himself.status_code, himself.json()["type"]) == (409, "urn:sukjai:problem:decider-is-proposer")
    made = await approve(plan, proposal)
    assert (made.status_code, made.headers["Location"], made.json()["version"]) == (201, f"/v1/programmes/{NEW['code']}", 1)
    again = await approve(plan, proposal)
    assert (again.status_code, again.json()["type"]) == (409, "urn:sukjai:problem:already-decided")
    [event] = [one for one in await plan.outbox("ProgrammeChanged") if one["subject"] == NEW["code"]]
    assert (event["data"]["approval_reference"], event["data"]["valid_from"]) == (REFERENCE["approval_reference"], str(TODAY))
    assert event["data"]["outcomes"] == ["TRAINING_PASSED", "TRAINING_FAILED", "TRAINING_AWAITING_RESULT", "DID_NOT_START"]
    twice = await propose(plan)
    assert (twice.status_code, twice.json()["type"]) == (409, "urn:sukjai:problem:programme-exists")
    one, old = person(1), person(2)
    await plan.bring(*story.beginning(one), story.registered(old, age=61), story.assigned(old))
    await plan.bring(*(story.interviewed(who, on=TODAY, approach="NEW_OCCUPATION") for who in (one, old)))
    assert NEW["code"] in (await plan.plan_of(one))["recommended"]
    assert NEW["code"] not in (await plan.plan_of(old))["recommended"]


async def test_a_proposal_can_be_refused_withdrawn_and_found(plan):
    refused, withdrawn, waiting = [await propose(plan, code=f"D2-DSD-{name}") for name in ("ONE", "TWO", "THREE")]
    path = "/v1/programme-proposals"
    why = {"reason": "ซ้ำกับหลักสูตรเดิม"}
    answer = await plan.post(f"{path}/{refused.json()['proposal_id']}/refusal", why, plan.caller(name="approver"))
    assert (answer.json()["status"], answer.json()["decision_reason"]) == ("REJECTED", why["reason"])
    of_another = await plan.post(f"{path}/{withdrawn.json()['proposal_id']}/withdrawal", why, plan.caller(name="approver"))
    assert of_another.json()["type"] == "urn:sukjai:problem:not-your-proposal"
    answer = await plan.post(f"{path}/{withdrawn.json()['proposal_id']}/withdrawal", why, plan.caller(name="proposer"))
    assert answer.json()["status"] == "WITHDRAWN"
    listed = (await plan.get(path, status="PROPOSED")).json()["items"]
    assert [one["proposal_id"] for one in listed] == [waiting.json()["proposal_id"]]
    assert [one["status"] for one in (await plan.get(path, code="D2-DSD-ONE")).json()["items"]] == ["REJECTED"]
    assert not [
        event for event in await plan.outbox("ProgrammeChanged") if event["subject"] in {"D2-DSD-ONE", "D2-DSD-TWO", "D2-DSD-THREE"}
    ]


async def test_agreed_plans_keep_the_version_of_their_day_however_late_they_are_told(plan):
    before, after, late = person(1), person(2), person(3)
    await plan.bring(*story.beginning(before, after, late), story.interviewed(before, lines=story.menu(TECHNICIAN)))
    assert (await changed(plan))["version"] == 2
    # A date before the approval is the day of the approval: what was offered on days that are over does not change.
    assert (await changed(plan, based_on=2, valid_from="2018-03-01"))["valid_from"] == str(TODAY)
    assert (await changed(plan, based_on=3, valid_from="2018-04-10"))["version"] == 4
    await plan.bring(story.interviewed(after, on=TODAY, lines=story.menu(TECHNICIAN)))
    await plan.bring(story.interviewed(late, lines=story.menu(TECHNICIAN)))
    versions = [(await plan.plan_of(one))["lines"][0]["programme_version"] for one in (before, after, late)]
    assert versions == [1, 3, 1]
    history = (await plan.get(f"/v1/programmes/{TECHNICIAN}")).json()["history"]
    assert [(one["version"], one["changed_by"]) for one in history] == [(1, "plan"), (2, "approver"), (3, "approver"), (4, "approver")]
    [of_today] = (await plan.get("/v1/programmes", dimension="D2", agency="DSD", active=True, limit=1)).json()["items"]
    assert of_today["version"] == 1


async def test_a_programme_that_is_closed_or_over_cannot_be_agreed_on(plan):
    one = person(1)
    await plan.bring(*story.beginning(one), story.interviewed(one))
    await changed(plan, active=False)
    await changed(plan, {**CHANGE, "code": "D2-DSD-SUPPLEMENTARY"}, valid_until="2018-04-02")
    plan_id = (await plan.plan_of(one))["plan_id"]
    body = {"holder_signed": True, "officer_signed": True, "agreed_on": str(TODAY)}
    closed = await plan.post(f"/v1/plans/{plan_id}/agreement", {**body, "lines": [{"programme_code": TECHNICIAN}]}, plan.officer())
    assert (closed.status_code, closed.json()["programme_code"]) == (409, TECHNICIAN)
    plan.resources.clock.play(story.NOW.replace(day=3))
    lines = [{"programme_code": "D2-DSD-SUPPLEMENTARY"}]
    over = await plan.post(f"/v1/plans/{plan_id}/agreement", {**body, "agreed_on": "2018-04-03", "lines": lines}, plan.officer())
    assert (over.status_code, over.json()["programme_code"]) == (409, "D2-DSD-SUPPLEMENTARY")
    told = await plan.post(f"/v1/plans/{plan_id}/agreement", {**body, "lines": lines}, plan.officer())
    assert told.status_code == 201  # signed on its last day, told on the day after


async def test_of_two_changes_of_one_version_one_is_approved(plan):
    assert (await propose(plan, CHANGE, code="D2-DSD-NOTHING")).status_code == 404
    assert (await propose(plan, CHANGE, based_on=2)).json()["present_version"] == 1
    assert (await propose(plan, CHANGE, dimension="D1")).status_code == 422
    proposals = [await propose(plan, CHANGE) for _ in range(2)]
    answers = await asyncio.gather(*(approve(plan, one) for one in proposals))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    [lost] = [answer.json() for answer in answers if answer.status_code == 409]
    assert (lost["type"], lost["based_on"], lost["present_version"]) == ("urn:sukjai:problem:programme-moved-on", 1, 2)
    # What was refused may be decided once more, by another decision: nothing of the failed one stays.
    [left] = (await plan.get("/v1/programme-proposals", status="PROPOSED")).json()["items"]
    assert left["proposal_id"] in {one.json()["proposal_id"] for one in proposals}


async def test_who_may_change_the_catalogue(plan):
    assert (await propose(plan, who=plan.agency("DOE"))).status_code == 404
    assert (await propose(plan, who=plan.caller(Reach(Level.DISTRICT, "8101")))).status_code == 404
    assert (await propose(plan, who=plan.officer())).status_code == 403
    own = await propose(plan, who=plan.agency("DSD"))
    assert own.status_code == 201
    path = f"/v1/programme-proposals/{own.json()['proposal_id']}"
    assert [(await plan.get(path, plan.agency(code))).status_code for code in ("DSD", "DOE")] == [200, 404]
    assert (await plan.get("/v1/programme-proposals", plan.agency("DOE"))).json()["items"] == []
    assert (await approve(plan, own, plan.agency("DSD"))).status_code == 403
    for wrong in ({"agency": "XYZ"}, {"code": "X"}, {"merits": {"made_for": ["KING"]}}, {"reason": ""}, {"extra": 1}, {"code": "D2-DOE-X"}):
        assert (await propose(plan, **wrong)).status_code == 422, wrong


REFUSED = [
    ({"conditions": [{**AGE, "when": "religion == 'ISLAM'"}]}, "conditions.0.when", "speaks of religion"),
    ({"conditions": [{**AGE, "when": "age <= '60'"}]}, "conditions.0.when", "between a number and a text"),
    ({"conditions": [{**AGE, "when": "age"}]}, "conditions.0.when", "must be yes or no"),
    ({"conditions": [{**AGE, "when": "'KING' in occupation_groups"}]}, "conditions.0.when", "is never KING"),
    ({"conditions": [{**AGE, "when": "age <= 60 &&"}]}, "conditions.0.when", "ends too early"),
    ({"conditions": [AGE, AGE]}, "conditions.1.name", "stands twice"),
    ({"conditions": [{**AGE, "when": "age <= 59"}]}, "examples.0", "does not hold"),
    ({"conditions": [AGE, {**AGE, "name": "poor", "when": "income_now_baht < 50000"}]}, "examples", "fails poor"),
    ({"examples": NEW["examples"][1:2]}, "examples", "whom the programme is for"),
    ({"examples": [{"person": {"sex": "F"}, "fits": True, "because": "x"}]}, "examples.0.person.sex", "not a variable"),
    ({"examples": [{"person": {"age": "sixty"}, "fits": True, "because": "x"}]}, "examples.0.person.age", "not a value"),
    ({"outcomes": ["GRANTED"]}, "outcomes", "of the dimension"),
    ({"valid_from": "2018-05-01", "valid_until": "2018-04-30"}, "valid_until", "before valid_from"),
]


async def test_what_cannot_be_kept_is_refused_by_its_field(plan):
    for wrong, field, said in REFUSED:
        answer = await propose(plan, **wrong)
        assert answer.status_code == 422, answer.text
        [problem] = [one for one in answer.json()["errors"] if one["field"] == field]
        assert said in problem["message_en"]
        assert problem["message_th"] != problem["message_en"]
        assert problem["allowed"] or "twice" in said


async def test_what_conditions_may_speak_of_is_told(plan):
    told = {one["name"]: one for one in (await plan.get("/v1/condition-variables")).json()["items"]}
    assert told["tier"]["values"] == ["OVER_30000", "UP_TO_30000"]
    assert (told["age"]["kind"], told["age"]["th"]) == ("NUMBER", "อายุเป็นปีเต็ม ณ วันอ้างอิงของนโยบาย")
    assert told.keys().isdisjoint({"sex", "religion", "name", "marital_status"})


def test_an_outcome_of_each_programme_is_one_that_may_be_reported():
    for programme in seed_data(data.load())[1]:
        assert set(programme.outcomes) <= {outcome.value for outcome in Outcome}


async def test_the_page_of_the_service_is_complete(plan):
    page = (await plan.client.get("/openapi.json")).json()
    operations = [entry for path, methods in page["paths"].items() if path.startswith("/v1/") for entry in methods.values()]
    assert all(entry["summary"] for entry in operations)
    assert [one["operationId"] for one in operations if "Scope: `" not in one["description"]] == ["verify_deduction_certificate"]
    assert "requestBody" in page["paths"]["/v1/referrals/outcomes"]["post"]


async def test_the_page_says_that_a_change_needs_what_it_needs(plan):
    document = plan.service.app.openapi()
    shared = document["components"]["parameters"]
    asked = document["paths"]["/v1/offerings/{offering_id}"]["put"]["parameters"]
    headers = [shared[one["$ref"].rsplit("/", 1)[-1]] for one in asked if "$ref" in one]
    assert [header["required"] for header in headers if header["name"] == "If-Match"] == [True]
