"""The catalogue: its seed, and approved changes."""

import asyncio

from shared.auth import Level, Reach
from tests.plan import story
from tests.plan.story import TECHNICIAN, person

NEW = {
    "code": "D2-DSD-MOTORCYCLE",
    "dimension": "D2",
    "agency": "DSD",
    "name_th": "ช่างซ่อมจักรยานยนต์",
    "name_en": "Motorcycle repair",
    "conditions": {"max_age": 60, "approaches": ["NEW_OCCUPATION"]},
    "approval_reference": "คอต. ครั้งที่ ๓/๒๕๖๑",
}
CHANGE = {name: NEW[name] for name in ("name_th", "name_en", "conditions", "approval_reference")}


async def test_the_first_catalogue_is_published_once_by_however_many_processes(plan):
    await plan.empty()
    await asyncio.gather(*(plan.service.on_start() for _ in range(4)))
    await plan.service.on_start()
    subjects = [event["subject"] for event in await plan.outbox("ProgrammeChanged")]
    assert len(subjects) == len(set(subjects)) == 26


async def test_the_seed_leaves_changed_programmes_alone(plan):
    await _put(plan, TECHNICIAN, '"1"')
    await plan.service.on_start()
    assert (await plan.get(f"/v1/programmes/{TECHNICIAN}")).json()["version"] == 2


async def test_agencies_and_programmes_can_be_read(plan):
    assert len((await plan.get("/v1/agencies")).json()["items"]) == 12
    loans = (await plan.get("/v1/programmes", dimension="D3", agency="BAAC", active=True)).json()["items"]
    assert [one["code"] for one in loans] == ["D3-BAAC-OCCUPATION-LOAN", "D3-BAAC-PRODUCTION-LOAN"]
    assert loans[0]["conditions"]["occupations"] == ["FARMER"]
    assert (await plan.get("/v1/programmes/D9-NO")).status_code == 404


async def test_an_approved_programme_is_added_and_recommended(plan):
    answer = await plan.post("/v1/programmes", NEW)
    assert (answer.status_code, answer.headers["Location"], answer.headers["ETag"]) == (201, "/v1/programmes/D2-DSD-MOTORCYCLE", '"1"')
    [event] = [one for one in await plan.outbox("ProgrammeChanged") if one["subject"] == NEW["code"]]
    assert event["data"]["approval_reference"] == NEW["approval_reference"]
    again = await plan.post("/v1/programmes", NEW)
    assert (again.status_code, again.json()["type"]) == (409, "urn:sukjai:problem:programme-exists")
    one = person(1)
    await plan.bring(*story.beginning(one), story.interviewed(one, approach="NEW_OCCUPATION"))
    assert NEW["code"] in (await plan.plan_of(one))["recommended"]


async def test_agreed_plans_keep_the_version_of_their_day(plan):
    before, after = person(1), person(2)
    await plan.bring(*story.beginning(before, after), story.interviewed(before, lines=story.menu(TECHNICIAN)))
    changed = await _put(plan, TECHNICIAN, '"1"')
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    await plan.bring(story.interviewed(after, lines=story.menu(TECHNICIAN)))
    versions = [(await plan.plan_of(one))["lines"][0]["programme_version"] for one in (before, after)]
    assert versions == [1, 2]
    history = (await plan.get(f"/v1/programmes/{TECHNICIAN}")).json()["history"]
    assert [(one["version"], one["changed_by"]) for one in history] == [(1, "plan"), (2, "someone")]


async def test_a_programme_that_is_closed_cannot_be_agreed_on(plan):
    one = person(1)
    await plan.bring(*story.beginning(one), story.interviewed(one))
    await _put(plan, TECHNICIAN, '"1"', active=False)
    body = {"lines": [{"programme_code": TECHNICIAN}], "holder_signed": True, "officer_signed": True, "agreed_on": "2018-04-01"}
    answer = await plan.post(f"/v1/plans/{(await plan.plan_of(one))['plan_id']}/agreement", body, plan.officer())
    assert (answer.status_code, answer.json()["programme_code"]) == (409, TECHNICIAN)


async def test_a_change_needs_the_version_that_was_read(plan):
    assert (await _put(plan, TECHNICIAN, None)).status_code == 422
    assert (await _put(plan, "D2-DSD-NOTHING", '"1"')).status_code == 404
    assert (await _put(plan, TECHNICIAN, '"1"', approval_reference="")).status_code == 422
    first, second = await asyncio.gather(_put(plan, TECHNICIAN, '"1"'), _put(plan, TECHNICIAN, '"1"'))
    assert sorted((first.status_code, second.status_code)) == [200, 412]


async def _put(plan, code, etag, who=None, **more):
    headers = {**(who or plan.caller()), **({"If-Match": etag} if etag else {})}
    return await plan.client.put(f"/v1/programmes/{code}", json={**CHANGE, **more}, headers=headers)


async def test_who_may_change_the_catalogue(plan):
    assert (await plan.post("/v1/programmes", NEW, plan.agency("DOE"))).status_code == 404
    assert (await plan.post("/v1/programmes", NEW, plan.agency("DSD"))).status_code == 201
    assert (await _put(plan, TECHNICIAN, '"1"', plan.agency("DOE"))).status_code == 404
    assert (await _put(plan, TECHNICIAN, '"1"', plan.caller(Reach(Level.DISTRICT, "8101")))).status_code == 404
    assert (await plan.post("/v1/programmes", NEW, plan.officer())).status_code == 403
    for wrong in ({"agency": "XYZ"}, {"code": "X"}, {"conditions": {"occupations": ["KING"]}}, {"approval_reference": ""}, {"extra": 1}):
        assert (await plan.post("/v1/programmes", {**NEW, "code": "D2-DSD-OTHER", **wrong})).status_code == 422


async def test_the_page_of_the_service_is_complete(plan):
    page = (await plan.client.get("/openapi.json")).json()
    operations = [entry for path, methods in page["paths"].items() if path.startswith("/v1/") for entry in methods.values()]
    assert all(entry["summary"] for entry in operations)
    assert [one["operationId"] for one in operations if "Scope: `" not in one["description"]] == ["verify_deduction_certificate"]
    assert "requestBody" in page["paths"]["/v1/referrals/outcomes"]["post"]


async def test_the_page_says_that_a_change_needs_what_it_needs(plan):
    document = plan.service.app.openapi()
    shared = document["components"]["parameters"]
    asked = document["paths"]["/v1/programmes/{code}"]["put"]["parameters"]
    headers = [shared[one["$ref"].rsplit("/", 1)[-1]] for one in asked if "$ref" in one]
    assert [header["required"] for header in headers if header["name"] == "If-Match"] == [True]
    missing = await plan.client.put(f"/v1/programmes/{TECHNICIAN}", json=CHANGE, headers=plan.caller())
    assert (missing.status_code, missing.json()["errors"][0]["field"]) == (422, "If-Match")
