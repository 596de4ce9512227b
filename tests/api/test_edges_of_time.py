"""Dates and months at the edges of the calendar, about people who are there: refused or taken, but no failure, then or later."""

import json
from typing import Any

from httpx import Response

from shared.ids import new_id
from tests.api.conftest import EVERY_SCOPE, Surface
from tests.api.test_refusals import ask, fields_of, replaced, with_json

DAYS = ("0001-01-01", "9999-12-31")
MONTHS = ("1900-01", "2999-12", "0000-01", "9999-12", "๒๕๖๑-๐๓")


async def test_days_at_the_edges_of_the_calendar_break_nothing(surface):
    token, taken, named = surface.token(*EVERY_SCOPE), 0, 0
    await surface.country.day("2018-03-10")
    people = iter(surface.citizen_ids)
    for one, example in with_json(surface):
        for name, place in fields_of(example, str):
            if not name.endswith(("_on", "_date")):
                continue
            for day in DAYS:
                # Who states the wish has no case yet.
                known = {"citizen_id": next(people)} if "citizen_id" in example else await a_case(surface, next(people))
                body = with_known(replaced(example, place, day), known)
                answer = await ask(surface, one, token, path=one.address(**known), json=body)
                assert answer.status_code < 500, (one.name, name, day, answer.text)
                taken, named = taken + answer.is_success, named + (name in problem_fields(answer))
    # Neither is everything refused for another reason, nor taken unseen.
    assert named > 10
    assert taken
    await surface.country.drained()
    assert await surface.country.broken_invariants() == {}


async def test_months_at_the_edges_of_the_calendar_break_nothing(surface):
    token = surface.token(*EVERY_SCOPE)
    for one in surface.operations():
        for parameter in one.entry.get("parameters", []):
            if parameter.get("in") == "query" and "month" in parameter["name"]:
                for month in MONTHS:
                    answer = await ask(surface, one, token, params={parameter["name"]: month})
                    assert answer.status_code < 500, (one.name, month, answer.text)
    for month in MONTHS:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(new_id())}
        run = await surface.http.post("/payments/v1/runs", json={"month": month}, headers=headers)
        assert run.status_code < 500, (month, run.text)
    await surface.country.drained()
    assert await surface.country.broken_invariants() == {}


async def a_case(surface: Surface, citizen_id: str) -> dict[str, str]:
    """A person who stated the wish at home and has an officer: the ids by the names that operations give them."""
    country = surface.country
    wish = next(example for one, example in with_json(surface) if one.entry["operationId"] == "state_intent")
    intent = await post(
        surface, "/interview/v1/intents", wish | {"citizen_id": citizen_id, "channel": "HOME_VISIT", "stated_on": "2018-03-08"}
    )
    found = await country.post("registrar", "/registry/v1/card-holders/look-ups", {"citizen_ids": [citizen_id]})
    holder_id = found["items"][0]["holder_id"]
    [case] = (await country.get("moi-country", "/interview/v1/cases", holder_id=holder_id))["items"]
    district = case["responsible_district"]
    officer = {"district": district, "employer": "BAAC", "staff_no": f"B-{holder_id}"}
    officer_id = (await country.post(f"chief-{district}", "/interview/v1/officers", officer))["officer_id"]
    await post(surface, f"/interview/v1/cases/{case['case_id']}/assignment", {"officer_id": officer_id})
    return {"holder_id": holder_id, "case_id": case["case_id"], "officer_id": officer_id, "intent_id": intent["intent_id"]}


async def post(surface: Surface, path: str, body: Any) -> Any:
    """POST with every scope, which must be taken; returns the answer."""
    headers = {"Authorization": f"Bearer {surface.token(*EVERY_SCOPE)}", "Idempotency-Key": str(new_id())}
    answer = await surface.http.post(path, json=body, headers=headers)
    assert answer.is_success, answer.text
    return answer.json()


def problem_fields(answer: Response) -> set[str]:
    """The last names of the fields that the answer finds wrong."""
    return {error["field"].rsplit(".", 1)[-1] for error in answer.json().get("errors", [])} if answer.is_client_error else set()


def with_known(body: Any, known: dict[str, str]) -> Any:
    """The body with the ids that are known in the places of made-up ones."""
    filled = json.loads(json.dumps(body))
    for name in filled.keys() & known.keys():
        filled[name] = known[name]
    return filled
