"""The OpenAPI page, served whole from here: staff networks may not reach outside, and the page runs no inline script.

Beside it stand the project's own pages (docs/pages/*.html), which the description of every service links.
"""

import re
from collections.abc import Mapping
from functools import cache
from html import unescape
from importlib.resources import files
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response

from shared.errors import NotFound

# The PyPI package that carries the files of Swagger UI; nothing else of it is used.
_PACKAGE: Final = "fastapi_offline"
_ASSETS: Final = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon.png": "image/png",
}
_PAGES: Final = Path(__file__).parents[2] / "docs" / "pages"
_TITLE: Final = re.compile(r"<title>(.*?)</title>")
_PAGE_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="docs/favicon.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
_START: Final = """SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayOperationId: true,
  filter: true,
  persistAuthorization: false,
  showExtensions: false,
  tryItOutEnabled: true,
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIBundle.SwaggerUIStandalonePreset],
});
"""


def docs_router(title: str, token_url: str | None) -> APIRouter:
    """Routes `/docs` and `/docs/<file>`; addresses are relative, so that a mounted app's page works too."""
    router = APIRouter(include_in_schema=False)
    policy = _policy(token_url)

    @router.get("/docs")
    async def docs(request: Request) -> Response:
        """The page."""
        del request
        return Response(_PAGE.format(title=title), media_type="text/html", headers={"Content-Security-Policy": policy})

    @router.get("/docs/pages/{name}")
    async def docs_own_page(name: str) -> Response:
        """A page of the project."""
        if name not in own_pages():
            raise NotFound
        return Response(own_pages()[name][1], media_type="text/html", headers={"Content-Security-Policy": _PAGE_POLICY})

    @router.get("/docs/{name}")
    async def docs_file(name: str) -> Response:
        """A file of the page."""
        if name == "start.js":
            return Response(_START, media_type="text/javascript")
        if name not in _ASSETS:
            raise NotFound
        return Response(_asset(name), media_type=_ASSETS[name], headers={"Cache-Control": "public, max-age=86400"})

    return router


@cache
def own_pages() -> Mapping[str, tuple[str, str]]:
    """Title and text of each page of the project, by name."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(_PAGES.glob("*.html"))}
    return {name: (unescape(found[1]), text) for name, text in texts.items() if (found := _TITLE.search(text))}


def links_to_own_pages() -> str:
    """Links to them for a description that is shown on the OpenAPI page, in Markdown."""
    return "\n".join(f"- [{title}](docs/pages/{name})" for name, (title, _) in own_pages().items())


@cache
def _asset(name: str) -> bytes:
    return files(_PACKAGE).joinpath("static", name).read_bytes()


def _policy(token_url: str | None) -> str:
    parts = urlsplit(token_url or "")
    issuer = f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""
    # Swagger UI styles elements and shows its icons as data addresses.
    return (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        f"connect-src 'self'{issuer}; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
