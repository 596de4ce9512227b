"""What callers from outside may do: one slip however often they ask, and nothing beyond their reach."""

import asyncio
from dataclasses import dataclass

import pytest

from shared.contracts.interview import CASES, IntentDeclared
from shared.ids import new_id
from tests.flows.country import Country
from tests.flows.townsfolk import Person, people_of
from tests.support.pdf import read_pdf

HERE, THERE = "8103", "8301"
WRITERS = 32


@dataclass
class Town:
    """Somebody of one district, interviewed, with a plan; and the officers of both districts."""

    person: Person
    officer: str
    stranger: str


@pytest.fixture(scope="module")
async def town(country: Country) -> Town:
    [person] = people_of("810301", 1)
    await country.import_people([person, *people_of("830101", 1)])
    await country.day("2018-02-10")
    await country.state_wishes([person], "2018-02-10")
    await country.assign(HERE)
    await country.day("2018-02-12")
    await country.interview([person], "2018-02-12")
    await country.drained()
    return Town(person, f"ao-{country.officers[HERE]}", f"ao-{country.officers[THERE]}")


async def test_thirty_two_writers_on_one_key_get_one_slip(country: Country, town: Town):
    [person] = people_of("810301", 1)
    await country.import_people([person])
    key, wish = str(new_id()), country.wish(person, "2018-02-12")
    slips = await asyncio.gather(*(country.post(f"intake-{HERE}", "/interview/v1/intents", wish, key=key) for _ in range(WRITERS)))
    assert all(slip == slips[0] for slip in slips)
    await country.drained()
    assert await country.rows("interview", "SELECT count(*) AS n FROM intent WHERE holder_id = $1::uuid", country.holder(person)) == [
        {"n": 1}
    ]
    declared = [
        one for one in await country.events(CASES) if isinstance(one.data, IntentDeclared) and one.subject == country.holder(person)
    ]
    assert [event.data.slip_no for event in declared] == [slips[0]["slip_no"]]
    assert (await country.entitlement(person))["version"] == 1


async def test_thirty_two_writers_each_with_a_key_of_their_own_get_one_slip(country: Country, town: Town):
    [person] = people_of("810301", 1)
    await country.import_people([person])
    slips = await asyncio.gather(*(country.state_wishes([person], "2018-02-12") for _ in range(WRITERS)))
    assert len({slip["slip_no"] for [slip] in slips}) == 1
    assert sum(not slip["repeated"] for [slip] in slips) == 1
    await country.drained()
    declared = [
        one for one in await country.events(CASES) if isinstance(one.data, IntentDeclared) and one.subject == country.holder(person)
    ]
    assert len(declared) == 1


async def test_one_key_with_another_body_is_refused(country: Country, town: Town):
    key = str(new_id())
    path = "/interview/v1/intents"
    assert await country.status("POST", f"intake-{HERE}", path, country.wish(town.person, "2018-02-12"), **{"Idempotency-Key": key}) == 200
    assert await country.status("POST", f"intake-{HERE}", path, country.wish(town.person, "2018-02-11"), **{"Idempotency-Key": key}) == 422


async def test_another_districts_chief_and_officer_find_nothing(country: Country, town: Town):
    holder_id = country.holder(town.person)
    case_id = (await country.case(town.person))["case_id"]
    entitlement_id = (await country.entitlement(town.person))["entitlement_id"]
    [plan] = (await country.get(town.officer, "/plan/v1/plans", holder_id=holder_id))["items"]
    own = [
        f"/registry/v1/card-holders/{holder_id}",
        f"/interview/v1/cases/{case_id}",
        f"/plan/v1/plans/{plan['plan_id']}",
        f"/payments/v1/entitlements/{entitlement_id}",
        f"/payments/v1/entitlements/{entitlement_id}/payments",
    ]
    for path in own:
        assert await country.status("GET", f"chief-{HERE}", path) == 200, path
        assert await country.status("GET", f"chief-{THERE}", path) == 404, path
        assert await country.status("GET", town.officer, path) == 200, path
        assert await country.status("GET", town.stranger, path) == 404, path
    assert await country.status("GET", f"chief-{HERE}", f"/reporting/v1/reports/year?area={HERE}") == 200
    assert await country.status("GET", f"chief-{THERE}", f"/reporting/v1/reports/year?area={HERE}") == 404


async def test_lists_counts_and_figures_of_another_district_are_empty_of_it(country: Country, town: Town):
    holder_id = country.holder(town.person)
    for path in ("/registry/v1/card-holders", "/interview/v1/cases", "/plan/v1/plans", "/payments/v1/entitlements"):
        here = {row["holder_id"] for row in await country.pages(f"chief-{HERE}", path)}
        there = {row["holder_id"] for row in await country.pages(f"chief-{THERE}", path)}
        assert holder_id in here, path
        assert not here & there, path
    assert (await country.get(f"chief-{THERE}", "/registry/v1/card-holders/count"))["persons"] == 1
    figures = (await country.get(f"chief-{THERE}", "/reporting/v1/reports/year"))["figures"]["figures"]
    assert {one["figure"]: one["persons"] for one in figures}["declared"] == 0


