"""Every duty of the table: its operations exist, belong to the role, work inside its reach, are not there outside, and are refused to others."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.duties import Fulfilment, Outside, actors, pages
from deploy.local.roles import ROLES
from deploy.local.users import USERS, development_user
from services.reporting.commands.report_duties import look_into_calendar
from shared.clock import Clock, noon
from shared.ids import new_id
from tests.flows.country import Country, interview_form
from tests.flows.townsfolk import people_of

ROOT = Path(__file__).parents[2]
DISTRICT, PROVINCE, ELSEWHERE = "8101", "81", "9001"
MONTHS = {"first_month": "2018-02", "last_month": "2018-02"}
GUIDELINE = {"title": "แนวทาง", "content": "ไปหาเป็นรายตำบล", "valid_from": "2018-02-01"}
VARIANT = {"differs_in": "HOURS", "what": "เปิดถึงสองทุ่ม", "reason": "คนกรีดยาง", "from_day": "2018-02-01"}
PLACE = {"name": "หอประชุม", "opens_on": "2018-02-01", "closes_on": "2018-02-28", "capacity_per_day": 100, "tell": "NOBODY"}
MEMBER = {
    "committee": "PROVINCIAL_COMMITTEE",
    "name": "ก",
    "position": "ข",
    "powers": ["SUPERVISE"],
    "order_no": "1",
    "from_day": "2018-01-20",
}
TASK = {"agency": "DSD", "manner": "ASSIGN", "task": "อบรม", "districts": [DISTRICT], "due_on": "2018-06-30"}
COMPLAINT = {"category": "OTHER", "channel": "WALK_IN", "text": "รอนาน"}


@dataclass
class World:
    """What the calls are about."""

    person: str
    case: str
    officer: str
    clerk: str
    stranger: str
    interviewed: str
    interview: str
    listed: str
    ids: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Ask:
    """How an operation is called: the path below its service, and the body of a POST."""

    path: str
    body: Any = None
    get: bool = False
    headers: dict[str, str] = field(default_factory=dict)


def get(path: str) -> Callable[[World], Ask]:
    return lambda world: Ask(path.format(**vars(world), **world.ids), get=True)


def post(path: str, body: Any = None) -> Callable[[World], Ask]:
    return lambda world: Ask(path.format(**vars(world), **world.ids), body(world) if callable(body) else body)


def _interview(world: World) -> Any:
    return interview_form(world.case, "2018-03-20", "DEVELOP", [], None)


def _follow_up(world: World) -> Any:
    told = {
        "method": "TELEPHONE",
        "reached": True,
        "job_status": "SELF_EMPLOYED",
        "monthly_income_baht": 3000,
        "recommendation": "CONTINUE",
    }
    return {"case_id": world.interviewed, "round": "AD_HOC", "contacted_on": "2018-03-20", **told}


CALLS: dict[str, Callable[[World], Ask]] = {
    "interview.register_officers": post("/v1/officers", lambda _: {"district": DISTRICT, "employer": "GSB", "staff_no": str(new_id())}),
    "interview.list_officers": get("/v1/officers?district=8101"),
    "registry.list_card_holders": get("/v1/card-holders?district=8101"),
    "registry.show_card_holder": get("/v1/card-holders/{person}"),
    "registry.list_exports": get("/v1/exports"),
    "interview.publish_guideline": post("/v1/provinces/81/guidelines", GUIDELINE),
    "interview.publish_guideline_version": post("/v1/guidelines/{guideline}/versions", GUIDELINE),
    "interview.show_guideline": get("/v1/guidelines/{guideline}"),
    "interview.record_committee_member": post("/v1/provinces/81/committee-members", MEMBER),
    "interview.end_committee_membership": post("/v1/committee-members/{member}/end", {"to_day": "2018-12-31"}),
    "reporting.report_caseload": get("/v1/reports/caseload?area=8101"),
    "reporting.report_visit_coverage": get("/v1/reports/visit-coverage?area=8101"),
    "reporting.report_complaints": get("/v1/reports/complaints?area=8101"),
    "reporting.report_age_income": get("/v1/reports/age-income?area=8101"),
    "interview.list_preparations": get("/v1/districts/8101/preparations"),
    "interview.list_missing_releases": get("/v1/releases/missing?addressee=PROVINCIAL_COMMITTEE&first_month=2018-04&last_month=2018-04"),
    "interview.answer_complaint": post("/v1/complaints/{complaint}/answer", {"text": "แก้ไขแล้ว"}),
    "interview.adapt_district_team": post("/v1/districts/8101/team-variants", VARIANT),
    "interview.end_team_variant": post("/v1/team-variants/{variant}/end", {"to_day": "2018-12-31"}),
    "interview.task_agency": post("/v1/provinces/81/agency-tasks", TASK),
    "interview.list_agency_tasks": get("/v1/agency-tasks"),
    "interview.release_province_results": post("/v1/provinces/81/releases", {"addressee": "MONITORING_COMMITTEE", **MONTHS}),
    "interview.release_district_results": post("/v1/districts/8101/releases", {"addressee": "MOF", **MONTHS}),
    "interview.show_release": get("/v1/releases/{release}"),
    "interview.announce_meeting_place": post("/v1/meeting-places", {"subdistrict": "810101", **PLACE}),
    "interview.change_meeting_place": post("/v1/meeting-places/{place}/changes", PLACE),
    "interview.make_home_visit_list": post("/v1/districts/8101/home-visit-list"),
    "interview.acknowledge_guideline": post("/v1/districts/8101/guidelines/{guideline}/acknowledgement", {"version": 1}),
    "interview.set_method": post("/v1/districts/8101/methods", {"on_day": "2018-01-22", "title": "วิธี", "steps": ["ตรวจบัตร"]}),
    "interview.record_rehearsal": post("/v1/districts/8101/rehearsals", {"on_day": "2018-01-25", "place": "อำเภอ", "practised": ["รับแบบ"]}),
    "interview.record_publicity": post(
        "/v1/districts/8101/publicity", {"on_day": "2018-01-28", "channel": "POSTER", "area": "ทุกตำบล", "people_reached": 900}
    ),
    "interview.assign_whole_district": post("/v1/districts/8101/assignments"),
    "interview.assign_one_case": post(
        "/v1/cases/{listed}/assignment", lambda world: {"officer_id": world.clerk, "co_interviewer_id": world.officer}
    ),
    "interview.list_officers_work": get("/v1/supervision/officers?district=8101"),
    "interview.list_officer_days": get("/v1/supervision/officers/{officer}/days"),
    "interview.list_suspicions": get("/v1/supervision/suspicions?kind=ALIKE&district=8101"),
    "interview.list_spot_checks": get("/v1/spot-checks?district=8101"),
    "interview.draw_sample": post("/v1/districts/8101/spot-checks", {"from": "2018-03-01", "to": "2018-03-20", "count": 1}),
    "interview.list_home_visits": get("/v1/districts/8101/home-visits"),
    "interview.show_round": get("/v1/home-visits/round"),
    "interview.list_follow_ups_due": get("/v1/follow-ups-due?round=JUNE"),
    "interview.list_cases": get("/v1/cases"),
    "plan.list_programmes": get("/v1/programmes"),
    "interview.list_team_variants": get("/v1/districts/8101/team-variants"),
    "interview.show_case": get("/v1/cases/{case}"),
    "interview.record_one_interview": post("/v1/interviews", _interview),
    "interview.show_interview": get("/v1/interviews/{interview}"),
    "interview.record_one_follow_up": post("/v1/follow-ups", _follow_up),
    "interview.list_follow_ups": get("/v1/follow-ups"),
    "interview.receive_complaint": post("/v1/complaints", lambda world: {"holder_id": world.person, **COMPLAINT}),
    "reporting.list_reports_due": get("/v1/reports-due?kind=JUNE"),
    "reporting.submit_report": lambda world: Ask(f"/v1/reports-due/{world.ids['due']}/submissions", {}, headers={"If-Match": '"1"'}),
}
MADE_ANEW: dict[str, tuple[str, str, Any, str]] = {
    "complaint": ("intake-8101", "/interview/v1/complaints", None, "complaint_id"),
    "member": ("governor-81", "/interview/v1/provinces/81/committee-members", MEMBER, "member_id"),
    "variant": ("governor-81", "/interview/v1/districts/8101/team-variants", VARIANT, "variant_id"),
}
"""What an operation ends and the next call needs again: who makes it, where, of what, and what its id is called."""
ENDED_BY = {
    "interview.answer_complaint": "complaint",
    "interview.end_committee_membership": "member",
    "interview.end_team_variant": "variant",
}


WITHOUT_ITEMS = {"list_exports", "list_missing_releases", "list_suspicions", "list_spot_checks"}
"""Lists that this world has nothing in, and one of areas alone."""


@pytest.fixture(scope="module")
async def world(country: Country) -> World:
    """One district in March: two persons who came, one of them interviewed, two to be visited, their officer; a stranger's team elsewhere."""
    people = people_of("810101", 4)
    await country.import_people([*people, *people_of("900101", 1)])
    await country.day("2018-02-14")
    await country.state_wishes(people[:2], "2018-02-14")
    await country.day("2018-03-20")
    await country.assign(DISTRICT)
    await country.drained()
    first, second = [await country.case(one) for one in people[:2]]
    officer = first["officer_id"]
    clerk = {"district": DISTRICT, "employer": "COMMUNITY_DEVELOPMENT", "staff_no": "C-1"}
    clerk_id = (await country.post(f"chief-{DISTRICT}", "/interview/v1/officers", clerk))["officer_id"]
    done = await country.interview(people[1:2], "2018-03-20")
    await country.post(f"chief-{DISTRICT}", f"/interview/v1/districts/{DISTRICT}/home-visit-list")
    await country.post(f"chief-{DISTRICT}", f"/interview/v1/districts/{DISTRICT}/assignments")
    third, fourth = [await country.case(one) for one in people[2:]]
    await country.post(f"chief-{DISTRICT}", f"/interview/v1/cases/{fourth['case_id']}/assignment", {"officer_id": officer})
    await country.post(f"governor-{PROVINCE}", f"/interview/v1/provinces/{PROVINCE}/agency-tasks", TASK)
    method = {"on_day": "2018-01-22", "title": "วิธี", "steps": ["ตรวจบัตร"]}
    await country.post(f"chief-{DISTRICT}", f"/interview/v1/districts/{DISTRICT}/methods", method)
    told = World(
        country.holder(people[0]),
        first["case_id"],
        officer,
        clerk_id,
        country.officers[ELSEWHERE],
        second["case_id"],
        done[0]["interview_id"],
        third["case_id"],
    )
    made = {
        "guideline": await country.post("governor-81", "/interview/v1/provinces/81/guidelines", GUIDELINE),
        "release": await country.post("chief-8101", "/interview/v1/districts/8101/releases", {"addressee": "MOF", **MONTHS}),
    }
    told.ids = {name: one[f"{name}_id"] for name, one in made.items()} | {"place": country.places[DISTRICT]}
    await country.post(f"ao-{officer}", "/interview/v1/follow-ups", _follow_up(told))
    for name in MADE_ANEW:
        await make(country, told, name)
    await country.drained()
    await owe_reports(country)
    return told


