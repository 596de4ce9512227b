"""The development issuer's sign-in for pages in a browser: the authorization-code flow (RFC 6749, 4.1) with PKCE (RFC 7636).

Clients are public: they are known by exact redirect addresses, and whoever redeems a code shows that the flow is its own. A code
works once, within CODE_SECONDS. As everywhere in the development issuer, any password does.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from html import escape
from typing import Final
from urllib.parse import urlencode, urlsplit

from deploy.local.users import USERS, DevelopmentUser
from shared.clock import monotonic

CODE_SECONDS: Final = 60
CODES_MAX: Final = 1_000
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")

_STYLE: Final = """
:root { color-scheme: light dark; }
body { font: 1.125rem/1.5 Sarabun, 'Noto Sans Thai', system-ui, sans-serif; max-width: 26rem; margin: 10vh auto; padding: 0 1rem; }
label, input, button { display: block; width: 100%; box-sizing: border-box; font: inherit; }
input, button { padding: .5rem; margin: .25rem 0 1rem; }
[role=alert] { border-left: .25rem solid #b3261e; padding-left: .75rem; }
"""
_PAGE: Final = """<!doctype html>
<html lang="th">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>เข้าสู่ระบบ · Sign in</title><style>{style}</style></head>
<body><main>
<h1>เข้าสู่ระบบ <span lang="en">Sign in</span></h1>
<p>ผู้ใช้สำหรับทดลอง รหัสผ่านใดก็ได้ <span lang="en">Development users; any password.</span></p>
{problem}
<form method="post" action="authorize">
{hidden}
<label for="username">ชื่อผู้ใช้ <span lang="en">User name</span></label>
<input id="username" name="username" list="users" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus value="{name}">
<datalist id="users">{users}</datalist>
<label for="password">รหัสผ่าน <span lang="en">Password</span></label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button type="submit">เข้าสู่ระบบ <span lang="en">Sign in</span></button>
</form>
</main></body></html>
"""
_EXAMPLES: Final = ("committee", "mof", "moi-country", "governor-81", "chief-8101", "province-committee-81", "agency-DSD")


class RedirectNotKnown(ValueError):
    """The client, or its redirect address, is not registered: nobody may be sent there, not even with an error."""


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """What a page asks of the authorization endpoint."""

    client_id: str = ""
    redirect_uri: str = ""
    response_type: str = ""
    scope: str = ""
    state: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> "AuthorizationRequest":
        """From a query or a form; what it does not know is left out."""
        return cls(**{one.name: str(parameters.get(one.name, "")) for one in fields(cls)})

    def problem(self) -> tuple[str, str] | None:
        """The error of RFC 6749 and its description; None where nothing is wrong."""
        if self.response_type != "code":
            return "unsupported_response_type", "response_type: one of code"
        if self.code_challenge_method != "S256" or not _CHALLENGE.fullmatch(self.code_challenge):
            return "invalid_request", "code_challenge: 43 characters of base64url, code_challenge_method: S256"
        if not self.state:
            return "invalid_request", "state: is required"
        return None

    def redirect(self, issuer: str, **answer: str) -> str:
        """Where the browser goes on, with the answer; the issuer is named (RFC 9207)."""
        joint = "&" if urlsplit(self.redirect_uri).query else "?"
        return f"{self.redirect_uri}{joint}{urlencode({**answer, 'state': self.state, 'iss': issuer})}"


@dataclass(frozen=True, slots=True)
class _Granted:
    request: AuthorizationRequest
    user: DevelopmentUser
    until: float


@dataclass
class SignIn:
    """`redirects` are the exact redirect addresses of each public client."""

    redirects: Mapping[str, tuple[str, ...]]
    _codes: dict[str, _Granted] = field(default_factory=dict)

    def check(self, asked: AuthorizationRequest) -> None:
        """Raise RedirectNotKnown unless the browser may be sent back to the client."""
        if asked.redirect_uri not in self.redirects.get(asked.client_id, ()):
            raise RedirectNotKnown("client_id or redirect_uri is not registered")

    def grant(self, asked: AuthorizationRequest, user: DevelopmentUser) -> str:
        """A code for the user's sign-in."""
        self._codes = {code: one for code, one in self._codes.items() if one.until > monotonic()}
        while len(self._codes) >= CODES_MAX:
            self._codes.pop(next(iter(self._codes)))
        code = secrets.token_urlsafe(32)
        self._codes[code] = _Granted(asked, user, monotonic() + CODE_SECONDS)
        return code

    def redeem(self, code: str, client_id: str, redirect_uri: str, verifier: str) -> tuple[DevelopmentUser, list[str] | None]:
        """Who signed in, and the scopes that were asked for (None for all). Raises ValueError; the code is used up either way."""
        granted = self._codes.pop(code, None)
        if granted is None or granted.until <= monotonic():
            raise ValueError("code: not known, used already, or too old")
        if (granted.request.client_id, granted.request.redirect_uri) != (client_id, redirect_uri):
            raise ValueError("client_id, redirect_uri: as in the authorization request")
        shown = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if not (_VERIFIER.fullmatch(verifier) and hmac.compare_digest(shown, granted.request.code_challenge)):
            raise ValueError("code_verifier: does not belong to the code_challenge")
        return granted.user, granted.request.scope.split() or None


def sign_in_page(asked: AuthorizationRequest, *, name: str = "", unknown: bool = False) -> tuple[str, str]:
    """The page and its Content-Security-Policy. The form may lead to the client's address, where the answer goes."""
    hidden = "".join(f'<input type="hidden" name="{field_name}" value="{escape(value)}">' for field_name, value in asdict(asked).items())
    prefixes = escape(", ".join(USERS))
    problem = (
        f'<p role="alert">ไม่มีผู้ใช้ชื่อนี้ ชื่อขึ้นต้นด้วย {prefixes} <span lang="en">There is no such user; names begin with {prefixes}.</span></p>'
    )
    page = _PAGE.format(
        style=_STYLE,
        problem=problem if unknown else "",
        hidden=hidden,
        name=escape(name),
        users="".join(f'<option value="{one}"></option>' for one in _EXAMPLES),
    )
    to = urlsplit(asked.redirect_uri)
    style = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{style}'; form-action 'self' {to.scheme}://{to.netloc}; "
        "frame-ancestors 'none'; base-uri 'none'"
    )
    return page, policy
