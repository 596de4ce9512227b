"""The OpenAPI pages are the product for operations staff: nothing may be missing on them."""

import re
from collections import Counter
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import jsonschema
import pytest

from deploy.local.roles import ROLES
from deploy.local.suite import SERVICES
from tests.api.conftest import Operation, Surface

THAI = re.compile(r"[ก-๛]{3}")
ENGLISH = re.compile(r"[A-Za-z]{3,}( [A-Za-z]+)+")
OPERATION_ID = re.compile(r"[a-z]+(_[a-z]+)*")
PROBLEM_JSON = "application/problem+json"
FAILURES = {"401", "403", "404", "409", "422", "default"}
# Those of the DCI paths, which the standard's own document describes.
OF_OTHER_DOCUMENTS = {"registry.dci:search", "registry.dci:subscribe"}
# What has no JSON body: the example would be a file.
FILES = {"multipart/form-data"}


def no_fault(surface: Surface, wrong) -> None:
    """`wrong` finds nothing wrong with any operation; fails with all that it finds."""
    faults = [f"{one.name}: {fault}" for one in surface.operations() if (fault := wrong(one))]
    assert not faults, "\n".join(faults)


def test_there_are_operations_in_every_service(surface):
    found = Counter(one.service for one in surface.operations())
    assert set(found) == set(SERVICES)
    assert min(found.values()) >= 10


def test_every_operation_has_a_summary_and_a_description_in_both_languages(surface):
    def wrong(one: Operation) -> str:
        summary, description = one.entry.get("summary", ""), one.entry.get("description", "")
        missing = [
            what
            for what, there in {
                "summary": 3 <= len(summary) <= 80 and not summary.endswith("."),
                "Thai": THAI.search(description),
                "English": ENGLISH.search(description.partition("\n")[0]),
            }.items()
            if not there
        ]
        return ", ".join(missing)

    no_fault(surface, wrong)


def test_every_operation_id_is_the_only_one_of_its_service_and_tells_what_it_does(surface):
    names = Counter(one.name for one in surface.operations())
    assert [name for name, times in names.items() if times > 1] == []
    assert [name for name in names if not OPERATION_ID.fullmatch(name.partition(".")[2])] == []


def test_every_operation_documents_its_failures_as_problems(surface):
    def wrong(one: Operation) -> str:
        responses = one.entry["responses"]
        wanted = FAILURES if one.scope else {"422", "default"}
        missing = sorted(wanted - responses.keys())
        bare = [
            status
            for status, response in responses.items()
            if (status == "default" or status.startswith("4")) and PROBLEM_JSON not in content_of(surface, one, response)
        ]
        return f"without {missing}, not problems {bare}" if missing or bare else ""

    no_fault(surface, wrong)


def test_every_success_has_a_schema(surface):
    def wrong(one: Operation) -> str:
        kinds = [
            content
            for status, response in one.entry["responses"].items()
            if status.startswith("2") and status != "204"
            for content in content_of(surface, one, response).values()
        ]
        return "" if kinds and all(kind.get("schema") for kind in kinds) else "no schema of the answer"

    no_fault(surface, wrong)


def test_the_examples_of_failures_are_in_both_languages_and_fit_their_schema(surface):
    for service, document in surface.documents.items():
        for name, response in document["components"]["responses"].items():
            examples = response["content"][PROBLEM_JSON]["examples"]
            assert examples.keys() == {"en", "th"}, f"{service} {name}"
            for example in examples.values():
                check(document, {"$ref": "#/components/schemas/Problem"}, example["value"])


def test_every_body_has_a_whole_example_that_fits_its_schema(surface):
    def wrong(one: Operation) -> str:
        document = surface.documents[one.service]
        for kind, content in one.bodies.items():
            if kind in FILES:
                continue
            examples = examples_of(document, content)
            if not examples:
                return f"{kind} without an example"
            try:
                for example in examples:
                    check(document, content["schema"], example)
            except jsonschema.ValidationError as error:
                return f"{kind}: {error.json_path}: {error.message}"
        return ""

    no_fault(surface, wrong)