async def owe_reports(country: Country) -> None:
    """The reports of June are open already."""
    clock = Clock()
    clock.play(noon(date(2018, 6, 4)))
    await look_into_calendar(country.suite.services["reporting"].resources.db, clock)
    await country.drained()


async def make(country: Country, world: World, name: str) -> None:
    user, path, body, key = MADE_ANEW[name]
    world.ids[name] = (await country.post(user, path, body or {"holder_id": world.person, **COMPLAINT}))[key]


def fulfilments() -> dict[tuple[str, str], Fulfilment]:
    """Each operation once a role."""
    return {(one.role, one.name): one for actor in actors() for duty in actor.duties for one in duty.fulfilled_by}


def test_every_numbered_duty_has_operations_and_the_pages_are_as_they_are_made():
    assert {actor.name: [duty.number for duty in actor.duties] for actor in actors()} == {
        "governor": list(range(1, 8)),
        "district_chief": list(range(1, 11)),
        "account_officer": list(range(1, 7)),
    }
    assert all(duty.fulfilled_by and duty.th and duty.en for actor in actors() for duty in actor.duties)
    assert {name for _, name in fulfilments()} == CALLS.keys()
    for path, text in pages().items():
        assert (ROOT / path).read_text(encoding="utf-8") == text, "run python -m deploy.duties"


