"""Brokers of one machine: real Apache Kafka where Java is, else the embedded one, else one that runs elsewhere.

All three have the same small face (`Broker`): where it listens, what it is, and how to stop, kill and start it again.
"""

import asyncio
import base64
import importlib.util
import os
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Protocol, Self

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from deploy.local.process import (
    POLL_S,
    START_S_MAX,
    LocalServerError,
    ServerFolder,
    ServerProcess,
    accepts_connections,
    claimed,
)
from deploy.local.secured_kafka import scram_arguments, secured_properties
from shared.clock import monotonic
from shared.ids import new_id

KAFKA_VERSION: Final = "4.1.0"
JAVA_VERSION_MIN: Final = 17
COPY_JARS_S_MAX: Final = 300

EXTERNAL_KIND: Final = "external broker"
KAFKA_KIND: Final = f"Apache Kafka {KAFKA_VERSION}"
EMBEDDED_KIND: Final = "embedded broker"

_POM: Final = Path(__file__).parent / "kafka" / "pom.xml"


class NoRealKafkaError(LocalServerError):
    """Apache Kafka was insisted on, and neither an address of one nor Java with its jars is there."""


class Broker(Protocol):
    """A broker that the caller may start again and, if it is its own, kill."""

    @property
    def kind(self) -> str:
        """What it is, for people: `Apache Kafka 4.1.0`, `embedded broker` or `external broker`."""

    @property
    def bootstrap(self) -> str:
        """`host:port` for clients."""

    @property
    def pid(self) -> int | None:
        """The process id; None for an external one."""

    async def stop(self) -> None:
        """End it in order."""

    def kill(self) -> None:
        """SIGKILL, as a crash would."""

    async def restart(self) -> None:
        """Stop if it still runs, start on the same folder and address, wait until it answers."""


@dataclass(frozen=True)
class ExternalBroker:
    """A broker that runs elsewhere; it can be used, never ended."""

    bootstrap: str
    kind: str = EXTERNAL_KIND
    pid: int | None = None

    async def stop(self) -> None:
        """Nothing: it is not ours."""

    def kill(self) -> None:
        """Raise LocalServerError: it is not ours."""
        raise LocalServerError(f"the broker at {self.bootstrap} is not ours to kill")

    async def restart(self) -> None:
        """Raise LocalServerError: it is not ours."""
        raise LocalServerError(f"the broker at {self.bootstrap} is not ours to restart")


@dataclass
class EmbeddedBroker:
    """The broker of the PyPI package `noida-db`, which speaks the Kafka protocol. For one machine only."""

    folder: ServerFolder
    port: int
    _process: ServerProcess = field(repr=False)
    kind: str = EMBEDDED_KIND

    @classmethod
    async def start(cls, data_dir: Path) -> Self:
        """Start on the folder (its data go on) and wait until it answers. Raises FolderInUseError, LocalServerError."""
        with claimed(data_dir) as folder:
            port = folder.kept_ports(1)[0]
            return cls(folder, port, await cls._serve(folder, port))

    @staticmethod
    async def _serve(folder: ServerFolder, port: int) -> ServerProcess:
        argv: list[str | Path] = [
            _noida_binary(),
            "start",
            "--only",
            "kafka",
            "--kafka-port",
            str(port),
            "--data-dir",
            folder.path / "data",
        ]
        process = ServerProcess.spawn(folder, argv)
        await _wait_until_ready(EMBEDDED_KIND, process, port)
        return process

    @property
    def bootstrap(self) -> str:
        """`127.0.0.1:port`."""
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    async def stop(self) -> None:
        """End it in order; the folder is free afterwards."""
        await self._process.stop_async()
        self.folder.release()

    def kill(self) -> None:
        """SIGKILL, as a crash would; the folder is free afterwards."""
        self._process.kill()
        self.folder.release()

    async def restart(self) -> None:
        """Stop if it still runs, start on the same folder and port, wait until it answers."""
        await self._process.stop_async()
        self._process = await self._serve(self.folder.claim(), self.port)


