"""The development token issuer: anyone who asks becomes any user of the table. Services believe it only in development."""

import base64
import binascii
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Annotated, Any, Final
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import FastAPI, Form, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.middleware.cors import CORSMiddleware

from deploy.local.sign_in import AuthorizationRequest, RedirectNotKnown, SignIn, sign_in_page
from deploy.local.users import USERS, DevelopmentUser, development_user
from shared.auth import DEVELOPMENT_ISSUER, Reach
from shared.clock import system_now
from shared.ids import new_id

AUDIENCE: Final = "sukjai"
TTL_SECONDS: Final = 3600
_GRANTS: Final = ("password", "client_credentials", "authorization_code")


class DevelopmentIssuer:
    """Signs tokens with an ES256 key of its own, made anew at each start and never written down."""

    def __init__(self, audience: str = AUDIENCE) -> None:
        """`audience` is that of the services which should take the tokens."""
        self.audience = audience
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._kid = str(new_id())

    def issue(
        self,
        subject: str,
        scopes: Iterable[str],
        reach: Reach,
        officer_id: UUID | None = None,
        employer: str | None = None,
        unit: str | None = None,
        ttl_seconds: int = TTL_SECONDS,
    ) -> str:
        """A signed token with these claims, good for `ttl_seconds` from now."""
        now = system_now()
        claims: dict[str, Any] = {
            "iss": DEVELOPMENT_ISSUER,
            "aud": self.audience,
            "sub": subject,
            "iat": now,
            "nbf": now,
            "exp": now + timedelta(seconds=ttl_seconds),
            "jti": str(new_id()),
            "scope": " ".join(scopes),
            "reach": {"level": reach.level.value, "code": reach.code},
        }
        optional = {"officer_id": officer_id and str(officer_id), "employer": employer, "unit": unit}
        claims |= {name: value for name, value in optional.items() if value is not None}
        return jwt.encode(claims, self._key, algorithm="ES256", headers={"kid": self._kid})

    def issue_to(self, name: str, ttl_seconds: int = TTL_SECONDS) -> str:
        """A token for a named development user (`chief-8101`, `ao-<officer id>` …). Raises ValueError for an unknown name."""
        return self._issue_user(development_user(name), None, ttl_seconds)

    async def jwks(self) -> Mapping[str, Any]:
        """The public key set; a JwksSource for verifiers in the same process."""
        public = jwt.algorithms.ECAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": self._kid, "use": "sig", "alg": "ES256"}]}

    def app(self, redirects: Mapping[str, tuple[str, ...]] | None = None) -> FastAPI:
        """The issuer's HTTP face: discovery, keys, an OAuth2 token form for the Authorize button, and the sign-in of pages.

        `redirects` are the exact redirect addresses of each page's client.
        """
        sign_in = SignIn(redirects or {})
        app = FastAPI(title="Sukjai development issuer", docs_url=None, redoc_url=None, openapi_url=None)
        app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["GET", "POST"], allow_headers=["*"])

        @app.get("/.well-known/openid-configuration")
        async def discovery(request: Request) -> dict[str, Any]:
            """OpenID discovery."""
            base = str(request.base_url).rstrip("/")
            return {
                "issuer": DEVELOPMENT_ISSUER,
                "jwks_uri": f"{base}/jwks.json",
                "token_endpoint": f"{base}/token",
                "authorization_endpoint": f"{base}/authorize",
                "code_challenge_methods_supported": ["S256"],
                "authorization_response_iss_parameter_supported": True,
                "grant_types_supported": list(_GRANTS),
                "id_token_signing_alg_values_supported": ["ES256"],
                "subject_types_supported": ["public"],
                "response_types_supported": ["code"],
            }

        @app.get("/jwks.json")
        async def keys() -> Mapping[str, Any]:
            """Public keys."""
            return await self.jwks()

        @app.get("/users")
        async def users() -> dict[str, str]:
            """Prefixes of user names and their roles."""
            return USERS

        _add_sign_in(app, sign_in)

        @app.post("/token")
        async def token(
            request: Request,
            grant_type: Annotated[str, Form()],
            username: Annotated[str, Form()] = "",
            client_id: Annotated[str, Form()] = "",
            scope: Annotated[str, Form()] = "",
            code: Annotated[str, Form()] = "",
            redirect_uri: Annotated[str, Form()] = "",
            code_verifier: Annotated[str, Form()] = "",
        ) -> Response:
            """OAuth2 token; the password or secret does not matter."""
            if grant_type not in _GRANTS:
                return _refused("unsupported_grant_type", f"one of {', '.join(_GRANTS)}")
            if grant_type == "authorization_code":
                try:
                    user, wanted = sign_in.redeem(code, client_id, redirect_uri, code_verifier)
                except ValueError as error:
                    return _refused("invalid_grant", str(error))
                return _token_answer(self._issue_user(user, wanted, TTL_SECONDS))
            name = username if grant_type == "password" else client_id or _basic_user(request)
            try:
                user = development_user(name)
            except ValueError as error:
                return _refused("invalid_grant", f"{error}; user names begin with {', '.join(USERS)}")
            return _token_answer(self._issue_user(user, scope.split() or None, TTL_SECONDS))

        return app

    def _issue_user(self, user: DevelopmentUser, wanted: list[str] | None, ttl_seconds: int) -> str:
        """A token for the user; `wanted` scopes narrow it and never widen it."""
        scopes = user.scopes if wanted is None else tuple(scope for scope in user.scopes if scope in wanted)
        return self.issue(user.name, scopes, user.reach, user.officer_id, user.employer, user.unit, ttl_seconds)


def _add_sign_in(app: FastAPI, sign_in: SignIn) -> None:
    """The authorization endpoint: a page with a form, and what the form is sent to."""

    def answered(asked: AuthorizationRequest, form: Mapping[str, str] | None) -> Response:
        try:
            sign_in.check(asked)
        except RedirectNotKnown as error:
            return _refused("invalid_request", str(error))
        if problem := asked.problem():
            return RedirectResponse(asked.redirect(DEVELOPMENT_ISSUER, error=problem[0], error_description=problem[1]), 303)
        name = str((form or {}).get("username", "")).strip()
        try:
            user = None if form is None else development_user(name)
        except ValueError:
            user = None
        if user is None:
            page, policy = sign_in_page(asked, name=name, unknown=form is not None)
            headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
            return HTMLResponse(page, 200 if form is None else 401, headers)
        return RedirectResponse(asked.redirect(DEVELOPMENT_ISSUER, code=sign_in.grant(asked, user)), 303)

    @app.get("/authorize")
    async def authorize(request: Request) -> Response:
        """The sign-in page."""
        return answered(AuthorizationRequest.of(request.query_params), None)

    @app.post("/authorize")
    async def signed_in(request: Request) -> Response:
        """The sign-in page, filled in."""
        form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
        return answered(AuthorizationRequest.of(form), form)


def _token_answer(token: str) -> Response:
    body = {"access_token": token, "token_type": "Bearer", "expires_in": TTL_SECONDS}
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


def _refused(error: str, description: str) -> Response:
    return JSONResponse({"error": error, "error_description": description}, status_code=400)


def _basic_user(request: Request) -> str:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""
