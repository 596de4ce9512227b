"""The table of development roles is well formed, and every user of it gets a token that a service believes."""

import re

import pytest

from deploy.local.issuer import AUDIENCE, DevelopmentIssuer
from deploy.local.roles import ROLES
from deploy.local.users import USERS, development_user
from shared.auth import DEVELOPMENT_ISSUER, Level, TokenVerifier
from shared.ids import same_id

SCOPE = re.compile(r"(registry|interview|plan|payments|reporting)\.[a-z][a-z-]*:[a-z]+")
CODE = {
    Level.PROVINCE: "81",
    Level.DISTRICT: "8101",
    Level.OFFICER: str(same_id("officer")),
    Level.AGENCY: "DSD",
    Level.BANK: "BAAC",
    Level.EMPLOYER: "0105561000003",
}


@pytest.mark.parametrize("role", ROLES)
def test_every_scope_has_the_form_service_noun_right(role):
    assert ROLES[role].scopes
    assert [scope for scope in ROLES[role].scopes if not SCOPE.fullmatch(scope)] == []


def test_every_role_has_a_user_and_nobody_both_makes_and_approves_payments():
    assert set(USERS.values()) == set(ROLES)
    assert [name for name, role in ROLES.items() if {"payments.runs:write", "payments.runs:approve"} <= set(role.scopes)] == []


@pytest.mark.parametrize("prefix", USERS)
async def test_every_user_gets_a_token_that_is_believed(prefix):
    level = ROLES[USERS[prefix]].level
    name = prefix if level is Level.COUNTRY else f"{prefix}-{CODE[level]}"
    issuer = DevelopmentIssuer()
    verifier = TokenVerifier(issuer=DEVELOPMENT_ISSUER, audience=AUDIENCE, jwks=issuer.jwks, environment="development")
    principal = await verifier.verify(issuer.issue_to(name))
    assert principal.subject == name
    assert principal.reach.level is level
    assert principal.scopes == set(ROLES[USERS[prefix]].scopes)
    assert (principal.officer_id is not None) == (level is Level.OFFICER)
    assert (principal.employer is not None) == (level in {Level.AGENCY, Level.BANK})


@pytest.mark.parametrize("name", ["", "nobody", "chief", "chief-81", "ao-me", "committee-8101", "governor-8101"])
def test_a_name_outside_the_table_is_nobody(name):
    with pytest.raises(ValueError, match=r"no development user|is not a code"):
        development_user(name)
