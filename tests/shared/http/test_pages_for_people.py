"""The OpenAPI document and page, health and metrics."""

import dataclasses
import re
from typing import Annotated

import pytest
from fastapi import APIRouter, Depends

from shared.http import Call, calling, make_app, operation


async def test_every_operation_tells_scope_errors_and_both_languages(client):
    document = (await client.get("/openapi.json")).json()
    operations = {entry["operationId"]: entry for path in document["paths"].values() for entry in path.values()}
    assert set(operations) >= {"make_thing", "rename_thing", "get_thing", "list_things", "healthz", "readyz", "metrics"}
    for name, entry in operations.items():
        assert re.search("[ก-๙]", entry["description"]), name
        assert entry["responses"]["default"] == {"$ref": "#/components/responses/Trouble"}
    secured = [entry for entry in operations.values() if "x-scope" in entry]
    assert len(secured) == 7
    for entry in secured:
        assert f"`{entry['x-scope']}`" in entry["description"]
        assert entry["security"] == [{"bearer": []}, {"oauth2": [entry["x-scope"]]}]
        assert set(entry["responses"]) >= {"401", "403", "404", "409", "422"}
    assert {"$ref": "#/components/parameters/IdempotencyKey"} in operations["make_thing"]["parameters"]
    assert {"$ref": "#/components/parameters/IdempotencyKey"} not in operations["rename_thing"]["parameters"]
    assert "HTTPValidationError" not in str(document)


async def test_every_reference_of_the_document_leads_somewhere(client):
    document = (await client.get("/openapi.json")).json()
    for reference in set(re.findall(r"'\$ref': '#/([^']+)'", str(document))):
        place = document
        for part in reference.split("/"):
            place = place[part]


async def test_the_authorize_button_has_both_ways(client, app, resources):
    schemes = (await client.get("/openapi.json")).json()["components"]["securitySchemes"]
    assert schemes["bearer"]["scheme"] == "bearer"
    assert schemes["oauth2"]["flows"]["password"]["tokenUrl"] == "http://127.0.0.1:8999/token"
    assert set(schemes["oauth2"]["flows"]["password"]["scopes"]) == {"plan.things:read", "plan.things:write"}
    quiet = dataclasses.replace(resources, settings=dataclasses.replace(resources.settings, token_url=None))
    without = make_app(name="plan", title="T", description="", version="1", resources=quiet, routers=[])
    assert set(without.openapi()["components"]["securitySchemes"]) == {"bearer"}


async def test_the_page_needs_nothing_from_outside_and_runs_no_inline_script(client):
    page = await client.get("/docs")
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "connect-src 'self' http://127.0.0.1:8999;" in policy
    assert "://" not in page.text
    assert re.findall(r"<script(?![^>]*src=)", page.text) == []
    for address in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        asset = await client.get(f"/{address}")
        assert asset.status_code == 200, address
        assert asset.content


async def test_an_operation_that_declares_another_scope_than_it_asks_for_is_not_served(resources):
    router = APIRouter()

    @router.get("/x", **operation("X", "ก", "X.", "plan.things:read"))
    async def x(call: Annotated[Call, Depends(calling("plan.things:write"))]):
        return None

    with pytest.raises(ValueError, match=r"x declares the scope 'plan\.things:read' but asks for 'plan\.things:write'"):
        make_app(name="plan", title="T", description="", version="1", resources=resources, routers=[router])


async def test_a_scope_needed_in_some_cases_is_told_and_offered_by_the_authorize_button(resources):
    router = APIRouter()

    @router.post("/x", **operation("X", "ก", "X.", "plan.things:write", further_scopes=["plan.things:approve"]))
    async def x(call: Annotated[Call, Depends(calling("plan.things:write"))]):
        return None

    document = make_app(name="plan", title="T", description="", version="1", resources=resources, routers=[router]).openapi()
    entry = document["paths"]["/x"]["post"]
    assert entry["description"].endswith("Scope: `plan.things:write`; in some cases also `plan.things:approve`")
    assert entry["x-further-scopes"] == ["plan.things:approve"]
    assert set(document["components"]["securitySchemes"]["oauth2"]["flows"]["password"]["scopes"]) == {
        "plan.things:write",
        "plan.things:approve",
    }


async def test_readiness_is_described(client):
    responses = (await client.get("/openapi.json")).json()["paths"]["/readyz"]["get"]["responses"]
    described = {"$ref": "#/components/schemas/ReadinessOut"}
    assert [responses[status]["content"]["application/json"]["schema"] for status in ("200", "503")] == [described, described]


async def test_two_operations_of_one_name_are_not_served(resources):
    first, second = APIRouter(), APIRouter(prefix="/v2")
    for router in (first, second):

        @router.get("/x")
        async def x():
            return None

    with pytest.raises(ValueError, match="two operations are called x"):
        make_app(name="plan", title="T", description="", version="1", resources=resources, routers=[first, second])


async def test_ready_and_not_ready(client, resources):
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "database": "up"})
    resources.state.update(ready=False, database="down")
    not_ready = await client.get("/readyz")
    assert (not_ready.status_code, not_ready.json()) == (503, {"ready": False, "database": "down"})


async def test_metrics_are_by_operation_and_never_by_path(client):
    await client.get("/v1/things/0199a5f3-0000-7000-8000-000000000001")
    await client.get("/v1/nowhere-3810100123454")
    text = (await client.get("/metrics")).text
    assert 'sukjai_http_requests_total{operation="get_thing",service="plan",status="404"}' in text
    assert 'sukjai_http_requests_total{operation="unmatched",service="plan",status="404"}' in text
    assert 'sukjai_http_request_seconds_bucket{le="0.01",operation="get_thing",service="plan"}' in text
    assert "0199a5f3" not in text
    assert "3810100123454" not in text