@dataclass
class LocalKafka:
    """One node of real Apache Kafka (KRaft, broker and controller in one process, heap 512 MB) on 127.0.0.1.

    `bootstrap` is the operator's. With accounts it has an authorizer, and `secured_bootstrap`, where clients log in (deploy.local.secured_kafka).
    """

    folder: ServerFolder
    port: int
    _jars: Path = field(repr=False)
    _process: ServerProcess = field(repr=False)
    kind: str = KAFKA_KIND
    secured_bootstrap: str = ""

    @classmethod
    async def start(cls, data_dir: Path, accounts: Mapping[str, str] | None = None) -> Self:
        """Start on the folder, formatting an empty one, and wait until it answers. `accounts` are passwords by name.

        Raises NoRealKafkaError without Java or the jars, FolderInUseError, LocalServerError with the log's tail.
        """
        jars = await asyncio.to_thread(kafka_jars)
        with claimed(data_dir) as folder:
            port, controller_port, *secured = folder.kept_ports(3 if accounts else 2)
            properties = _kafka_properties(folder.path, port, controller_port)
            _write_properties(folder.path, secured_properties(properties, secured[0]) if secured else properties)
            await asyncio.to_thread(_format_storage, folder.path, jars, scram_arguments(accounts or {}))
            made = cls(folder, port, jars, await cls._serve(folder, jars, port))
            return replace(made, secured_bootstrap=f"127.0.0.1:{secured[0]}") if secured else made

    @staticmethod
    async def _serve(folder: ServerFolder, jars: Path, port: int) -> ServerProcess:
        process = ServerProcess.spawn(folder, [*_java(jars, "-Xms512m", "-Xmx512m"), "kafka.Kafka", folder.path / "server.properties"])
        await _wait_until_ready(KAFKA_KIND, process, port)
        return process

    @property
    def bootstrap(self) -> str:
        """`127.0.0.1:port`."""
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    async def stop(self) -> None:
        """End it in order; the folder is free afterwards."""
        await self._process.stop_async()
        self.folder.release()

    def kill(self) -> None:
        """SIGKILL, as a crash would; the folder is free afterwards."""
        self._process.kill()
        self.folder.release()

    async def restart(self) -> None:
        """Stop if it still runs, start on the same folder and port, wait until it answers."""
        await self._process.stop_async()
        self._process = await self._serve(self.folder.claim(), self._jars, self.port)


def best_kind(*, insist_real: bool = False, environment: Mapping[str, str] = os.environ) -> str:
    """Which broker `best_broker` starts: the kind. Fetches Kafka's jars into the cache if they are not there (blocks).

    KAFKA_BOOTSTRAP_SERVERS names an external one; else real Kafka if it can be had; else the embedded one, unless
    `insist_real`: then NoRealKafkaError says what is missing.
    """
    if environment.get("KAFKA_BOOTSTRAP_SERVERS"):
        return EXTERNAL_KIND
    try:
        kafka_jars()
    except NoRealKafkaError:
        if insist_real:
            raise
        return EMBEDDED_KIND
    return KAFKA_KIND


async def best_broker(folder: Path, *, insist_real: bool = False, environment: Mapping[str, str] = os.environ) -> Broker:
    """The broker that `best_kind` names, started on the folder and answering."""
    kind = await asyncio.to_thread(lambda: best_kind(insist_real=insist_real, environment=environment))
    if kind == EXTERNAL_KIND:
        return ExternalBroker(environment["KAFKA_BOOTSTRAP_SERVERS"])
    return await (LocalKafka.start(folder) if kind == KAFKA_KIND else EmbeddedBroker.start(folder))


def kafka_jars() -> Path:
    """The folder with Kafka's jars: from the cache (SUKJAI_CACHE, else ~/.cache/sukjai), filled by Maven when it is empty.

    Blocks. Raises NoRealKafkaError without Java 17, or when the jars are neither cached nor to be had.
    """
    _check_java()
    cache = Path(os.environ.get("SUKJAI_CACHE") or Path.home() / ".cache" / "sukjai")
    jars = cache / f"kafka-{KAFKA_VERSION}"
    if jars.is_dir():
        return jars
    maven = shutil.which("mvn")
    if maven is None:
        raise NoRealKafkaError(f"no jars of Kafka in {jars}, and no Maven (mvn) to fetch them")
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix="fetching-") as fetching:
        _copy_jars(maven, Path(fetching))
        try:
            (Path(fetching) / "jars").rename(jars)
        except OSError:
            if not jars.is_dir():  # else another process was first
                raise
    return jars


