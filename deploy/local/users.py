"""Development users by name, each with a role of roles.py.

A user name is a prefix of USERS and the code of the reach: `chief-8101`, `governor-81`, `ao-<officer id>`, `agency-DSD`,
`bank-BAAC`, `employer-<tax id>`; roles of the whole country have a name alone: `committee`, `operator`.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from deploy.local.roles import ROLES
from shared.auth import Level, Reach


@dataclass(frozen=True, slots=True)
class DevelopmentUser:
    """A named user with all that goes into the token."""

    name: str
    role: str
    scopes: tuple[str, ...]
    reach: Reach
    officer_id: UUID | None = None
    employer: str | None = None
    unit: str | None = None


# Prefix of the user name, and the role; those of a narrower reach than the country go on with `-<code>`.
USERS: Final[dict[str, str]] = {
    "registrar": "registrar",
    "mof": "mof",
    "moi-country": "moi",
    "ministry": "ministry",
    "governor": "governor",
    "chief": "district_chief",
    "intake": "intake_officer",
    "ao": "account_officer",
    "specialist-work": "specialist_work",
    "specialist-training": "specialist_training",
    "specialist-finance": "specialist_finance",
    "specialist-necessities": "specialist_necessities",
    "committee": "committee",
    "policy-committee": "policy_committee",
    "province-committee": "provincial_committee",
    "agency": "agency",
    "employer": "employer",
    "revenue": "revenue",
    "payments-maker": "payments_maker",
    "payments-approver": "payments_approver",
    "payments-approver-2": "payments_approver",
    "bank": "bank",
    "notice-gateway": "notice_gateway",
    "operator": "operator",
    "auditor": "auditor",
}


def development_user(name: str) -> DevelopmentUser:
    """The user of the name. Raises ValueError for a name that is not in the table or a code that does not fit its role."""
    if name in USERS and ROLES[USERS[name]].level is Level.COUNTRY:
        return _user(name, USERS[name], "")
    for prefix, role in USERS.items():
        code = name.removeprefix(f"{prefix}-")
        if code != name and ROLES[role].level is not Level.COUNTRY:
            return _user(name, role, code)
    raise ValueError(f"no development user {name!r}")


def _user(name: str, role: str, code: str) -> DevelopmentUser:
    level = ROLES[role].level
    return DevelopmentUser(
        name=name,
        role=role,
        scopes=ROLES[role].scopes,
        reach=Reach(level, code),
        officer_id=UUID(code) if level is Level.OFFICER else None,
        employer=code if level in {Level.AGENCY, Level.BANK} else None,
        unit=code if level in {Level.PROVINCE, Level.DISTRICT} else None,
    )
