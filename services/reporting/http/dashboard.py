"""The dashboard: one page, its files and its configuration, served whole from here. What it shows it asks from the reports, as the person who signed in.

The files lie in services/reporting/dashboard as the browser gets them: nothing is built. Their address holds the hash of them all, so
a browser keeps them for good and never mixes two editions; the page itself is asked for each time.
"""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import orjson
from fastapi import APIRouter, Request, Response

from services.reporting.http.reports import CASES_READ, READ
from services.reporting.settings import Settings
from shared.errors import NotFound
from shared.thai.areas import area_name, districts, provinces

_FOLDER: Final = Path(__file__).parents[1] / "dashboard"
_PAGE: Final = "index.html"
_AREAS: Final = "areas.json"
"""The names of provinces and districts by code, Thai and English."""
_KINDS: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_PACKED: Final = frozenset({".woff2"})
_FOREVER: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class _File:
    """A file as it is sent: as it is and, where that is smaller, by gzip."""

    kind: str
    plain: bytes
    zipped: bytes | None

    @classmethod
    def of(cls, ending: str, content: bytes) -> "_File":
        return cls(_KINDS[ending], content, None if ending in _PACKED else gzip.compress(content, 9, mtime=0))

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.plain).hexdigest()[:32]}"'

    def answer(self, request: Request, headers: Mapping[str, str]) -> Response:
        sent = {"ETag": self.etag, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff", **headers}
        if self.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=sent)
        if self.zipped is not None and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(self.zipped, media_type=self.kind, headers={**sent, "Content-Encoding": "gzip"})
        return Response(self.plain, media_type=self.kind, headers=sent)


@dataclass(frozen=True)
class _Edition:
    """All files by name, and the hash of them all."""

    name: str
    page: _File
    files: Mapping[str, _File]


@cache
def _edition() -> _Edition:
    paths = {str(path.relative_to(_FOLDER)): path for path in sorted(_FOLDER.rglob("*")) if path.suffix in _KINDS}
    contents = {name: path.read_bytes() for name, path in paths.items()}
    contents[_AREAS] = orjson.dumps({code: area_name(code) for code in (*provinces(), *districts())})
    edition = hashlib.sha256(b"\0".join(part for name, content in contents.items() for part in (name.encode(), content))).hexdigest()[:16]
    page = contents.pop(_PAGE).replace(b"{edition}", edition.encode())
    return _Edition(edition, _File.of(".html", page), {name: _File.of(Path(name).suffix, content) for name, content in contents.items()})


def dashboard_router(settings: Settings) -> APIRouter:
    """Routes `/dashboard` and what is below; addresses are relative, so that it works in a mounted app too."""
    router = APIRouter(include_in_schema=False)
    policy = _policy(settings)
    configuration = orjson.dumps(
        {
            "authorization_url": settings.authorization_url,
            "token_url": settings.token_url,
            "end_session_url": settings.end_session_url,
            "issuer": settings.auth_issuer,
            "client_id": settings.dashboard_client,
            "scope": f"{READ} {CASES_READ}",
        }
    )

    @router.get("/dashboard")
    async def dashboard(request: Request) -> Response:
        """The page."""
        headers = {
            "Cache-Control": "no-cache",
            "Content-Security-Policy": policy,
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        return _edition().page.answer(request, headers)

    @router.get("/dashboard/config.json")
    async def dashboard_configuration() -> Response:
        """Where the page signs in."""
        return Response(configuration, media_type="application/json", headers={"Cache-Control": "no-store"})

    @router.get("/dashboard/{edition}/{name:path}")
    async def dashboard_file(edition: str, name: str, request: Request) -> Response:
        """A file of the page. That of another edition is gone: the page that asks for it is an old one, and is loaded anew."""
        found = _edition().files.get(name)
        if found is None or edition != _edition().name:
            raise NotFound
        return found.answer(request, {"Cache-Control": _FOREVER})

    return router


def _policy(settings: Settings) -> str:
    """No script and no style but our files; nothing is asked but from here and, for a token, from the issuer."""
    parts = urlsplit(settings.token_url or "")
    issuer = f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        f"connect-src 'self'{issuer}; require-trusted-types-for 'script'; trusted-types 'none'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