def _copy_jars(maven: str, target: Path) -> None:
    # A copy of the pom: Maven may write beside it.
    pom = shutil.copy(_POM, target / "pom.xml")
    copied = subprocess.run(  # noqa: S603  # our own pom and arguments
        [maven, "-q", "-B", "-f", str(pom), "dependency:copy-dependencies", f"-DoutputDirectory={target / 'jars'}"],
        capture_output=True,
        text=True,
        check=False,
        timeout=COPY_JARS_S_MAX,
    )
    if copied.returncode != 0:
        raise NoRealKafkaError(f"Maven did not fetch Kafka's jars:\n{(copied.stdout + copied.stderr)[-2000:].strip()}")


def _check_java() -> None:
    java = shutil.which("java")
    if java is None:
        raise NoRealKafkaError("no Java on the path")
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr  # noqa: S603  # fixed arguments
    found = re.search(r'version "(\d+)', told)
    if found is None or int(found[1]) < JAVA_VERSION_MIN:
        raise NoRealKafkaError(f"Kafka {KAFKA_VERSION} needs Java {JAVA_VERSION_MIN}; here is: {told.splitlines()[:1]}")


def _java(jars: Path, *options: str) -> list[str | Path]:
    java = shutil.which("java") or "java"
    # A broker that lives for minutes spends more on compiling its code well than it would ever gain: half of its processor time.
    return [
        java,
        *options,
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
        "-cp",
        f"{jars}/*",
    ]


def _kafka_properties(folder: Path, port: int, controller_port: int) -> dict[str, str]:
    return {
        "node.id": "1",
        "process.roles": "broker,controller",
        "controller.listener.names": "CONTROLLER",
        "controller.quorum.bootstrap.servers": f"127.0.0.1:{controller_port}",
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "log.dirs": str(folder / "logs"),
        "auto.create.topics.enable": "false",
        # One node holds the only copy of everything.
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "4",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "transaction.state.log.num.partitions": "4",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        # A first consumer gets its partitions at once, and tests may let a dead one be missed within a second.
        "group.initial.rebalance.delay.ms": "0",
        "group.min.session.timeout.ms": "1000",
        # The default, 128 MB, is a quarter of the heap.
        "log.cleaner.dedupe.buffer.size": str(16 * 1024 * 1024),
        # After a kill the controller takes the node back only when its last session has run out (default 9 s).
        "broker.session.timeout.ms": "3000",
        "broker.heartbeat.interval.ms": "500",
    }


def _write_properties(folder: Path, properties: Mapping[str, str]) -> None:
    (folder / "server.properties").write_text("".join(f"{name}={value}\n" for name, value in properties.items()))


def _format_storage(folder: Path, jars: Path, more: Sequence[str]) -> None:
    """Make the log folder a node's of a new cluster; an existing one stays as it is."""
    if (folder / "logs" / "meta.properties").exists():
        return
    shutil.rmtree(folder / "logs", ignore_errors=True)  # what a format that was killed left
    cluster = base64.urlsafe_b64encode(new_id().bytes).decode().rstrip("=")
    arguments: list[str | Path] = ["kafka.tools.StorageTool", "format", "--standalone", "-t", cluster, "-c", folder / "server.properties"]
    arguments += more
    done = subprocess.run([*_java(jars, "-Xmx128m"), *arguments], capture_output=True, text=True, check=False)  # noqa: S603  # our own arguments
    if done.returncode != 0:
        raise LocalServerError(f"formatting {folder / 'logs'} failed:\n{(done.stdout + done.stderr).strip()}")


def _noida_binary() -> Path:
    package = importlib.util.find_spec("noida_db")
    if package is None or package.origin is None:
        raise LocalServerError("the package noida-db is not installed")
    binary = Path(package.origin).parent / "noida-db"
    if not os.access(binary, os.X_OK):  # wheels lose the bit with some installers
        binary.chmod(binary.stat().st_mode | stat.S_IXUSR)
    return binary


async def _wait_until_ready(what: str, process: ServerProcess, port: int) -> None:
    """Return when the broker answers a metadata request; raise LocalServerError if it ends first or takes too long."""
    deadline = monotonic() + START_S_MAX
    with process.ended_on_failure():
        while not (accepts_connections(port) and await _answers(f"127.0.0.1:{port}")):
            process.check_alive(what, deadline)
            await asyncio.sleep(POLL_S)


async def _answers(bootstrap: str) -> bool:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=2_000)
    try:
        await admin.start()
        described = await admin.describe_cluster()
    except (KafkaError, OSError, TimeoutError):
        return False
    finally:
        await admin.close()
    return bool(described["brokers"])