async def test_another_officer_writes_nothing_about_the_person(country: Country, town: Town):
    case = await country.case(town.person)
    holder_id = country.holder(town.person)
    [plan] = (await country.get(town.officer, "/plan/v1/plans", holder_id=holder_id))["items"]
    agreement = {
        "lines": [{"programme_code": plan["recommended"][0], "goal": "มีรายได้เพิ่มขึ้น"}],
        "holder_signed": True,
        "officer_signed": True,
        "agreed_on": "2018-02-12",
    }
    attempt = {"case_id": case["case_id"], "visited_on": "2018-02-12", "reason": "NOT_AT_HOME"}
    move = {"moved_on": "2018-02-11", "subdistrict": "830101", "reason": "แจ้งย้ายที่อยู่"}
    for user, path, body in (
        (town.stranger, f"/plan/v1/plans/{plan['plan_id']}/agreement", agreement),
        (town.stranger, "/interview/v1/visit-attempts", attempt),
        (town.stranger, f"/registry/v1/card-holders/{holder_id}/moves", move),
        (f"chief-{THERE}", f"/registry/v1/card-holders/{holder_id}/moves", move),
        (f"intake-{THERE}", "/interview/v1/intents", {**country.wish(town.person, "2018-02-12"), "place_id": country.places[THERE]}),
    ):
        assert await country.status("POST", user, path, body, **{"Idempotency-Key": str(new_id())}) == 404, (user, path)
    assert (
        await country.status(
            "POST", town.officer, f"/plan/v1/plans/{plan['plan_id']}/agreement", agreement, **{"Idempotency-Key": str(new_id())}
        )
        < 300
    )
    await country.drained()


@pytest.mark.parametrize(
    ("method", "user", "path"),
    [
        ("POST", f"intake-{HERE}", "/registry/v1/imports"),
        ("GET", "agency-DSD", "/registry/v1/card-holders"),
        ("POST", f"intake-{HERE}", f"/interview/v1/districts/{HERE}/assignments"),
        ("GET", "bank-KTB", "/interview/v1/cases"),
        ("POST", f"chief-{HERE}", "/plan/v1/referrals/outcomes"),
        ("GET", "payments-maker", "/plan/v1/plans"),
        ("POST", f"chief-{HERE}", "/payments/v1/runs"),
        ("POST", "payments-approver", "/payments/v1/runs"),
        ("GET", "bank-KTB", "/payments/v1/ledger/trial-balance"),
        ("GET", f"intake-{HERE}", "/reporting/v1/reports/year"),
        ("POST", f"chief-{HERE}", "/reporting/v1/snapshots"),
        ("GET", "committee", "/registry/v1/operations/invariants"),
    ],
)
async def test_a_scope_that_the_caller_has_not_is_403(country: Country, town: Town, method: str, user: str, path: str):
    assert await country.status(method, user, path, {} if method == "POST" else None, **{"Idempotency-Key": str(new_id())}) == 403


@pytest.mark.parametrize(
    "path",
    [
        "/registry/v1/card-holders",
        "/interview/v1/cases",
        "/plan/v1/plans",
        "/payments/v1/entitlements",
        "/reporting/v1/reports/year",
    ],
)
async def test_nobody_comes_in_without_a_token(country: Country, path: str):
    assert (await country.office.http.get(path)).status_code == 401


async def test_a_slip_has_the_registrys_name_for_who_reaches_the_person_and_the_registry_notes_it(country: Country, town: Town):
    case = await country.case(town.person)
    sql = "SELECT w.intent_id, i.interview_id FROM intent w JOIN interview i USING (case_id) WHERE case_id = $1::uuid"
    [recorded] = await country.rows("interview", sql, case["case_id"])
    papers = (
        f"/interview/v1/intents/{recorded['intent_id']}/slip.pdf?size=80MM&digits=thai",
        f"/interview/v1/interviews/{recorded['interview_id']}/form.pdf",
    )
    for path in papers:
        token = await country.office.token(town.officer)
        answer = await country.office.http.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        assert f"นางสุดา {town.person.last_name}" in read_pdf(answer.content), path
        assert await country.status("GET", town.stranger, path) == 404, path
    noted = await country.rows(
        "registry",
        "SELECT client, purpose FROM audit_entry WHERE holder_id = $1::uuid AND purpose LIKE 'พิมพ์%' ORDER BY seq",
        country.holder(town.person),
    )
    assert noted == [{"client": town.officer, "purpose": f"พิมพ์ {what}"} for what in ("หางตั๋ว", "แบบสัมภาษณ์และเมนูพัฒนา")]
