"""The table of services/interview/README.md, walked: how people leave and come back, which event says so, and what payments makes of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.interview import CASES
from shared.contracts.plan import PLANS
from shared.contracts.registry import HISTORY
from tests.flows.country import Country
from tests.flows.townsfolk import Person, people_of

HERE = "8101"
CHIEF, COMMITTEE = f"chief-{HERE}", "province-committee-81"
README = Path(__file__).parents[2] / "services/interview/README.md"


@dataclass(frozen=True)
class Way:
    """What became of somebody: the state of the case, the last event that says so, the months paid and why they stop."""

    state: str
    event: str
    months: tuple[str, ...]
    status: str | None = None
    stop: str | None = None


def months(first: int, last: int = 12) -> tuple[str, ...]:
    return tuple(f"2018-{month:02}" for month in range(first, last + 1))


WAYS = {
    "withdraws": Way("WITHDRAWN", "interview.IntentWithdrawn.v1", months(3, 5), "STOPPED", "WITHDRAWN"),
    "withdraws, wishes anew": Way("INTERVIEWED", "interview.IntentDeclared.v1", months(3), "REINSTATED"),
    "refuses after the wish": Way("REFUSED", "interview.InterviewCompleted.v1", months(3, 3), "STOPPED", "REFUSED"),
    "refuses at the door": Way("REFUSED", "interview.VisitRefused.v1", ()),
    "refuses at the door, wishes anew": Way("ASSIGNED", "interview.IntentDeclared.v1", months(6), "PENDING"),
    "is content in the interview": Way("SUFFICIENCY", "interview.InterviewCompleted.v1", months(3, 3), "STOPPED", "SUFFICIENT"),
    "is content by the plan": Way("SUFFICIENCY", "plan.PlanDeclined.v1", months(3, 4), "STOPPED", "SUFFICIENT"),
    "is reinstated": Way("INTERVIEWED", "interview.DecisionRecorded.v1", (*months(3, 3), *months(7)), "REINSTATED"),
    "dies": Way("DECEASED", "registry.CardholderDeceased.v1", months(3, 4), "STOPPED", "DECEASED"),
    "moves": Way("INTERVIEWED", "interview.CaseRouted.v1", months(3), "ACTIVE"),
}


@pytest.fixture(scope="module")
async def walked(country: Country) -> dict[str, Person]:
    """Each of them, after June."""
    people = dict(zip(WAYS, people_of("810101", len(WAYS)), strict=True))
    await country.import_people([*people.values(), *people_of("810201", 1)])
    at_the_door = [person for way, person in people.items() if "door" in way]
    await country.day("2018-02-14")
    await country.state_wishes([person for person in people.values() if person not in at_the_door], "2018-02-14")
    await country.day("2018-03-01")
    await country.post(CHIEF, f"/interview/v1/districts/{HERE}/home-visit-list")
    await country.assign(HERE)
    await _march(country, people, at_the_door)
    await _april(country, people)
    await _may(country, people)
    await country.day("2018-06-05")
    ruling = {"kind": "REINSTATE", "committee": "PROVINCIAL_COMMITTEE", "decided_on": "2018-06-05", "reference": "กบ 0018/ว 7"}
    case_id = (await country.case(people["is reinstated"]))["case_id"]
    await country.post(COMMITTEE, "/interview/v1/decisions", {**ruling, "case_id": case_id})
    await country.drained()
    return people


async def _march(country: Country, people: dict[str, Person], at_the_door: list[Person]) -> None:
    await country.day("2018-03-12")
    officer = f"ao-{country.officers[HERE]}"
    for person in at_the_door:
        body = {"case_id": (await country.case(person))["case_id"], "visited_on": "2018-03-12", "reason": "REFUSES"}
        answer = await country.post(officer, "/interview/v1/visit-attempts", body)
        assert (answer["state"], answer["next"]["visit_again_on"]) == ("REFUSED", None)
    answers = {"refuses after the wish": "REFUSE", "is content in the interview": "SUFFICIENT", "is reinstated": "SUFFICIENT"}
    for way, person in people.items():
        if person not in at_the_door:
            await country.interview([person], "2018-03-12", answer=answers.get(way, "DEVELOP"))
    await country.drained()


async def _april(country: Country, people: dict[str, Person]) -> None:
    await country.day("2018-04-16")
    for way in ("withdraws", "withdraws, wishes anew"):
        case = await country.get(CHIEF, f"/interview/v1/cases/{(await country.case(people[way]))['case_id']}")
        body = {"withdrawn_on": "2018-04-16", "reason": "ไปทำงานต่างประเทศ"}
        await country.post(CHIEF, f"/interview/v1/intents/{case['slip']['intent_id']}/withdrawal", body)
    [plan] = (await country.get("moi-country", "/plan/v1/plans", holder_id=country.holder(people["is content by the plan"])))["items"]
    declined = {"declined_on": "2018-04-16", "sufficient": True, "reason": "พอใจในสิ่งที่มี"}
    await country.post(f"ao-{country.officers[HERE]}", f"/plan/v1/plans/{plan['plan_id']}/decline", declined)
    death = {"deceased_on": "2018-04-15", "evidence": "ทะเบียนราษฎร"}
    request = await country.post("registrar", f"/registry/v1/card-holders/{country.holder(people['dies'])}/death", death)
    await country.post(CHIEF, f"/registry/v1/change-requests/{request['request_id']}/approval", {"reason": "ตรวจทะเบียนราษฎรแล้ว"})
    await country.drained()


async def _may(country: Country, people: dict[str, Person]) -> None:
    await country.day("2018-05-14")
    for way in ("withdraws, wishes anew", "refuses at the door, wishes anew"):
        wish = {**country.wish(people[way], "2018-05-14"), "channel": "HOME_VISIT", "place_id": None}
        slip = await country.post(CHIEF, "/interview/v1/intents", wish)
        assert slip["repeated"] is False
    move = {"moved_on": "2018-05-10", "subdistrict": "810201", "reason": "แจ้งย้ายที่อยู่"}
    await country.post("registrar", f"/registry/v1/card-holders/{country.holder(people['moves'])}/moves", move)
    await country.drained()
    await country.assign("8102")


async def _found(country: Country, person: Person) -> tuple[Any, ...]:
    case = await country.case(person)
    paid: dict[str, Any] = await country.entitlement(person) or {}
    said = {event.type for event in await country.events(CASES, PLANS, HISTORY) if event.subject == country.holder(person)}
    return case["state"], said, tuple(paid.get("months", ())), paid.get("status"), paid.get("stop_reason")


@pytest.mark.parametrize("way", WAYS)
async def test_payments_makes_of_it_what_the_table_says(country: Country, walked: dict[str, Person], way: str):
    expected = WAYS[way]
    state, said, paid, status, stop = await _found(country, walked[way])
    assert (state, paid, status, stop) == (expected.state, expected.months, expected.status, expected.stop)
    assert expected.event in said
    assert expected.event.split(".")[1] in README.read_text(encoding="utf-8")


async def test_who_moved_is_the_new_districts_with_the_history_and_the_old_one_keeps_its_records(
    country: Country, walked: dict[str, Person]
):
    case = await country.case(walked["moves"])
    assert (case["responsible_district"], case["officer_id"]) == ("8102", country.officers["8102"])
    shown = await country.get("chief-8102", f"/interview/v1/cases/{case['case_id']}")
    assert {"WISH_STATED", "INTERVIEWED", "ROUTED"} <= {line["step"] for line in shown["history"]}
    [former] = (await country.get(CHIEF, "/interview/v1/former-cases"))["items"]
    assert former["case_id"] == case["case_id"]
