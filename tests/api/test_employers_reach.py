"""An employer may ask what employers may, about itself, and nothing else of the suite."""

from collections.abc import Iterator
from typing import Any

from deploy.local.roles import ROLES
from shared.auth import Level, Reach
from tests.api.conftest import EVERY_SCOPE, Operation, Surface
from tests.api.test_refusals import ask, secured

ACME = "0105561000003"


async def test_every_other_operation_of_the_suite_is_refused_to_an_employer(surface: Surface):
    mine, asked = set(ROLES["employer"].scopes), 0
    token = surface.country.suite.issuer.issue_to(f"employer-{ACME}")
    for one in secured(surface):
        if one.scope not in mine:
            asked += 1
            answer = await ask(surface, one, token)
            assert (one.name, answer.status_code) == (one.name, 403), answer.text[:300]
    assert asked > 200
    assert {one.service for one in surface.operations() if one.scope in mine} == {"plan"}


async def test_even_with_every_scope_the_reach_of_an_employer_finds_no_card_holder(surface: Surface):
    token = surface.country.suite.issuer.issue(f"employer-{ACME}", EVERY_SCOPE, Reach(Level.EMPLOYER, ACME))
    rows = await surface.country.rows("registry", "SELECT holder_id::text FROM card_holder LIMIT 500")
    holders = [row["holder_id"] for row in rows]
    assert holders
    for one in secured(surface):
        if one.method == "get":
            answer = await ask(surface, one, token, params=query_of(one))
            assert answer.status_code < 500, (one.name, answer.text[:300])
            assert not any(holder in answer.text for holder in holders), one.name
            if "{holder_id}" in one.path:
                about = await ask(surface, one, token, path=one.address(holder_id=holders[0]), params=query_of(one))
                assert (one.name, about.status_code) == (one.name, 404)


def test_what_an_employer_is_shown_tells_no_tier_debt_or_health_and_nobodys_name(surface: Surface):
    mine = set(ROLES["employer"].scopes)
    schemas = surface.documents["plan"]["components"]["schemas"]
    successes = [
        content["schema"]
        for one in secured(surface)
        if one.scope in mine
        for status, response in one.entry["responses"].items()
        if status.startswith("2")
        for content in response.get("content", {}).values()
    ]
    shown = set(fields_of(successes, schemas, set()))
    assert {"employment_id", "amount_satang", "consent"} <= shown
    words = {word for name in shown for word in name.split("_")}
    assert not words & {"tier", "debt", "debts", "health", "income", "holder", "citizen", "card", "phone", "birth"}
    assert {name for name in shown if "name" in name.split("_")} == {"name_th", "name_en", "employer_name_th", "employer_name_en"}


def query_of(one: Operation) -> dict[str, Any]:
    """Examples of what the query must have, as far as there are any."""
    wanted = [parameter for parameter in one.entry.get("parameters", []) if parameter.get("in") == "query" and parameter.get("required")]
    return {parameter["name"]: parameter["schema"]["examples"][0] for parameter in wanted if "examples" in parameter["schema"]}


def fields_of(schema: Any, schemas: dict[str, Any], seen: set[str]) -> Iterator[str]:
    """The names of all fields of a schema, at any depth."""
    match schema:
        case {"$ref": reference}:
            name = reference.rpartition("/")[2]
            if name not in seen:
                seen.add(name)
                yield from fields_of(schemas[name], schemas, seen)
        case dict():
            yield from schema.get("properties", {})
            for inner in schema.values():
                yield from fields_of(inner, schemas, seen)
        case list():
            for inner in schema:
                yield from fields_of(inner, schemas, seen)