async def test_each_operation_is_the_roles_and_stands_on_the_page_of_its_service_which_links_the_table(country):
    http = country.office.http
    for service in {one.service for one in fulfilments().values()}:
        document = (await http.get(f"/{service}/openapi.json")).json()
        assert "(docs/pages/duties)" in document["info"]["description"]
        page = await http.get(f"/{service}/docs/pages/duties")
        assert (page.status_code, "ผู้อำนวยการเขต" in page.text) == (200, True)
        entries = {entry["operationId"]: entry for methods in document["paths"].values() for entry in methods.values()}
        for one in fulfilments().values():
            if one.service == service:
                assert entries[one.operation_id]["x-scope"] in ROLES[one.role].scopes, one
    assert (await http.get("/interview/docs/pages/nothing")).status_code == 404


@pytest.mark.parametrize("actor", [actor.name for actor in actors()])
async def test_each_operation_works_inside_is_not_there_outside_and_is_refused_to_who_may_not(country, world, actor):
    faults = []
    for (role, name), one in fulfilments().items():
        if role == actor:
            faults += [f"{name}: {fault}" async for fault in _faults(country, world, one)]
            if name in ENDED_BY:
                await make(country, world, ENDED_BY[name])
    assert faults == []


async def _faults(country: Country, world: World, one: Fulfilment) -> AsyncIterator[str]:
    inside, outside = _users(one, world)
    if one.operation_id == "submit_report":
        owed = await country.pages(inside, "/reporting/v1/reports-due", kind="JUNE", level=one.reach.value)
        world.ids["due"] = owed[0]["due_id"]
    ask = CALLS[one.name](world)
    refused = _user_of(next(name for name in ("intake", "operator", "notice-gateway") if _lacks(country, one, name)))
    answers = {user: await call(country, user, one, ask) for user in (refused, outside, inside)}
    statuses = [answer.status_code for answer in answers.values()]
    if statuses[:2] != [403, 404 if one.outside is Outside.NOT_THERE else 200] or statuses[2] not in {200, 201}:
        yield f"{statuses} {answers[outside].text} {answers[inside].text}"
        return
    told, shown = answers[inside].json(), answers[outside].json()
    if one.outside is Outside.EVERYBODY and told != shown:
        yield "not the same for everybody"
    if one.outside is Outside.EMPTY and one.operation_id not in WITHOUT_ITEMS:
        there = {str(item) for item in told["items"]}
        if not there or not there.isdisjoint(str(item) for item in shown["items"]):
            yield "empty inside, or shown outside"


