"""The whole suite in one process on one port: the five services, the development issuer and an index of the pages.

`python -m deploy.local.suite --folder .run/suite` starts PostgreSQL and a broker of its own, prepares both, serves, and
writes the addresses to ready.json in the folder when it is ready. It stops cleanly on SIGTERM or SIGINT.
"""

import asyncio
import base64
import contextlib
import json
import os
import secrets
import shutil
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Final

import httpx
import structlog
import typer
import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from deploy import databases, migrate, topics
from deploy.local.broker import Broker, EmbeddedBroker, best_broker
from deploy.local.issuer import DevelopmentIssuer
from deploy.local.phones import RECEIPTS_EVERY_SECONDS, Phones
from deploy.local.postgres import LocalPostgres
from deploy.local.process import free_port
from shared import observability
from shared.auth import DEVELOPMENT_ISSUER, TokenVerifier
from shared.clock import Clock
from shared.contracts.common import AGENCIES
from shared.db import Database
from shared.http.problems import add_problem_handlers
from shared.service import Service, run_fast, served

SERVICES: Final = ("registry", "interview", "plan", "payments", "reporting")
READY_FILE: Final = "ready.json"
BANKS: Final = ("BAAC", "GSB", "KTB")
DASHBOARD_CLIENT: Final = "sukjai-dashboard"
SYNTHETIC_SEATS: Final = 4_695
"""For a country of 1:1000: catalogue capacity was at least 4,695,407 persons (docs/measure.md 7)."""
TITLES: Final = {
    "registry": "ทะเบียนผู้มีบัตร · who holds a card",
    "interview": "การสัมภาษณ์และติดตาม · wishes, interviews, follow-ups",
    "plan": "แผนพัฒนารายบุคคล · personal plans and referrals",
    "payments": "การจ่ายเงิน · entitlements, runs, ledger",
    "reporting": "รายงาน · figures for committees",
}

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Secrets:
    """Passwords and keys of one local installation, made once and kept in its folder (mode 0600)."""

    passwords: Mapping[str, str]
    lookup_key: str
    payee_keys: str
    assessment_keys: str
    bank_keys: str
    agency_keys: str
    field_keys: Mapping[str, str]
    audit_keys: Mapping[str, str]
    signing_keys: Mapping[str, str]
    master_keys: str
    dci_encryption_keys: str
    notice_gateway_token: str

    @classmethod
    def in_folder(cls, folder: Path) -> "Secrets":
        """Read them, or make them."""
        file = folder / "secrets.json"
        kept = json.loads(file.read_text()) if file.exists() else {}
        if set(kept) != {one.name for one in fields(cls)}:
            # What is kept stays: databases are sealed with it. Only what a newer version needs besides is made.
            made = {
                "passwords": {f"{service}_{kind}": secrets.token_urlsafe(18) for service in SERVICES for kind in ("owner", "app")},
                "lookup_key": f"l1:{_key()}",
                "payee_keys": f"p1:{_key()}",
                "assessment_keys": f"a1:{_key()}",
                "bank_keys": ";".join(f"{bank}=b1:{_key()}" for bank in BANKS),
                "agency_keys": ";".join(f"{agency}=g1:{_key()}" for agency in AGENCIES),
                "field_keys": {service: f"f1:{_key()}" for service in SERVICES},
                "audit_keys": {service: f"a1:{_key()}" for service in SERVICES},
                "signing_keys": {service: f"s1:{_key()}" for service in SERVICES},
                "master_keys": f"m1:{_key()}",
                "dci_encryption_keys": f"e1:{_key()}",
                "notice_gateway_token": secrets.token_urlsafe(18),
            }
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
                json.dump({**made, **kept}, out)
        return cls(**json.loads(file.read_text()))


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


