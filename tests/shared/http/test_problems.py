"""Every failure is a problem document, in both languages, without internals."""

import asyncio
import dataclasses
import json

import asyncpg
import pytest
from pydantic import BaseModel, ValidationError, model_validator
from structlog.testing import capture_logs

from shared.auth import Reach
from shared.http import field_error, field_problems, language_of
from shared.ids import new_id

THAI = {"Accept-Language": "th, en;q=0.5"}


def _key():
    return {"Idempotency-Key": str(new_id())}


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("th", "th"),
        ("th-TH,th;q=0.9,en;q=0.8", "th"),
        ("en, th;q=0.9", "en"),
        ("de", "en"),
        ("en;q=0, th;q=x", "en"),
    ],
)
def test_english_unless_thai_is_preferred(header, language):
    assert language_of(header) == language


async def test_a_named_failure_carries_its_words_and_facts(client):
    answer = await client.post(
        "/v1/things", json={"name": "somchai", "kind": "REFUSED"}, headers=_key() | THAI | {"X-Correlation-Id": "my-call-1"}
    )
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == "th"
    assert answer.json() == {
        "type": "urn:sukjai:problem:name-taken",
        "title": "ชื่อนี้ถูกใช้แล้ว",
        "status": 409,
        "detail": "มีอยู่แล้ว",
        "detail_en": "There is one already",
        "detail_th": "มีอยู่แล้ว",
        "instance": "/v1/things",
        "correlation_id": "my-call-1",
        "errors": [],
        "name": "somchai",
    }


async def test_wrong_fields_are_named_with_what_is_allowed(client):
    body = {"name": "x" * 41, "amount_satang": -1, "kind": "a", "notes": ["", 1, "", ""], "more": 1}
    english = (await client.post("/v1/things", json=body, headers=_key())).json()
    thai = (await client.post("/v1/things", json=body, headers=_key() | THAI)).json()
    assert (english["status"], english["type"]) == (422, "urn:sukjai:problem:invalid")
    assert {error["field"]: (error["code"], error["message"], error["allowed"]) for error in english["errors"]} == {
        "name": ("string_too_long", "must have at most 40 characters", "≤ 40"),
        "amount_satang": ("greater_than_equal", "must be 0 or more", "≥ 0"),
        "kind": ("string_pattern_mismatch", "does not have the right form", "^[A-Z]+$"),
        "notes": ("too_long", "must have at most 3 entries", "≤ 3"),
        "more": ("extra_forbidden", "is not a known field", None),
    }
    assert thai["errors"][0]["message"] == thai["errors"][0]["message_th"] == "ต้องมีไม่เกิน 40 ตัวอักษร"
    assert thai["detail"] == "name: ต้องมีไม่เกิน 40 ตัวอักษร"


async def test_a_validator_of_our_own_brings_its_own_words(client):
    error = (await client.post("/v1/things", json={"name": "nick"}, headers=_key() | THAI)).json()["errors"][0]
    assert error == {
        "field": "name",
        "code": "nickname",
        "message": "ต้องไม่ใช่ชื่อเล่น",
        "message_en": "must not be a nickname",
        "message_th": "ต้องไม่ใช่ชื่อเล่น",
        "allowed": "real names",
    }


class _Window(BaseModel):
    opens: int
    closes: int

    @model_validator(mode="after")
    def _in_order(self):
        if self.closes < self.opens:
            raise field_error("order", "closes before it opens", "ปิดก่อนเปิด", f"≥ {self.opens}", field="closes")
        return self


class _Two(BaseModel):
    windows: list[_Window]


@pytest.mark.parametrize(
    ("model", "sent", "field"),
    [(_Window, {"opens": 2, "closes": 1}, "closes"), (_Two, {"windows": [{"opens": 2, "closes": 1}]}, "windows.0.closes")],
)
def test_a_validator_of_a_whole_model_names_the_field_to_change(model, sent, field):
    with pytest.raises(ValidationError) as refused:
        model.model_validate(sent)
    errors = [{**error, "loc": ("body", *error["loc"])} for error in refused.value.errors()]
    assert [(problem.field, problem.allowed) for problem in field_problems(errors)] == [(field, "≥ 2")]


@pytest.mark.parametrize("code", ["a_rule_to_come", "less_than", "date_type", "value_error"])
def test_an_error_without_words_of_its_own_still_has_some(code):
    (problem,) = field_problems([{"type": code, "loc": ("body", "x"), "msg": "", "input": "personal"}])
    assert problem.field == "x"
    assert problem.message_en
    assert problem.message_th
    assert "personal" not in str(problem)


