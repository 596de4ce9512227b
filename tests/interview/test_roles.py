"""Every operation and every role: open to the roles that have its scope, and to no other."""

import asyncio
import re

from deploy.local.roles import ROLES
from deploy.local.users import USERS, development_user
from shared.auth import Level
from shared.ids import new_id

NOBODY = "00000000-0000-7000-8000-000000000000"
CODES = {
    Level.PROVINCE: "-81",
    Level.DISTRICT: "-8101",
    Level.OFFICER: f"-{NOBODY}",
    Level.AGENCY: "-DSD",
    Level.BANK: "-BAAC",
    Level.EMPLOYER: "-0105561000003",
}
THAI = re.compile(r"[ก-๛]{3}")


def operations(interview):
    """The operations that ask for a scope: method, address of nobody's, scope, name."""
    for path, methods in interview.service.app.openapi()["paths"].items():
        for method, entry in methods.items():
            if "x-scope" in entry:
                yield method, re.sub(r"\{.*?\}", NOBODY, path), entry["x-scope"], entry["operationId"]


def callers(interview):
    """Each role's headers, with the reach that the role has; and of nobody."""
    users = {role: development_user(prefix + CODES.get(ROLES[role].level, "")) for prefix, role in USERS.items()}
    tokens = {role: interview.issuer.issue(user.name, user.scopes, user.reach, user.officer_id) for role, user in users.items()}
    return {role: {"Authorization": f"Bearer {token}"} for role, token in tokens.items()} | {None: {}}


async def test_every_operation_is_open_to_the_roles_with_its_scope_and_to_no_other(interview):
    """Whoever may not is told so before anything else is looked at: nobody sends a body, and all ask for what there is not."""
    who = callers(interview)
    assert who.keys() == {*ROLES, None}
    walked = 0
    for method, path, scope, name in operations(interview):
        query = {"serach": "x"}
        asked = [
            interview.client.request(method, path, params=query, headers={**headers, "Idempotency-Key": str(new_id())})
            for headers in who.values()
        ]
        for role, answer in zip(who, await asyncio.gather(*asked), strict=True):
            problem, told = answer.json(), (name, role, answer.text[:300])
            assert answer.headers["content-type"] == "application/problem+json", told
            assert THAI.search(problem["detail_th"]), told
            assert not THAI.search(problem["detail_en"]), told
            expected = 401 if role is None else 422 if scope in ROLES[role].scopes else 403
            assert answer.status_code == expected, told
            assert expected != 403 or problem["needed_scope"] == scope, told
        assert any(scope in role.scopes for role in ROLES.values()), (name, "no role may do it")
        walked += 1
    assert walked > 100
