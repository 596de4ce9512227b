"""Who may not, and what is not taken, is told by a problem in both languages: never a bare error, never a failure of ours."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from shared.ids import new_id
from tests.api.conftest import EVERY_SCOPE, Operation, Surface
from tests.api.test_openapi import examples_of

THAI = re.compile(r"[ก-๛]{3}")
LONG = "ก" * 350_000  # a little over 1 MB in UTF-8
LONG_IN_ADDRESS = "x" * 20_000


def problem_of(answer: httpx.Response) -> dict[str, Any]:
    """The problem document of a refusal, which must be whole and in both languages."""
    told = f"{answer.request.method} {answer.request.url.path[:200]}: {answer.status_code} {answer.text[:500]}"
    assert 400 <= answer.status_code < 500, told
    assert answer.headers["content-type"] == "application/problem+json", told
    problem = answer.json()
    assert problem["status"] == answer.status_code, told
    assert re.fullmatch(r"urn:sukjai:problem:[a-z-]+", problem["type"]), told
    assert problem["correlation_id"] == answer.headers["x-correlation-id"], told
    assert problem["detail"] == problem["detail_th"], told
    assert answer.headers["content-language"] == "th", told
    for words in (problem, *({"detail_th": one["message_th"], "detail_en": one["message_en"]} for one in problem["errors"])):
        assert THAI.search(words["detail_th"]), told
        assert re.search("[A-Za-z]{2}", words["detail_en"]), told
        assert not THAI.search(words["detail_en"]), told
    return problem


async def ask(surface: Surface, one: Operation, token: str | None, **request: Any) -> httpx.Response:
    """Call the operation in Thai; `path` replaces its address."""
    path = request.pop("path", None) or one.address()
    headers = {"Accept-Language": "th", "Idempotency-Key": str(new_id()), "If-Match": '"1"', **request.pop("headers", {})}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return await surface.http.request(one.method, path, headers=headers, **request)


def examples_of_query(one: Operation) -> dict[str, Any]:
    """The examples of the query's parameters that must be there."""
    wanted = [parameter for parameter in one.entry.get("parameters", []) if parameter.get("in") == "query" and parameter.get("required")]
    return {parameter["name"]: parameter["schema"]["examples"][0] for parameter in wanted}


def secured(surface: Surface) -> list[Operation]:
    return [one for one in surface.operations() if one.scope]


def with_json(surface: Surface) -> Iterator[tuple[Operation, Any]]:
    """The operations that take one JSON object, each with an example of it. (Those that take a list answer each line by itself.)"""
    for one in secured(surface):
        if one.bodies.get("application/json", {}).get("schema", {}).get("type") != "array" and "application/json" in one.bodies:
            yield one, examples_of(surface.documents[one.service], one.bodies["application/json"])[0]


