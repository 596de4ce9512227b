"""Tokens: what is believed, and every way in which a token may not be."""

import asyncio
import base64
import hashlib
import hmac
import socket
from datetime import timedelta

import httpx
import jwt
import orjson
import pytest
import uvicorn
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from deploy.local.issuer import AUDIENCE, DevelopmentIssuer
from shared.auth import DEVELOPMENT_ISSUER, DevelopmentIssuerRefused, Level, Reach, TokenVerifier
from shared.clock import system_now
from shared.errors import Unauthenticated, Unavailable
from shared.ids import same_id

ISSUER = "https://issuer.example/realms/sukjai"
OFFICER = same_id("officer", 1)


class Issuer:
    """An issuer with keys of any kind, counting how often they are asked for."""

    def __init__(self):
        self.keys = {"ec": ec.generate_private_key(ec.SECP256R1()), "rsa": rsa.generate_private_key(65537, 2048)}
        self.asked = 0
        self.away = False

    def public(self, kid):
        key = self.keys[kid]
        algorithm = jwt.algorithms.ECAlgorithm if isinstance(key, ec.EllipticCurvePrivateKey) else jwt.algorithms.RSAAlgorithm
        return {**algorithm.to_jwk(key.public_key(), as_dict=True), "kid": kid, "use": "sig"}

    async def jwks(self):
        self.asked += 1
        if self.away:
            raise httpx.ConnectError("away")
        return {"keys": [self.public(kid) for kid in self.keys]}

    def token(self, kid="ec", algorithm="ES256", key=None, headers=None, **claims):
        return jwt.encode(_claims(**claims), key or self.keys[kid], algorithm=algorithm, headers={"kid": kid, **(headers or {})})


def _claims(**changes):
    now = system_now()
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "chief-8101",
        "iat": now,
        "exp": now + timedelta(minutes=5),
        "scope": "plan.plans:read plan.plans:write",
        "reach": {"level": "DISTRICT", "code": "8101"},
    }
    return {name: value for name, value in (claims | changes).items() if value is not None}


@pytest.fixture(scope="module")
def issuer():
    return Issuer()


@pytest.fixture
def verifier(issuer):
    return TokenVerifier(issuer=ISSUER, audience=AUDIENCE, jwks=issuer.jwks)


@pytest.mark.parametrize(("kid", "algorithm"), [("ec", "ES256"), ("rsa", "RS256")])
async def test_a_right_token_gives_the_principal(verifier, issuer, kid, algorithm):
    token = issuer.token(kid, algorithm, officer_id=str(OFFICER), employer="BAAC", unit="8101", aud=["other", AUDIENCE])
    for _ in range(2):  # the second time it is remembered
        principal = await verifier.verify(token)
        assert principal.subject == "chief-8101"
        assert principal.scopes == {"plan.plans:read", "plan.plans:write"}
        assert principal.reach == Reach(Level.DISTRICT, "8101")
        assert (principal.officer_id, principal.employer, principal.unit) == (OFFICER, "BAAC", "8101")


def _unsigned(header, claims):
    parts = [base64.urlsafe_b64encode(orjson.dumps(part)).rstrip(b"=") for part in (header, claims)]
    return b".".join([*parts, b""]).decode()


def _seconds(claims):
    return {name: int(value.timestamp()) if hasattr(value, "timestamp") else value for name, value in claims.items()}


def _hs256_with(key_bytes, kid):
    """Made by hand, for the library refuses to sign with a public key."""
    unsigned = _unsigned({"alg": "HS256", "typ": "JWT", "kid": kid}, _seconds(_claims())).rstrip(".")
    signature = base64.urlsafe_b64encode(hmac.new(key_bytes, unsigned.encode(), hashlib.sha256).digest()).rstrip(b"=").decode()
    return f"{unsigned}.{signature}"


def _pem(key):
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _changed(token):
    head, body, signature = token.split(".")
    claims = orjson.loads(base64.urlsafe_b64decode(body + "=="))
    claims["reach"] = {"level": "COUNTRY", "code": ""}
    return ".".join([head, base64.urlsafe_b64encode(orjson.dumps(claims)).rstrip(b"=").decode(), signature])


_STRANGER = ec.generate_private_key(ec.SECP256R1())