def _users(one: Fulfilment, world: World) -> tuple[str, str]:
    codes = {
        "governor": (PROVINCE, ELSEWHERE[:2]),
        "district_chief": (DISTRICT, ELSEWHERE),
        "account_officer": (world.officer, world.stranger),
    }
    inside, outside = codes[one.role]
    return one.user(inside), one.user(outside)


def _user_of(prefix: str) -> str:
    return f"intake-{DISTRICT}" if prefix == "intake" else prefix


def _lacks(country: Country, one: Fulfilment, prefix: str) -> bool:
    document = country.suite.services[one.service].app.openapi()
    entries = {entry["operationId"]: entry for methods in document["paths"].values() for entry in methods.values()}
    return entries[one.operation_id]["x-scope"] not in ROLES[USERS[prefix]].scopes


async def call(country: Country, user: str, one: Fulfilment, ask: Ask) -> httpx.Response:
    issued = development_user(user)
    token = country.suite.issuer.issue(user, issued.scopes, issued.reach, issued.officer_id)
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(new_id()), **ask.headers}
    http, path = country.office.http, f"/{one.service}{ask.path}"
    if ask.get:
        return await http.get(path, headers=headers)
    return await http.post(path, headers=headers, **({} if ask.body is None else {"json": ask.body}))