def fields_of(example: Any, kind: type) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The names and places of the fields of an example that hold a value of the kind."""

    def walk(value: Any, place: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        match value:
            case dict():
                for name, inner in value.items():
                    yield from walk(inner, (*place, name))
            case list():
                for number, inner in enumerate(value):
                    yield from walk(inner, (*place, number))
            case _ if type(value) is kind:
                yield place

    for place in walk(example, ()):
        yield ".".join(map(str, place)), place


async def refused_by_name(surface: Surface, kind: type, value: Any) -> None:
    """In each field of the kind of each example the value is refused, and the field is named."""
    token, tried = surface.token(*EVERY_SCOPE), 0
    for one, example in with_json(surface):
        for name, place in fields_of(example, kind):
            tried += 1
            body = json.dumps(replaced(example, place, value), ensure_ascii=value != LONG).encode()
            answer = await ask(surface, one, token, content=body, headers={"Content-Type": "application/json"})
            told = (one.name, name, answer.status_code, answer.text[:300])
            assert answer.status_code < 500, told
            assert any(field.startswith(name) for field in named(problem_of(answer))), told
    assert tried >= 10


def replaced(example: Any, place: tuple[Any, ...], value: Any) -> Any:
    """A copy of the example with the value at the place."""
    copy = json.loads(json.dumps(example))
    inner = copy
    for part in place[:-1]:
        inner = inner[part]
    inner[place[-1]] = value
    return copy


def named(problem: dict[str, Any]) -> set[str]:
    return {one["field"] for one in problem["errors"]}


async def test_without_a_token_every_operation_is_closed(surface):
    for one in secured(surface):
        answer = await ask(surface, one, None)
        assert (one.name, answer.status_code) == (one.name, 401)
        assert problem_of(answer)["type"] == "urn:sukjai:problem:unauthenticated"
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("scheme", ["Bearer not.a.token", "Basic b3BlcmF0b3I6eA==", "Bearer", "Bearer \xe0\xb8\x81"])
async def test_what_is_no_token_is_not_believed(surface, scheme):
    for one in secured(surface)[::7]:
        answer = await surface.http.request(
            one.method, one.address(), headers={"Accept-Language": "th", "Authorization": scheme.encode("latin-1")}
        )
        assert answer.status_code == 401
        problem_of(answer)


async def test_with_every_scope_but_its_own_every_operation_is_closed_and_names_its_scope(surface):
    for one in secured(surface):
        token = surface.token(*(scope for scope in EVERY_SCOPE if scope != one.scope))
        answer = await ask(surface, one, token)
        assert (one.name, answer.status_code) == (one.name, 403)
        problem = problem_of(answer)
        assert problem["needed_scope"] == one.scope
        assert one.scope in problem["detail_th"]
        assert one.scope in problem["detail_en"]
        assert f'scope="{one.scope}"' in answer.headers["www-authenticate"]


async def test_a_nul_in_an_address_is_refused_by_the_name_of_its_field(surface):
    token, tried = surface.token(*EVERY_SCOPE), 0
    for one in secured(surface):
        for parameter in one.entry.get("parameters", []):
            if parameter.get("in") == "query":
                answer = await ask(surface, one, token, params={parameter["name"]: "a\0"})
            elif parameter.get("in") == "path":
                answer = await ask(surface, one, token, path=one.address(**{parameter["name"]: "a%00"}))
            else:
                continue
            tried += 1
            assert (one.name, named(problem_of(answer))) == (one.name, {parameter["name"]})
    assert tried > 100


async def test_a_query_parameter_that_no_operation_knows_is_refused_with_those_it_takes(surface):
    token = surface.token(*EVERY_SCOPE)
    for one in secured(surface):
        [error] = problem_of(await ask(surface, one, token, params={"serach": "x"}))["errors"]
        takes = sorted(parameter["name"] for parameter in one.entry.get("parameters", []) if parameter.get("in") == "query")
        assert (one.name, error["field"], error["allowed"]) == (one.name, "serach", " | ".join(takes) or None)


async def test_a_nul_in_any_text_of_a_body_is_refused_by_the_name_of_its_field(surface):
    token, tried = surface.token(*EVERY_SCOPE), 0
    for one, example in with_json(surface):
        for name, place in fields_of(example, str):
            tried += 1
            answer = await ask(surface, one, token, json=replaced(example, place, "a\0"))
            assert (one.name, answer.status_code) == (one.name, 422)
            assert (one.name, named(problem_of(answer))) == (one.name, {name})
    assert tried > 50


async def test_a_megabyte_in_any_text_of_a_body_is_refused_by_the_name_of_its_field(surface):
    await refused_by_name(surface, str, LONG)


async def test_half_a_character_in_any_text_of_a_body_is_refused_by_the_name_of_its_field(surface):
    await refused_by_name(surface, str, "\ud800")


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**40, 1e308, float("nan")])
async def test_a_number_beyond_all_bounds_is_refused_by_the_name_of_its_field(surface, number):
    await refused_by_name(surface, int, number)


async def test_a_very_long_value_in_a_query_is_refused_by_the_name_of_its_field(surface):
    token, tried = surface.token(*EVERY_SCOPE), 0
    for one in secured(surface):
        for parameter in one.entry.get("parameters", []):
            if parameter.get("in") == "query":
                tried += 1
                answer = await ask(surface, one, token, params={parameter["name"]: LONG_IN_ADDRESS})
                assert parameter["name"] in named(problem_of(answer)), (one.name, parameter["name"])
    assert tried > 50


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        pytest.param("text/plain", None, id="text"),
        pytest.param("application/xml", b"<body/>", id="xml"),
        pytest.param("application/x-www-form-urlencoded", b"a=b", id="form"),
        pytest.param("application/json", b"{", id="cut JSON"),
        pytest.param("application/json", b'{"a": "\xff"}', id="no UTF-8"),
        pytest.param("application/json", b"[" * 100_000, id="deep JSON"),
        pytest.param("application/json", b"[]", id="a list"),
        pytest.param("application/json", b"null", id="nothing"),
        pytest.param("application/json", b"NaN", id="no number"),
    ],
)
async def test_a_body_of_another_kind_is_refused(surface, kind, body):
    token = surface.token(*EVERY_SCOPE)
    for one, example in with_json(surface):
        sent = json.dumps(example).encode() if body is None else body
        answer = await ask(surface, one, token, content=sent, headers={"Content-Type": kind})
        assert named(problem_of(answer)), (one.name, answer.text[:300])


async def test_a_list_of_another_kind_is_refused(surface):
    token = surface.token(*EVERY_SCOPE)
    lists = [one for one in secured(surface) if "application/x-ndjson" in one.bodies]
    assert len(lists) >= 2
    for one in lists:
        body = json.dumps(one.bodies["application/x-ndjson"]["example"]).encode()
        answer = await ask(surface, one, token, content=body, headers={"Content-Type": "text/plain"}, params=examples_of_query(one))
        assert named(problem_of(answer)) == {"Content-Type"}


async def test_a_body_over_the_limit_is_refused(surface):
    token = surface.token(*EVERY_SCOPE)
    for one, _ in with_json(surface):
        answer = await ask(surface, one, token, content=b" " * 2_200_000, headers={"Content-Type": "application/json"})
        assert (one.name, answer.status_code) == (one.name, 413)
        problem_of(answer)


async def test_every_example_of_a_body_has_the_right_form(surface):
    """What the page offers to try may name nobody that is here, but is never refused for its form."""
    token = surface.token(*EVERY_SCOPE)
    for one, example in with_json(surface):
        answer = await ask(surface, one, token, json=example)
        assert answer.status_code < 500, (one.name, answer.text)
        if answer.status_code == 422:
            codes = {error["code"] for error in answer.json()["errors"]}
            assert not codes & {"missing", "extra_forbidden"}, (one.name, answer.text)


async def test_an_address_or_a_method_that_is_none_is_a_problem_too(surface):
    for service in surface.documents:
        token = {"Authorization": f"Bearer {surface.token()}", "Accept-Language": "th"}
        assert problem_of(await surface.http.get(f"/{service}/v1/nothing-here", headers=token))["status"] == 404
        assert problem_of(await surface.http.delete(f"/{service}/healthz", headers=token))["status"] == 405