ATTACKS = {
    "not a token": lambda _: "abc",
    "empty parts": lambda _: "..",
    "too long": lambda i: i.token(scope="x" * 9000),
    "algorithm none": lambda _: _unsigned({"alg": "none", "kid": "ec"}, _seconds(_claims())),
    "algorithm NONE": lambda _: _unsigned({"alg": "NONE", "kid": "ec"}, _seconds(_claims())),
    "HS256 with the EC public key": lambda i: _hs256_with(_pem(i.keys["ec"]), "ec"),
    "HS256 with the RSA public key": lambda i: _hs256_with(_pem(i.keys["rsa"]), "rsa"),
    "PS256 with the RSA key": lambda i: i.token("rsa", "PS256"),
    "RS512 with the RSA key": lambda i: i.token("rsa", "RS512"),
    "ES256 under the RSA kid": lambda i: i.token("rsa", "ES256", key=i.keys["ec"]),
    "a stranger's key under our kid": lambda i: i.token(key=_STRANGER),
    "a stranger's kid": lambda i: i.token(key=_STRANGER, headers={"kid": "stranger"}),
    "a key carried in the header": lambda i: i.token(
        key=_STRANGER, headers={"jwk": jwt.algorithms.ECAlgorithm.to_jwk(_STRANGER.public_key(), as_dict=True)}
    ),
    "a critical header that we do not know": lambda i: i.token(headers={"crit": ["x"], "x": 1}),
    "claims changed under the signature": lambda i: _changed(i.token()),
    "another audience": lambda i: i.token(aud="other"),
    "no audience": lambda i: i.token(aud=None),
    "another issuer": lambda i: i.token(iss="https://elsewhere.example"),
    "the development issuer": lambda i: i.token(iss=DEVELOPMENT_ISSUER),
    "expired": lambda i: i.token(exp=system_now() - timedelta(minutes=1)),
    "never expires": lambda i: i.token(exp=None),
    "not yet valid": lambda i: i.token(nbf=system_now() + timedelta(minutes=2)),
    "issued in the future": lambda i: i.token(iat=system_now() + timedelta(minutes=2)),
    "no subject": lambda i: i.token(sub=None),
    "no reach": lambda i: i.token(reach=None),
    "a reach that is text": lambda i: i.token(reach="COUNTRY"),
    "an unknown level": lambda i: i.token(reach={"level": "WORLD"}),
    "a district that is a province": lambda i: i.token(reach={"level": "DISTRICT", "code": "81"}),
    "scopes as a list": lambda i: i.token(scope=["plan.plans:read"]),
    "an officer who is no UUID": lambda i: i.token(officer_id="me"),
    "an employer that is a list": lambda i: i.token(employer=["BAAC"]),
}


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
async def test_a_wrong_token_is_refused(verifier, issuer, attack):
    assert await verifier.verify(issuer.token())
    with pytest.raises(Unauthenticated):
        await verifier.verify(ATTACKS[attack](issuer))


async def test_a_remembered_token_still_expires(issuer):
    moment = system_now()
    verifier = TokenVerifier(issuer=ISSUER, audience=AUDIENCE, jwks=issuer.jwks, now=lambda: moment)
    token = issuer.token(exp=moment + timedelta(seconds=10))
    await verifier.verify(token)
    moment += timedelta(minutes=1)
    with pytest.raises(Unauthenticated):
        await verifier.verify(token)


async def test_an_unknown_kid_asks_the_issuer_at_most_once_a_minute():
    issuer, ticks = Issuer(), 1000.0
    verifier = TokenVerifier(issuer=ISSUER, audience=AUDIENCE, jwks=issuer.jwks, ticks=lambda: ticks)
    await verifier.verify(issuer.token())
    assert issuer.asked == 1
    issuer.keys["new"] = ec.generate_private_key(ec.SECP256R1())
    ticks += 30
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            await verifier.verify(issuer.token("new"))
    assert issuer.asked == 1
    ticks += 31
    assert await verifier.verify(issuer.token("new"))
    assert issuer.asked == 2


async def test_a_key_that_left_the_key_set_takes_its_tokens_along():
    issuer, ticks = Issuer(), 1000.0
    verifier = TokenVerifier(issuer=ISSUER, audience=AUDIENCE, jwks=issuer.jwks, ticks=lambda: ticks)
    token = issuer.token("rsa", "RS256")
    await verifier.verify(token)
    del issuer.keys["rsa"]
    ticks += 601
    with pytest.raises(Unauthenticated):
        await verifier.verify(token)


async def test_known_keys_stay_good_while_the_issuer_is_away_and_without_keys_we_are_not_ready():
    issuer, ticks = Issuer(), 1000.0
    verifier = TokenVerifier(issuer=ISSUER, audience=AUDIENCE, jwks=issuer.jwks, ticks=lambda: ticks)
    issuer.away = True
    with pytest.raises(Unavailable):
        await verifier.verify(issuer.token())
    issuer.away = False
    ticks += 3
    await verifier.verify(issuer.token())
    issuer.away = True
    ticks += 3600
    assert await verifier.verify(issuer.token(sub="another"))


