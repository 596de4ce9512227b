"""The development issuer's sign-in for pages: code flow with PKCE, each rule of it."""

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest

from deploy.keycloak import realm
from deploy.local import sign_in
from deploy.local.issuer import DevelopmentIssuer
from shared.auth import DEVELOPMENT_ISSUER

BACK = "http://127.0.0.1:8561/reporting/dashboard"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ASKED = {
    "response_type": "code",
    "client_id": "page",
    "redirect_uri": BACK,
    "scope": "reporting.figures:read",
    "state": "s1",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


@pytest.fixture
async def issuer():
    app = DevelopmentIssuer().app({"page": (BACK,), "other": ("http://127.0.0.1:1/",)})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://issuer") as client:
        yield client


async def code_of(issuer, user="governor-81", **more):
    answer = await issuer.post("/authorize", data={**ASKED, "username": user, "password": "any", **more})
    assert answer.status_code == 303
    told = parse_qs(urlsplit(answer.headers["location"]).query)
    assert (told["state"], told["iss"]) == (["s1"], [DEVELOPMENT_ISSUER])
    return told["code"][0]


async def redeemed(issuer, code_given, **more):
    body = {
        "grant_type": "authorization_code",
        "code": code_given,
        "redirect_uri": BACK,
        "client_id": "page",
        "code_verifier": VERIFIER,
        **more,
    }
    return await issuer.post("/token", data=body)


async def test_a_code_becomes_a_token_of_the_user_with_the_scopes_that_were_asked_for(issuer):
    answer = await redeemed(issuer, await code_of(issuer))
    claims = jwt.decode(answer.json()["access_token"], options={"verify_signature": False})
    assert (claims["sub"], claims["scope"], claims["reach"]) == (
        "governor-81",
        "reporting.figures:read",
        {"level": "PROVINCE", "code": "81"},
    )
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "wrong",
    [{"code_verifier": "w" * 43}, {"code_verifier": ""}, {"client_id": "other"}, {"redirect_uri": f"{BACK}/"}, {"code": "unknown"}],
)
async def test_a_code_is_good_once_and_only_for_who_asked_for_it(issuer, wrong):
    code = await code_of(issuer)
    refused = await redeemed(issuer, code, **wrong)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    again = await redeemed(issuer, code)
    assert again.status_code == (200 if "code" in wrong else 400)
    assert (await redeemed(issuer, code)).status_code == 400


async def test_a_code_that_lies_about_is_of_no_use(issuer, monkeypatch):
    monkeypatch.setattr(sign_in, "CODE_SECONDS", 0)
    assert (await redeemed(issuer, await code_of(issuer))).status_code == 400


@pytest.mark.parametrize("wrong", [{"redirect_uri": "https://evil.example/"}, {"redirect_uri": f"{BACK}?x=1"}, {"client_id": "nobody"}])
async def test_nobody_is_sent_to_an_address_that_is_not_registered(issuer, wrong):
    for answer in (
        await issuer.get("/authorize", params=ASKED | wrong),
        await issuer.post("/authorize", data={**ASKED, "username": "mof", "password": "x", **wrong}),
    ):
        assert (answer.status_code, "location" in answer.headers) == (400, False)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"state": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ],
)
async def test_a_request_without_proof_goes_back_with_its_error(issuer, wrong, error):
    answer = await issuer.get("/authorize", params=ASKED | wrong)
    assert answer.status_code == 303
    assert parse_qs(urlsplit(answer.headers["location"]).query)["error"] == [error]


async def test_the_page_shows_what_it_was_sent_as_text(issuer):
    page = await issuer.get("/authorize", params=ASKED | {"state": '"><script>x</script>'})
    assert "<script" not in page.text
    assert "unsafe" not in page.headers["content-security-policy"]


def test_keycloak_knows_the_dashboard_as_a_public_client_with_pkce_and_one_address():
    [client] = [one for one in realm()["clients"] if one["clientId"] == "sukjai-dashboard"]
    assert client["publicClient"]
    assert client["standardFlowEnabled"]
    assert not any(client[flow] for flow in ("directAccessGrantsEnabled", "implicitFlowEnabled", "serviceAccountsEnabled"))
    assert client["redirectUris"] == ["http://127.0.0.1:8005/dashboard"]
    assert client["attributes"]["pkce.code.challenge.method"] == "S256"
    assert client["optionalClientScopes"] == ["reporting.figures:read", "reporting.cases:read"]