@dataclass
class Suite:
    """The five services around servers that somebody else started."""

    folder: Path
    postgres: LocalPostgres
    broker: Broker
    port: int
    secrets: Secrets
    policy_profile: str = "amended"
    issuer: DevelopmentIssuer = field(default_factory=DevelopmentIssuer)
    services: dict[str, Service] = field(default_factory=dict)
    receipts_every_seconds: float = RECEIPTS_EVERY_SECONDS

    @property
    def address(self) -> str:
        """Where everything is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def dashboard(self) -> str:
        """Where the year is looked at."""
        return f"{self.address}/reporting/dashboard"

    async def prepare(self) -> None:
        """Make databases, roles, topics and tables, where they are not there yet."""
        await databases.create_databases(self.postgres.superuser_dsn, self.secrets.passwords)
        await topics.create_topics(self.broker.bootstrap, size="local")
        for service in SERVICES:
            dsn = self.postgres.dsn(f"sukjai_{service}", f"{service}_owner", self.secrets.passwords[f"{service}_owner"])
            await asyncio.to_thread(migrate.migrate, service, dsn)

    def environment(self, service: str) -> dict[str, str]:
        """The environment of one service's own process in this installation."""
        prefix = service.upper()
        dsn = self.postgres.dsn(f"sukjai_{service}", f"{service}_app", self.secrets.passwords[f"{service}_app"])
        return {
            "SUKJAI_ENVIRONMENT": "development",
            "KAFKA_BOOTSTRAP_SERVERS": self.broker.bootstrap,
            "AUTH_ISSUER": DEVELOPMENT_ISSUER,
            "AUTH_JWKS_URL": f"{self.address}/issuer/jwks.json",
            "AUTH_TOKEN_URL": f"{self.address}/issuer/token",
            "AUTH_AUTHORIZATION_URL": f"{self.address}/issuer/authorize",
            "SUKJAI_LOOKUP_KEY": self.secrets.lookup_key,
            "SUKJAI_PAYEE_KEYS": self.secrets.payee_keys,
            "SUKJAI_ASSESSMENT_KEYS": self.secrets.assessment_keys,
            "SUKJAI_BANK_KEYS": self.secrets.bank_keys,
            "SUKJAI_AGENCY_KEYS": self.secrets.agency_keys,
            f"{prefix}_DATABASE_DSN": dsn,
            f"{prefix}_FIELD_KEYS": self.secrets.field_keys[service],
            f"{prefix}_AUDIT_KEYS": self.secrets.audit_keys[service],
            f"{prefix}_SIGNING_KEYS": self.secrets.signing_keys[service],
            "PAYMENTS_POLICY_PROFILE": self.policy_profile,
            "INTERVIEW_REGISTRY_URL": f"{self.address}/registry",
            "PLAN_SYNTHETIC_SEATS": str(SYNTHETIC_SEATS),
            "PLAN_REGISTRY_URL": f"{self.address}/registry",
            "PAYMENTS_REGISTRY_URL": f"{self.address}/registry",
            "REGISTRY_MASTER_KEYS": self.secrets.master_keys,
            "REGISTRY_DCI_ENCRYPTION_KEYS": self.secrets.dci_encryption_keys,
            "REGISTRY_IMPORT_FOLDER": str(self.folder / "imports"),
            "REGISTRY_EXPORT_FOLDER": str(self.folder / "exports"),
            "REGISTRY_NOTICE_GATEWAY_URL": f"{self.address}/phones",
            "REGISTRY_NOTICE_GATEWAY_TOKEN": self.secrets.notice_gateway_token,
            "REGISTRY_WEBHOOK_HOSTS": "127.0.0.1,localhost",
            "PLAN_WEBHOOK_HOSTS": "127.0.0.1,localhost",
        }

    async def build(self) -> None:
        """Wire the services, each with its own settings, pool and clock."""
        for name in SERVICES:
            settings = _settings(name, self.environment(name))
            database = await Database.connect(settings.database_dsn, name=f"sukjai.{name}", connections_max=settings.connections_max)
            verifier = TokenVerifier(
                issuer=settings.auth_issuer, audience=settings.auth_audience, jwks=self.issuer.jwks, environment=settings.environment
            )
            try:
                self.services[name] = import_module(f"services.{name}.app").build(settings, database, Clock(), verifier)
            except BaseException:
                await database.close()
                raise

    def app(self) -> FastAPI:
        """One app: index, issuer, and each service below its name."""
        app = FastAPI(title="Sukjai", docs_url=None, redoc_url=None, openapi_url=None)
        add_problem_handlers(app)

        @app.get("/", response_class=HTMLResponse)
        async def index() -> str:
            """The index of the OpenAPI pages."""
            return _index()

        app.mount("/issuer", self.issuer.app({DASHBOARD_CLIENT: (self.dashboard,)}))
        phones = Phones(self.secrets.notice_gateway_token, self._receipts, receipts_every_seconds=self.receipts_every_seconds)
        app.mount("/phones", phones.app())
        for name, service in self.services.items():
            app.mount(f"/{name}", service.app)
        return app

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Suite"]:
        """Prepare, start, serve; stop at the end."""
        await asyncio.to_thread((self.folder / "imports").mkdir, parents=True, exist_ok=True)
        await self.prepare()
        serving: asyncio.Task[None] | None = None
        server: uvicorn.Server | None = None
        try:
            await self.build()
            server = uvicorn.Server(served(self.app(), "127.0.0.1", self.port, lifespan="off"))
            for service in self.services.values():
                await service.start()
            serving = asyncio.create_task(_serve(server))
            while not server.started:
                await asyncio.wait({serving}, timeout=0.02)
                if serving.done():
                    await serving
            yield self
        finally:
            if server is not None and serving is not None:
                for service in self.services.values():
                    if service.on_closing is not None:
                        service.on_closing()
                server.should_exit = True
                await serving
            for service in self.services.values():
                await service.stop()
            await self._provider.aclose()

    @cached_property
    def _provider(self) -> httpx.AsyncClient:
        """Made once: to make a client takes longer than many calls."""
        return httpx.AsyncClient(base_url=self.address)

    async def _receipts(self, receipts: list[dict[str, Any]]) -> None:
        """As a provider that is somewhere else would: over HTTP, with a token of its own."""
        headers = {"Authorization": f"Bearer {self.issuer.issue_to('notice-gateway')}"}
        answer = await self._provider.post("/registry/v1/notices/receipts", json={"receipts": receipts}, headers=headers)
        answer.raise_for_status()

    async def broken(self) -> None:
        """Raise when a part of any service has ended."""
        waiting = {asyncio.create_task(service.broken()) for service in self.services.values()}
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()
        for service in self.services.values():
            service.raise_if_broken()