@pytest.mark.parametrize(
    ("expected", "choices"), [("'ONE'", "ONE"), ("'ONE' or 'TWO'", "ONE | TWO"), ("'ONE', 'TWO' or 'THREE'", "ONE | TWO | THREE")]
)
def test_choices_are_listed_without_a_word_of_one_language(expected, choices):
    (problem,) = field_problems([{"type": "enum", "loc": ("body", "x"), "ctx": {"expected": expected}}])
    assert (problem.allowed, problem.message_th) == (choices, f"ต้องเป็นค่าใดค่าหนึ่ง: {choices}")


@pytest.mark.parametrize(
    ("content", "field"), [(b"{", "body"), (b"", "body"), (b"[]", "body"), (b'{"name": 1}', "name"), (b'{"name": null}', "name")]
)
async def test_a_body_that_cannot_be_read_is_named(client, content, field):
    answer = await client.post("/v1/things", content=content, headers=_key() | {"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_a_body_that_is_not_even_text_is_named_too(client):
    answer = await client.post("/v1/things", content=b'{"name": "\xff"}', headers=_key() | {"Content-Type": "application/json"})
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (400, "urn:sukjai:problem:bad-request")
    assert [(error["field"], error["code"]) for error in problem["errors"]] == [("body", "unreadable")]
    assert problem["detail_th"] == "body: ไม่สามารถอ่านได้"


@pytest.mark.parametrize(
    ("method", "path", "status", "slug"),
    [
        ("GET", "/v1/nothing", 404, "not-found"),
        ("PATCH", "/v1/things", 405, "method-not-allowed"),
        ("GET", f"/v1/things/{new_id()}", 404, "not-found"),
        ("GET", "/v1/things/not-an-id", 422, "invalid"),
        ("GET", "/v1/things?limit=0", 422, "invalid"),
        ("GET", "/docs/nothing.js", 404, "not-found"),
    ],
)
async def test_other_failures_have_the_same_form(client, method, path, status, slug):
    answer = await client.request(method, path, headers=THAI)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"urn:sukjai:problem:{slug}"
    assert answer.json()["detail_en"] != answer.json()["detail_th"] == answer.json()["detail"]


async def test_a_bug_says_nothing_of_itself_but_is_logged(client):
    with capture_logs() as logs:
        answer = await client.post("/v1/things", json={"name": "somchai", "kind": "BUG"}, headers=_key())
    assert answer.status_code == 500
    assert answer.json()["type"] == "urn:sukjai:problem:internal-error"
    assert "secret" not in answer.text
    assert [str(log["exc_info"]) for log in logs if log["event"] == "http.failed"] == ["secret 1000000000017"]


async def test_no_token_a_wrong_token_and_a_missing_scope(client, issuer):
    none = await client.get("/v1/things", headers={"Authorization": ""})
    basic = await client.get("/v1/things", headers={"Authorization": "Basic eDp5"})
    wrong = await client.get("/v1/things", headers={"Authorization": "Bearer x"})
    token = issuer.issue("reader", ["plan.things:write"], Reach.country())
    scope = await client.get("/v1/things", headers={"Authorization": f"Bearer {token}"})
    assert [answer.status_code for answer in (none, basic, wrong, scope)] == [401, 401, 401, 403]
    assert none.headers["www-authenticate"] == "Bearer"
    assert "invalid_token" in wrong.headers["www-authenticate"]
    assert 'scope="plan.things:read"' in scope.headers["www-authenticate"]
    assert scope.json()["needed_scope"] == "plan.things:read"


async def test_a_stranger_learns_nothing_of_the_fields(client):
    answer = await client.post("/v1/things", json={"nonsense": 1}, headers={"Authorization": ""})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ('{"name": "a\\u0000b"}', "name"),
        ('{"name": "a", "notes": ["x", "\\u0000"]}', "notes.1"),
        ('{"name": "a", "mo\\u0000re": 1}', "mo�re"),
    ],
)
async def test_nul_in_a_body_is_refused_and_named(client, body, field):
    answer = await client.post("/v1/things", content=body, headers=_key() | {"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert (answer.json()["errors"][0]["field"], answer.json()["errors"][0]["code"]) == (field, "nul_character")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"name": "a\\uD800b"}', "name"),
        (b'{"name": "a", "notes": ["x", "\\udfff\\ud800"]}', "notes.1"),
        (b'{"name": "a", "mo\\ud83dre": 1}', "mo\ufffdre"),
        (b'{"name": "a\xed\xa0\x80"}', "name"),
    ],
)
async def test_half_a_character_in_a_body_is_refused_and_named(client, body, field):
    answer = await client.post("/v1/things", content=body, headers=_key() | {"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert (answer.json()["errors"][0]["field"], answer.json()["errors"][0]["code"]) == (field, "string_unicode")


async def test_a_character_in_two_halves_is_one(client):
    answer = await client.post("/v1/things", content=b'{"name": "\\ud83d\\ude42"}', headers=_key() | {"Content-Type": "application/json"})
    assert answer.status_code == 201
    assert answer.json()["name"] == "\U0001f642"


async def test_nul_in_a_query_is_refused_and_an_escaped_backslash_is_not(client):
    query = await client.get("/v1/things?contains=%00")
    assert (query.status_code, query.json()["errors"][0]["field"]) == (422, "contains")
    innocent = await client.post("/v1/things", content='{"name": "a\\\\u0000"}', headers=_key() | {"Content-Type": "application/json"})
    assert innocent.status_code == 201
    wide = json.dumps({"name": "a\0b"}).encode("utf-16")
    assert (await client.post("/v1/things", content=wide, headers=_key() | {"Content-Type": "application/json"})).status_code == 422


async def test_a_query_parameter_that_is_unknown_is_named_with_those_that_are_taken(client):
    problem = (await client.get("/v1/things?limit=0&search=a&search=b&pa%00ge=1", headers=THAI)).json()
    assert (problem["status"], problem["detail"]) == (422, "search: ไม่ใช่พารามิเตอร์ของที่อยู่นี้")
    # Those of the page and of the route itself; the limit, which is wrong too, is looked at when it is clear what is asked.
    assert [(error["field"], error["code"], error["allowed"]) for error in problem["errors"]] == [
        ("search", "unknown_parameter", "contains | cursor | limit"),
        ("pa\ufffdge", "unknown_parameter", "contains | cursor | limit"),
    ]
    none = (await client.post("/v1/things?dry_run=true", json={"name": "somchai"}, headers=_key())).json()
    assert [(error["field"], error["message_en"], error["allowed"]) for error in none["errors"]] == [
        ("dry_run", "is unknown: this address takes no query parameters", None)
    ]
    assert (await client.get("/v1/things?limit=1&contains=a")).json() == {"items": [], "next_cursor": None}


async def test_a_flood_of_unknown_parameters_gets_a_short_answer(client):
    answer = await client.get("/v1/things", params={f"{number:04}{'x' * 200}": "" for number in range(100)})
    assert [error["field"][:5] for error in answer.json()["errors"]] == [f"{number:04}x" for number in range(20)]
    assert len(answer.content) < 20_000


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/docs", "/openapi.json"])
async def test_what_machines_and_the_page_ask_takes_any_parameter(client, path):
    assert (await client.get(path, params={"t": "1"})).status_code == 200


async def _chunks(size):
    for _ in range(size // 1024):
        yield b" " * 1024


@pytest.mark.parametrize("sized", [True, False])
async def test_a_body_past_the_limit_is_refused(client, sized):
    content = b" " * 5120 if sized else _chunks(5120)
    answer = await client.post("/v1/things", content=content, headers=_key() | {"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:sukjai:problem:too-large"


@pytest.mark.parametrize("given", ["x", "a" * 65, "with space1", "3810100123454", "id-3-8101-00123-45-4", "naïve-correlation"])
async def test_a_correlation_id_that_is_not_sane_is_replaced(client, given):
    answer = await client.get("/healthz", headers={"X-Correlation-Id": given.encode()})
    assert answer.headers["x-correlation-id"] != given
    assert len(answer.headers["x-correlation-id"]) == 36
    kept = await client.get("/healthz", headers={"X-Correlation-Id": "batch-7.line_12"})
    assert kept.headers["x-correlation-id"] == "batch-7.line_12"


@pytest.mark.parametrize(
    "away",
    [
        ConnectionRefusedError("away"),
        asyncpg.InterfaceError("cannot call Transaction.__aexit__(): the underlying connection is closed"),
        asyncpg.InternalClientError("cannot switch to state 15; another operation (2) is in progress"),
    ],
    ids=["refused", "broken within a transaction", "told of its end"],
)
async def test_a_database_that_is_away_is_not_a_bug(client, app, db, away):
    async def busy(*_args):
        await asyncio.sleep(0)
        raise away

    class Away:
        transaction = reading = staticmethod(lambda: _Failing(busy))

    class _Failing:
        def __init__(self, fail):
            self._fail = fail

        async def __aenter__(self):
            await self._fail()

        async def __aexit__(self, *_):
            return None

    app.state.resources = dataclasses.replace(app.state.resources, db=Away())
    answer = await client.get("/v1/things")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert answer.json()["type"] == "urn:sukjai:problem:unavailable"