def test_every_operation_asks_for_a_scope_that_a_role_holds_and_no_role_has_a_scope_for_nothing(surface):
    asked = {scope for one in surface.operations() for scope in one.scopes}
    held = {scope for role in ROLES.values() for scope in role.scopes}
    assert asked | OF_OTHER_DOCUMENTS == held


def test_only_health_our_public_keys_how_a_complaint_stands_and_whether_a_certificate_is_ours_are_open(surface):
    opened = {one.entry["operationId"] for one in surface.operations() if one.scope is None}
    assert opened == {"healthz", "readyz", "metrics", "show_signing_keys", "show_complaint_status", "verify_deduction_certificate"}


def test_the_scope_is_told_in_words_and_to_the_authorize_button(surface):
    def wrong(one: Operation) -> str:
        if one.scope is None:
            return ""
        flows = surface.documents[one.service]["components"]["securitySchemes"]["oauth2"]["flows"]
        known = all(one.scopes <= flow["scopes"].keys() for flow in flows.values())
        told = all(f"`{scope}`" in one.entry["description"] for scope in one.scopes) and {"oauth2": [one.scope]} in one.entry["security"]
        return "" if known and told else "the scope is not told"

    no_fault(surface, wrong)


@pytest.mark.parametrize("service", SERVICES)
async def test_the_authorize_button_gives_a_token_that_the_service_takes(surface, service):
    flows = surface.documents[service]["components"]["securitySchemes"]["oauth2"]["flows"]
    asked = {"grant_type": "password", "username": "operator", "password": "any"}
    token = (await surface.http.post(flows["password"]["tokenUrl"], data=asked)).json()["access_token"]
    answer = await surface.http.get(f"/{service}/v1/operations/invariants", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert answer.json()["violations"] == []


async def test_the_index_links_the_five_pages(surface):
    index = await surface.http.get("/")
    assert index.status_code == 200
    assert {f"/{service}/docs" for service in SERVICES} <= set(addresses_in(index.text))


@pytest.mark.parametrize("service", SERVICES)
async def test_the_page_loads_with_all_its_files_from_our_own_address(surface, service):
    base = f"{surface.country.suite.address}/{service}/docs"
    page = await surface.http.get(base)
    assert page.status_code == 200
    files = [urljoin(base, address) for address in addresses_in(page.text)]
    assert {urlsplit(file).netloc for file in files} == {urlsplit(base).netloc}
    assert len(files) >= 3
    for file in files:
        answer = await surface.http.get(file)
        assert answer.status_code == 200, file
        assert answer.content, file

    start = await surface.http.get(f"/{service}/docs/start.js")
    assert 'url: "openapi.json"' in start.text
    own = await surface.http.get(urljoin(base, "openapi.json"))
    assert own.json()["info"]["title"]
    # No file of the page may be had from elsewhere; only the issuer is spoken to, by the Authorize button.
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "default-src 'none'" in policy


def content_of(surface: Surface, one: Operation, response: dict) -> dict:
    """The content of a response, which may be a reference."""
    if "$ref" in response:
        response = surface.documents[one.service]["components"]["responses"][response["$ref"].rpartition("/")[2]]
    return response.get("content", {})


def examples_of(document: dict, content: dict) -> list:
    """The whole examples of a body: its own, or those of its schema."""
    schema = content["schema"]
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    own = [content["example"]] if "example" in content else [entry["value"] for entry in content.get("examples", {}).values()]
    return own or schema.get("examples", [])


def check(document: dict, schema: dict, example: object) -> None:
    """Raise jsonschema.ValidationError when the example does not fit."""
    jsonschema.Draft202012Validator({**schema, "components": document["components"]}, format_checker=jsonschema.FormatChecker()).validate(
        example
    )


class _Addresses(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in {"href", "src"} and value]


def addresses_in(page: str) -> list[str]:
    """What a page links and loads."""
    parser = _Addresses()
    parser.feed(page)
    return parser.found
