"""The realm of the compose installation: `python -m deploy.keycloak` prints it for `keycloak start --import-realm`.

A user's realm role brings the scopes of that role into the token; the attributes reach_level and reach_code (and, where
they apply, officer_id, employer and unit) say how wide it reaches. One client is for programs and the OpenAPI
pages; its own tokens have the role of an operator in the whole country. The other is the dashboard's, where people sign in.
"""

import json
from typing import Any, Final

import typer

from deploy.local.roles import ROLES
from shared.auth import Level

REALM: Final = "sukjai"
AUDIENCE: Final = "sukjai"
CLIENT: Final = "sukjai"
CLIENT_ROLE: Final = "operator"
TOKEN_S: Final = 300
DASHBOARD: Final = "sukjai-dashboard"
DASHBOARD_ADDRESS: Final = "http://127.0.0.1:8005/dashboard"
DASHBOARD_SCOPES: Final = ("reporting.figures:read", "reporting.cases:read")
DASHBOARD_TOKEN_S: Final = 1800
"""The page has no refresh token: one signs in again, which the realm's own session makes a redirect without a form."""

_ATTRIBUTES: Final = {
    "reach_level": "reach.level",
    "reach_code": "reach.code",
    "officer_id": "officer_id",
    "employer": "employer",
    "unit": "unit",
}
"""User attribute: claim in the token; a dot makes an object."""


def realm() -> dict[str, Any]:
    """The realm as Keycloak imports it. The client's secret is Keycloak's environment variable KEYCLOAK_CLIENT_SECRET."""
    scopes = sorted({scope for role in ROLES.values() for scope in role.scopes})
    return {
        "realm": REALM,
        "enabled": True,
        "sslRequired": "external",
        "accessTokenLifespan": TOKEN_S,
        "bruteForceProtected": True,
        "passwordPolicy": "length(12)",
        "roles": {"realm": [{"name": name} for name in ROLES]},
        "clientScopes": [*(_scope(name) for name in scopes), _claims()],
        # A scope that is mapped to roles goes only into the tokens of who has one of them.
        "scopeMappings": [
            {"clientScope": scope, "roles": [name for name, role in ROLES.items() if scope in role.scopes]} for scope in scopes
        ],
        "clients": [_client(scopes), _dashboard()],
        "users": [_client_user()],
        "components": {"org.keycloak.userprofile.UserProfileProvider": [_user_profile()]},
    }


def _scope(name: str) -> dict[str, Any]:
    return {"name": name, "protocol": "openid-connect", "attributes": {"include.in.token.scope": "true"}}


def _claims() -> dict[str, Any]:
    """The client scope that puts audience, subject and the user's attributes into every token."""
    mappers = [
        _mapper("audience", "oidc-audience-mapper", {"included.custom.audience": AUDIENCE}),
        _mapper("subject", "oidc-sub-mapper", {}),
    ]
    mappers += [
        _mapper(
            attribute, "oidc-usermodel-attribute-mapper", {"user.attribute": attribute, "claim.name": claim, "jsonType.label": "String"}
        )
        for attribute, claim in _ATTRIBUTES.items()
    ]
    return {
        "name": "claims",
        "protocol": "openid-connect",
        "attributes": {"include.in.token.scope": "false"},
        "protocolMappers": mappers,
    }


def _mapper(name: str, kind: str, settings: dict[str, str]) -> dict[str, Any]:
    return {
        "name": name,
        "protocol": "openid-connect",
        "protocolMapper": kind,
        "config": {"access.token.claim": "true", "id.token.claim": "false", **settings},
    }


def _client(scopes: list[str]) -> dict[str, Any]:
    return {
        "clientId": CLIENT,
        "secret": "${KEYCLOAK_CLIENT_SECRET}",
        "publicClient": False,
        "serviceAccountsEnabled": True,
        "directAccessGrantsEnabled": True,
        "standardFlowEnabled": False,
        "webOrigins": [f"http://127.0.0.1:{port}" for port in range(8001, 8006)],
        # Roles decide over scopes by the mappings; they need not be in the token.
        "fullScopeAllowed": True,
        "defaultClientScopes": ["claims", *scopes],
        "optionalClientScopes": [],
    }


def _dashboard() -> dict[str, Any]:
    """A public client for the authorization-code flow with PKCE and nothing else; what it asks for is only to read figures."""
    return {
        "clientId": DASHBOARD,
        "publicClient": True,
        "standardFlowEnabled": True,
        "implicitFlowEnabled": False,
        "directAccessGrantsEnabled": False,
        "serviceAccountsEnabled": False,
        "redirectUris": [DASHBOARD_ADDRESS],
        "webOrigins": [DASHBOARD_ADDRESS.removesuffix("/dashboard")],
        "attributes": {
            "pkce.code.challenge.method": "S256",
            "post.logout.redirect.uris": DASHBOARD_ADDRESS,
            "access.token.lifespan": str(DASHBOARD_TOKEN_S),
            "use.refresh.tokens": "false",
        },
        "fullScopeAllowed": True,
        "defaultClientScopes": ["claims"],
        "optionalClientScopes": [*DASHBOARD_SCOPES],
    }


def _client_user() -> dict[str, Any]:
    return {
        "username": f"service-account-{CLIENT}",
        "enabled": True,
        "serviceAccountClientId": CLIENT,
        "realmRoles": [CLIENT_ROLE],
        "attributes": {"reach_level": [str(Level.COUNTRY)]},
    }


def _user_profile() -> dict[str, Any]:
    """Keycloak drops attributes that the profile does not know; only administrators may set those that widen a reach."""
    admin_only = {"view": ["admin"], "edit": ["admin"]}
    own = [
        {"name": name, "permissions": {"view": ["admin", "user"], "edit": ["admin", "user"]}}
        for name in ("username", "email", "firstName", "lastName")
    ]
    given: list[dict[str, Any]] = [{"name": name, "permissions": admin_only} for name in _ATTRIBUTES]
    given[0]["validations"] = {"options": {"options": [str(level) for level in Level]}}
    profile = {"attributes": [*own, *given]}
    return {"providerId": "declarative-user-profile", "config": {"kc.user.profile.config": [json.dumps(profile)]}}


def main() -> None:
    """Print the realm."""
    typer.echo(json.dumps(realm(), indent=2))


if __name__ == "__main__":
    typer.run(main)