async def _serve(server: uvicorn.Server) -> None:
    """Serve without uvicorn's own signal handlers: who runs the suite decides when it stops."""
    with contextlib.suppress(asyncio.CancelledError):
        await server._serve()  # noqa: SLF001  # the public serve() differs only by taking over the signals


def _settings(name: str, environment: Mapping[str, str]) -> Any:
    """A service's settings from exactly this environment: five services share one process, so os.environ is not theirs alone."""
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        return import_module(f"services.{name}.settings").Settings()
    finally:
        os.environ.clear()
        os.environ.update(before)


def _index() -> str:
    rows = "".join(f'<li><a href="/{name}/docs">{name}</a> — {title}</li>' for name, title in TITLES.items())
    return (
        '<!doctype html><html lang="th"><meta charset="utf-8"><title>สุขใจ Sukjai</title>'
        "<h1>สุขใจ Sukjai</h1><p>มาตรการพัฒนาคุณภาพชีวิตผู้มีบัตรสวัสดิการแห่งรัฐ</p>"
        f'<p><a href="/reporting/dashboard">หน้ารายงาน · The dashboard: the year, live</a> (committee, governor-81, chief-8101 …)</p>'
        f'<ul>{rows}</ul><p>Development users for the Authorize button: <a href="/issuer/users">/issuer/users</a>; any password.</p>'
        '<p>What people were told: <a href="/phones/">/phones</a>.</p></html>'
    )


def _ready_folder(folder: Path, *, keep: bool) -> None:
    if not keep and folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / READY_FILE).unlink(missing_ok=True)


@asynccontextmanager
async def local_suite(
    folder: Path, *, port: int, keep: bool, real_kafka: bool = False, policy_profile: str = "amended"
) -> AsyncIterator[Suite]:
    """The suite with a PostgreSQL and a broker of its own in the folder; emptied before unless `keep`."""
    await asyncio.to_thread(_ready_folder, folder, keep=keep)
    postgres = await asyncio.to_thread(lambda: LocalPostgres.start(folder / "postgres", durable=False))
    try:
        broker = await best_broker(folder / "broker") if real_kafka else await EmbeddedBroker.start(folder / "broker")
        try:
            suite = Suite(folder, postgres, broker, port or free_port(), Secrets.in_folder(folder), policy_profile)
            async with suite.running():
                yield suite
        finally:
            await broker.stop()
    finally:
        await asyncio.to_thread(postgres.stop)


def _tell_ready(suite: Suite) -> None:
    """Write the addresses where who started us waits for them; the file appears whole."""
    ready = {
        "address": suite.address,
        "dashboard": suite.dashboard,
        "bootstrap": suite.broker.bootstrap,
        "broker": suite.broker.kind,
        "pid": os.getpid(),
    }
    draft = suite.folder / "ready.json.new"
    draft.write_text(json.dumps(ready))
    draft.rename(suite.folder / READY_FILE)


def main(
    folder: Annotated[Path, typer.Option(help="Where data, secrets and logs live.")] = Path(".run/suite"),
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.")] = 8561,
    keep: Annotated[bool, typer.Option("--keep", help="Go on with what the folder holds.")] = False,
    real_kafka: Annotated[bool, typer.Option("--real-kafka", help="Apache Kafka instead of the embedded broker.")] = False,
    policy: Annotated[str, typer.Option(help="circular or amended.")] = "amended",
) -> None:
    """Run the suite until it is asked to stop."""

    async def run() -> None:
        stopping = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
        async with local_suite(folder.resolve(), port=port, keep=keep, real_kafka=real_kafka, policy_profile=policy) as suite:
            await asyncio.to_thread(_tell_ready, suite)
            ends = {asyncio.create_task(stopping.wait()), asyncio.create_task(suite.broken())}
            done, pending = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.to_thread((suite.folder / READY_FILE).unlink)
            for task in pending:
                task.cancel()
            for task in done:
                await task

    observability.configure("suite")
    run_fast(run())


if __name__ == "__main__":
    typer.run(main)
