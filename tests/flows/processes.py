"""Services as processes of their own that can be killed, and copies of their databases."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from deploy.databases import create_databases, database_name
from deploy.local.postgres import LocalPostgres, binaries
from deploy.local.process import free_port
from deploy.local.suite import Suite
from tests.flows.begun_again import SuiteBegunAgain

ROOT = Path(__file__).parents[2]
OUTSIDE = ("plan", "payments")
STOP_SECONDS_MAX = 30
LOG_TAIL_CHARACTERS = 3000
_AWAY: dict[str, Any] = {"ready": False, "consumer_lag": None, "business_date": None, "parked": 0, "dead_letters": 0, "broken": []}
_NOT_FORWARDED = {"host", "content-length", "transfer-encoding", "connection"}


@dataclass
class ServiceProcess:
    """`python -m services.<name>` with the suite's environment; killed and started again on the same port."""

    name: str
    suite: Suite
    port: int = field(default_factory=free_port)
    _process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start; whoever asks it before it is ready hears so."""
        environment = {**os.environ, **self.suite.environment(self.name), f"{self.name.upper()}_PORT": str(self.port)}
        with (self.suite.folder / f"{self.name}.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", f"services.{self.name}", cwd=ROOT, env=environment, stdout=log, stderr=log
            )

    def last_words(self) -> str | None:
        """The end of its log, if it ended by itself."""
        if self._process is None or self._process.returncode in {None, -signal.SIGKILL}:
            return None
        return (self.suite.folder / f"{self.name}.log").read_text()[-LOG_TAIL_CHARACTERS:]

    async def kill(self) -> None:
        """SIGKILL."""
        assert self._process is not None
        assert self._process.returncode is None, self.last_words()
        self._process.kill()
        await self._process.wait()

    async def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.terminate()
        return await asyncio.wait_for(self._process.wait(), STOP_SECONDS_MAX)


@dataclass
class Forward:
    """Passes requests on to a service's process, so that callers find all five at one address; one that ended by itself is a 500."""

    process: ServiceProcess
    client: httpx.AsyncClient

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        request = Request(scope, receive)
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        url = httpx.URL(f"http://127.0.0.1:{self.process.port}{path}", query=scope["query_string"])
        headers = [(name, value) for name, value in request.headers.items() if name not in _NOT_FORWARDED]
        try:
            answer = await self.client.request(request.method, url, headers=headers, content=await request.body())
            shown = {name: value for name, value in answer.headers.items() if name not in {*_NOT_FORWARDED, "content-encoding"}}
            response = Response(answer.content, answer.status_code, shown)
        except httpx.TransportError:
            ended = self.process.last_words()
            response = JSONResponse(_AWAY, 503) if ended is None else Response(ended, 500)
        await response(scope, receive, send)


@dataclass
class SuiteWithProcesses(SuiteBegunAgain):
    """The suite, with plan and payments as processes of their own."""

    processes: dict[str, ServiceProcess] = field(default_factory=dict)
    _client: httpx.AsyncClient = field(
        default_factory=lambda: httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_keepalive_connections=0))
    )

    async def build(self) -> None:
        """Wire the services that run here."""
        await super().build()
        for name in OUTSIDE:
            await self.services.pop(name).resources.db.close()
            self.processes[name] = ServiceProcess(name, self)

    def app(self) -> FastAPI:
        """All five."""
        app = super().app()
        for name, process in self.processes.items():
            app.mount(f"/{name}", Forward(process, self._client))
        return app

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Suite]:
        """Start all; at the end every process must still run and stop in order."""
        async with super().running():
            for process in self.processes.values():
                await process.start()
            try:
                yield self
            finally:
                codes = [await process.stop() for process in self.processes.values()]
                await self._client.aclose()
        assert codes == [0] * len(OUTSIDE)


async def dumped(suite: Suite, service: str) -> Path:
    """A backup of the service's living database."""
    file = suite.folder / f"{service}.dump"
    await _postgres_program("pg_dump", "--format=custom", f"--file={file}", f"--dbname={_dsn(suite.postgres, database_name(service))}")
    return file


async def restored(suite: Suite, service: str, backup: Path, prefix: str = "sukjai") -> None:
    """Put the backup in the place of the service's database, and renew its epoch as a restore must (docs/adr/0004)."""
    name = database_name(service, prefix)
    connection = await asyncpg.connect(suite.postgres.superuser_dsn)
    await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    await connection.close()
    await create_databases(suite.postgres.superuser_dsn, suite.secrets.passwords, prefix)
    await _postgres_program(
        "pg_restore", "--clean", "--if-exists", "--exit-on-error", f"--dbname={_dsn(suite.postgres, name)}", str(backup)
    )
    connection = await asyncpg.connect(_dsn(suite.postgres, name))
    await connection.execute("UPDATE database_epoch SET epoch = gen_random_uuid()")
    await connection.close()


def _dsn(postgres: LocalPostgres, database: str) -> str:
    server, _, _ = postgres.superuser_dsn.rpartition("/")
    return f"{server}/{database}"


async def _postgres_program(name: str, *arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(binaries() / name, *arguments, stderr=asyncio.subprocess.PIPE)
    _, said = await process.communicate()
    assert process.returncode == 0, said.decode()
