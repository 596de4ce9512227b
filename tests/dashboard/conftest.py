"""Reporting served on loopback beside the development issuer, with a country in it; and Debian's Chromium, headless, that looks at it."""

import asyncio
import contextlib
import os
import re
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import uvicorn
from axe_playwright_python.async_playwright import Axe
from fastapi import FastAPI
from playwright.async_api import Browser, Page, async_playwright

from deploy.local.issuer import DevelopmentIssuer
from deploy.local.process import free_port
from deploy.local.suite import DASHBOARD_CLIENT
from services.reporting.app import build
from services.reporting.settings import Settings
from services.reporting.tables import metadata
from shared.auth import DEVELOPMENT_ISSUER, TokenVerifier
from shared.clock import Clock
from shared.db import Database
from shared.service import served
from tests.dashboard.country import bring, the_country
from tests.reporting.conftest import SIGNING_KEYS
from tests.support.service_database import emptied, migrated_database, opened

NOW = datetime(2018, 10, 1, 5, tzinfo=UTC)
PICTURES = Path(__file__).parents[2] / "build" / "screenshots"
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@dataclass
class Served:
    """Where the dashboard is, and what is behind it."""

    address: str
    db: Database
    clock: Clock
    issuer: DevelopmentIssuer
    tables: list[str] = field(default_factory=list)

    @property
    def dashboard(self) -> str:
        return f"{self.address}/reporting/dashboard"

    def token(self, user: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.issuer.issue_to(user)}"}


@contextlib.asynccontextmanager
async def serving(app, port, on_closing):
    server = uvicorn.Server(served(app, "127.0.0.1", port, lifespan="off"))
    task = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        on_closing()
        server.should_exit = True
        await task


@pytest.fixture(scope="session")
async def site(postgres):
    """Reporting and the issuer as the suite mounts them, over a country in October 2561."""
    port, issuer, clock = free_port(), DevelopmentIssuer(), Clock()
    clock.play(NOW)
    address = f"http://127.0.0.1:{port}"
    async with migrated_database(postgres, "reporting") as dsns, opened(dsns.app, "reporting") as db:
        await emptied(dsns.owner, {"outbox", "idempotency"} | {table.name for table in metadata.sorted_tables})
        settings = Settings(
            environment="development",
            database_dsn=dsns.app,
            kafka_bootstrap_servers="127.0.0.1:1",
            auth_issuer=DEVELOPMENT_ISSUER,
            auth_jwks_url=f"{address}/issuer/jwks.json",
            token_url=f"{address}/issuer/token",
            authorization_url=f"{address}/issuer/authorize",
            signing_keys=SIGNING_KEYS,
        )
        verifier = TokenVerifier(issuer=DEVELOPMENT_ISSUER, audience="sukjai", jwks=issuer.jwks, environment="development")
        service = build(settings, db, clock, verifier)
        await bring(db, the_country())
        app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        app.mount("/issuer", issuer.app({DASHBOARD_CLIENT: (f"{address}/reporting/dashboard",)}))
        app.mount("/reporting", service.app)
        async with serving(app, port, service.on_closing):
            yield Served(address, db, clock, issuer)


@pytest.fixture
async def http(site):
    """A caller that is no browser."""
    async with httpx.AsyncClient(base_url=site.address) as client:
        yield client


@pytest.fixture(scope="session")
async def browser():
    """Debian's Chromium. Where there is none the tests fail and say how to have one; they are never left out."""
    chromium = shutil.which("chromium")
    assert chromium, "no Chromium on the PATH: `make browser` installs Debian's as root, else install the package `chromium`"
    async with async_playwright() as playwright:
        one = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield one
        await one.close()


@dataclass
class Looker:
    """Somebody before the page. What the page complains of, in its console or by a refused request, is a fault."""

    page: Page
    site: Served
    complaints: list[str] = field(default_factory=list)

    async def sign_in(self, user: str, hash_: str = "") -> None:
        """From the address to the figures."""
        await self.page.goto(f"{self.site.dashboard}{hash_}")
        await self.page.click("#sign-in")
        await self.fill_in(user)
        await self.shown()

    async def fill_in(self, user: str) -> None:
        """The issuer's form."""
        await self.page.fill("#username", user)
        await self.page.fill("#password", "any")
        await self.page.click("button[type=submit]")

    async def titled(self, heading: str) -> None:
        """The view has come to be this one, with its figures."""
        await self.page.locator("h1", has_text=re.compile(f"^{heading}$")).wait_for()
        await self.shown()

    async def focused(self) -> str:
        return await self.page.evaluate("document.activeElement.id")

    async def shown(self) -> None:
        """The view has its figures, and fonts."""
        await self.page.wait_for_selector("main[aria-busy=false]")
        await self.page.evaluate("document.fonts.ready")

    async def go(self, hash_: str) -> None:
        """To another view or area."""
        await self.page.evaluate("hash => { location.hash = hash }", hash_)
        view = hash_.removeprefix("#/").partition("?")[0]
        await self.page.wait_for_selector(f"#way-{view}[aria-current=page]")
        await self.shown()

    async def text(self, selector: str) -> str:
        return (await self.page.locator(selector).first.inner_text()).strip()

    async def picture(self, name: str, *, whole: bool = True) -> None:
        """A screenshot among the artefacts."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=PICTURES / f"{name}.png", full_page=whole, animations="disabled")

    async def violations(self, *rules: str) -> list[str]:
        """What axe finds wrong, by all its rules or by these. Of long tables, whose rows are alike, it looks at the first ones."""
        options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
        found = await Axe().run(self.page, context={"exclude": [["tbody tr:nth-child(n+5)"]]}, options=options)
        return [
            f"{one['id']}: {node['html'][:120]} {node['failureSummary'][:200]}"
            for one in found.response["violations"]
            for node in one["nodes"]
        ]


@contextlib.asynccontextmanager
async def looking(browser: Browser, site: Served, **more):
    """A fresh browser profile; at the end the page must have had nothing to complain of."""
    context = await browser.new_context(**{"viewport": DESK, "locale": "th-TH", **more})
    page = await context.new_page()
    one = Looker(page, site)
    page.on("console", lambda message: one.complaints.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: one.complaints.append(str(error)))
    page.on(
        "request",
        lambda request: None if request.url.startswith(site.address) else one.complaints.append(f"asked elsewhere: {request.url}"),
    )
    yield one
    await context.close()
    assert one.complaints == []


@pytest.fixture
async def look(browser, site):
    """Somebody at a desk."""
    async with looking(browser, site) as one:
        yield one
