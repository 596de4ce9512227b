"""The real house: PostgreSQL, Kafka and payments' processes of its own, each of which can be killed and started again."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import uvicorn
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from aiokafka.protocol.group import LeaveGroupRequest
from fastapi import FastAPI

from deploy import databases, migrate
from deploy.local.broker import Broker, best_broker
from deploy.local.issuer import DevelopmentIssuer
from deploy.local.postgres import LocalPostgres
from deploy.local.process import free_port
from deploy.local.suite import Secrets, Suite
from shared.service import served
from tests.chaos.history import KAFKA, POSTGRES, RELAY, SERVICE, Sabotage
from tests.flows.begun_again import copied
from tests.payments.conftest import BANK_KEYS, LOOKUP_KEY, PAYEE_KEYS
from tests.support.fresh_topics import fresh_topics
from tests.support.servers import insists_on_real_kafka

ROOT = Path(__file__).parents[2]
GROUP = "sukjai.payments"
LOG_TAIL_CHARACTERS = 6000
STOP_SECONDS_MAX = 60
PARTS = {SERVICE: ("http", "consumers", "jobs"), RELAY: ("relay",)}
TEMPLATE = "chaos_migrated"


@dataclass
class Nursery:
    """Where payments' processes come from (see nursery.py)."""

    process: asyncio.subprocess.Process
    _codes: dict[int, asyncio.Future[int]] = field(default_factory=dict)
    _started: asyncio.Queue[int] = field(default_factory=asyncio.Queue)

    async def start(self, **order: Any) -> tuple[int, asyncio.Future[int]]:
        """The new process, and its exit code once it has one."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        pid = await self._started.get()
        return pid, self._code(pid)

    def _code(self, pid: int) -> asyncio.Future[int]:
        return self._codes.setdefault(pid, asyncio.get_running_loop().create_future())

    async def listen(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            news = json.loads(line)
            if "started" in news:
                self._started.put_nowait(news["started"])
            else:
                self._code(news["ended"]).set_result(news["code"])


@dataclass
class Part:
    """A process of payments: all of it, or some of its parts."""

    name: str
    nursery: Nursery
    order: dict[str, Any]
    pid: int = 0
    ended: asyncio.Future[int] | None = None

    async def start(self) -> None:
        self.pid, self.ended = await self.nursery.start(**self.order)

    async def kill(self) -> None:
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        return await asyncio.wait_for(self._end(signal.SIGTERM), STOP_SECONDS_MAX)

    async def _end(self, how: signal.Signals) -> int:
        assert self.ended is not None
        if not self.ended.done():
            os.kill(self.pid, how)
        return await self.ended

    @property
    def code(self) -> int | None:
        """The exit code of one that ended by itself."""
        code = self.ended.result() if self.ended is not None and self.ended.done() else None
        return None if code == -signal.SIGKILL else code


@dataclass
class House:
    """The servers, payments' processes, and how often each was killed."""

    folder: Path
    postgres: LocalPostgres
    broker: Broker
    suite: Suite
    http: httpx.AsyncClient
    nursery: Nursery
    parts: dict[str, Part] = field(default_factory=dict)
    kills: Counter = field(default_factory=Counter)
    port: int = field(default_factory=free_port)
    cut_off: set[str] = field(default_factory=set)
    restarts: int = 0
    _one_at_a_time: dict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    mistake: str = ""

    @property
    def issuer(self) -> DevelopmentIssuer:
        return self.suite.issuer

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def open(self, *, relay_apart: bool) -> AsyncIterator[None]:
        """Payments on an empty database and empty topics, until the end; every process must then end in order."""
        await self._empty()
        self.port = free_port()
        self.log.unlink(missing_ok=True)
        names = PARTS if relay_apart else {SERVICE: ()}
        order = {"environment": self._environment(), "log": str(self.log), "mistake": self.mistake}
        # Until all is quiet for the first time, each is on its way up.
        self.cut_off = set(names)
        for name, only in names.items():
            options = [word for part in only for word in ("--only", part)]
            self.parts[name] = Part(name, self.nursery, {**order, "options": options})
        for part in self.parts.values():
            await part.start()
        try:
            yield
        except BaseException:
            for part in self.parts.values():
                await part._end(signal.SIGKILL)
            raise
        finally:
            ended, self.parts = self.parts, {}
        codes = [await part.stop() for part in ended.values()]
        assert codes == [0] * len(codes), self.log_tail()

    @property
    def log(self) -> Path:
        """What payments' processes wrote."""
        return self.folder / "payments.log"

    async def _empty(self) -> None:
        name = databases.database_name("payments")
        async with self._superuser() as connection:
            await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await copied(self.postgres, TEMPLATE, "sukjai", ["payments"])
        await databases.create_databases(self.postgres.superuser_dsn, self.suite.secrets.passwords)
        await fresh_topics(self.broker.bootstrap)

    def _environment(self) -> dict[str, str]:
        keys = {"SUKJAI_LOOKUP_KEY": LOOKUP_KEY, "SUKJAI_PAYEE_KEYS": PAYEE_KEYS, "SUKJAI_BANK_KEYS": BANK_KEYS}
        return {**os.environ, **self.suite.environment("payments"), **keys, "PAYMENTS_PORT": str(self.port)}

    @asynccontextmanager
    async def _superuser(self, database: str = "postgres") -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(self.postgres.superuser_dsn, database=database)
        try:
            yield connection
        finally:
            await connection.close()

    async def rows(self, sql: str) -> list[dict[str, Any]]:
        async with self._superuser(databases.database_name("payments")) as connection:
            return [dict(row) for row in await connection.fetch(sql)]

    async def check(self) -> None:
        """Start again who came up and found a neighbour down, as whoever supervises processes would; raise when one ended by itself otherwise."""
        for part in self.parts.values():
            async with self._one_at_a_time[part.name]:
                if part.code is not None:
                    if part.name not in self.cut_off or not {KAFKA, POSTGRES} & self.cut_off:
                        raise AssertionError(f"{part.name} ended by itself with {part.code}:\n{self.log_tail()}")
                    self.restarts += 1
                    await part.start()

    def log_tail(self) -> str:
        """The last words of payments' processes."""
        return self.log.read_text()[-LOG_TAIL_CHARACTERS:]

    def keep_log(self, name: str) -> None:
        """Do not write over the log of a history that failed."""
        if self.log.exists():
            self.log.rename(self.folder / f"{name}.log")

    async def sabotage(self, plan: Sabotage) -> None:
        """Kill, and start again."""
        await asyncio.sleep(plan.after_ms / 1000)
        what = plan.what if plan.what in {KAFKA, POSTGRES} or plan.what in self.parts else SERVICE
        async with self._one_at_a_time[what]:
            self.kills[what] += 1
            self.cut_off.add(what)
            await self._kill(what, plan)

    async def _kill(self, what: str, plan: Sabotage) -> None:
        match what:
            case "kafka":
                self.broker.kill()
                await asyncio.sleep(plan.down_ms / 1000)
                await self.broker.restart()
            case "postgres":
                await asyncio.to_thread(self.postgres.kill)
                await asyncio.sleep(plan.down_ms / 1000)
                await asyncio.to_thread(self.postgres.restart)
            case _:
                await self.parts[what].kill()
                await asyncio.sleep(plan.down_ms / 1000)
                if what == SERVICE and not plan.patient:
                    await self._out_of_group()
                await self.parts[what].start()

    async def leases_run_out(self) -> None:
        """What was cut off may be taken up again: as after the lease's time."""
        await self.rows("UPDATE job SET lease_until = now() WHERE status = 'RUNNING'")

    async def _out_of_group(self) -> None:
        """As after the session's time: the broker takes the dead consumer out of its group."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.broker.bootstrap)
        with contextlib.suppress(KafkaError, OSError):
            await admin.start()
            node = await admin.find_coordinator(GROUP)
            [described] = await admin.describe_consumer_groups([GROUP])
            members = [member for group in described.groups for member, *_ in group[5]]
            for member in members:
                await admin._client.send(node, LeaveGroupRequest(GROUP, member))
        await admin.close()


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[House]:
    """Servers of its own in the folder, and the issuer of tokens."""
    postgres = await asyncio.to_thread(lambda: LocalPostgres.start(folder / "postgres", durable=False))
    try:
        broker = await best_broker(folder / "broker", insist_real=insists_on_real_kafka(), environment={})
        try:
            suite = Suite(folder, postgres, broker, free_port(), Secrets.in_folder(folder))
            await databases.create_databases(postgres.superuser_dsn, suite.secrets.passwords, TEMPLATE)
            name, role = databases.database_name("payments", TEMPLATE), databases.owner_role("payments")
            await asyncio.to_thread(migrate.migrate, "payments", postgres.dsn(name, role, suite.secrets.passwords[role]))
            async with _issuer(suite), _nursery() as nursery, httpx.AsyncClient(timeout=60) as http:
                yield House(folder, postgres, broker, suite, http, nursery)
        finally:
            await broker.stop()
    finally:
        await asyncio.to_thread(postgres.stop)


@asynccontextmanager
async def _issuer(suite: Suite) -> AsyncIterator[None]:
    app = FastAPI()
    app.mount("/issuer", suite.issuer.app())
    server = uvicorn.Server(served(app, "127.0.0.1", suite.port, lifespan="off"))
    serving = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.02)
    try:
        yield
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def _nursery() -> AsyncIterator[Nursery]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.chaos.nursery", cwd=ROOT, stdin=pipe, stdout=pipe)
    nursery = Nursery(process)
    listening = asyncio.create_task(nursery.listen())
    try:
        yield nursery
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
        await listening