async def test_a_key_of_another_use_or_size_is_not_taken():
    issuer = Issuer()
    weak = rsa.generate_private_key(65537, 1024)

    async def jwks():
        return {
            "keys": [
                {**issuer.public("ec"), "use": "enc"},
                {**issuer.public("rsa"), "alg": "RS512"},
                {**jwt.algorithms.RSAAlgorithm.to_jwk(weak.public_key(), as_dict=True), "kid": "weak"},
                {"kty": "oct", "kid": "oct", "k": "c2VjcmV0"},
                {"kty": "EC", "crv": "P-256", "kid": "broken", "x": "AA", "y": "AA"},
                "nonsense",
            ]
        }

    verifier = TokenVerifier(issuer=ISSUER, audience=AUDIENCE, jwks=jwks)
    with pytest.raises(Unavailable):
        await verifier.verify(issuer.token())


async def test_the_token_form_narrows_scopes_and_knows_its_users():
    issuer = DevelopmentIssuer()
    transport = httpx.ASGITransport(issuer.app())
    async with httpx.AsyncClient(transport=transport, base_url="http://issuer") as client:
        found = (await client.get("/.well-known/openid-configuration")).json()
        assert found["issuer"] == DEVELOPMENT_ISSUER
        keys = (await client.get(found["jwks_uri"])).json()
        assert "d" not in keys["keys"][0]
        form = {
            "grant_type": "password",
            "username": "chief-8101",
            "password": "any",
            "scope": "interview.places:write payments.runs:approve",
        }
        narrowed = (await client.post(found["token_endpoint"], data=form)).json()["access_token"]
        machine = (await client.post("/token", data={"grant_type": "client_credentials"}, auth=("agency-DSD", "any"))).json()[
            "access_token"
        ]
        nobody = await client.post("/token", data={"grant_type": "password", "username": "chief-81"})
        other = await client.post("/token", data={"grant_type": "implicit", "username": "chief-8101"})

    async def jwks():
        return keys

    verifier = TokenVerifier(issuer=DEVELOPMENT_ISSUER, audience=AUDIENCE, jwks=jwks, environment="development")
    assert (await verifier.verify(narrowed)).scopes == {"interview.places:write"}
    assert (await verifier.verify(machine)).employer == "DSD"
    assert (nobody.status_code, nobody.json()["error"]) == (400, "invalid_grant")
    assert (other.status_code, other.json()["error"]) == (400, "unsupported_grant_type")


async def test_keys_are_fetched_from_the_address_of_a_real_server():
    issuer = DevelopmentIssuer()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(issuer.app(), log_config=None, lifespan="off"))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        there = TokenVerifier(issuer=DEVELOPMENT_ISSUER, audience=AUDIENCE, jwks_url=f"{url}/jwks.json", environment="development")
        elsewhere = TokenVerifier(issuer=DEVELOPMENT_ISSUER, audience=AUDIENCE, jwks_url=f"{url}/users", environment="development")
        try:
            assert (await there.verify(issuer.issue_to("committee"))).subject == "committee"
            with pytest.raises(Unavailable):
                await elsewhere.verify(issuer.issue_to("committee"))
        finally:
            server.should_exit = True
            await serving


@pytest.mark.parametrize("sources", [{}, {"jwks_url": "http://127.0.0.1:9", "jwks": Issuer().jwks}])
def test_the_keys_have_one_source(sources):
    with pytest.raises(ValueError, match="either jwks_url or jwks"):
        TokenVerifier(issuer=ISSUER, audience=AUDIENCE, **sources)


async def test_an_address_that_does_not_answer_means_not_ready():
    verifier = TokenVerifier(issuer=ISSUER, audience=AUDIENCE, jwks_url="http://127.0.0.1:9/jwks.json")
    with pytest.raises(Unavailable):
        await verifier.verify(Issuer().token())


@pytest.mark.parametrize("environment", ["production", "staging", ""])
def test_the_development_issuer_is_refused_outside_development(environment):
    issuer = DevelopmentIssuer()
    with pytest.raises(DevelopmentIssuerRefused):
        TokenVerifier(issuer=DEVELOPMENT_ISSUER, audience=AUDIENCE, jwks=issuer.jwks, environment=environment)


async def test_a_development_token_is_not_believed_by_a_production_verifier_even_with_its_keys():
    issuer = DevelopmentIssuer()
    token = issuer.issue("chief-8101", ["plan.plans:read"], Reach(Level.DISTRICT, "8101"))
    production = TokenVerifier(issuer=ISSUER, audience=AUDIENCE, jwks=issuer.jwks)
    development = TokenVerifier(issuer=DEVELOPMENT_ISSUER, audience=AUDIENCE, jwks=issuer.jwks, environment="development")
    assert (await development.verify(token)).subject == "chief-8101"
    with pytest.raises(Unauthenticated):
        await production.verify(token)
