"""What the local servers have in common: free ports, a folder that one runner holds, and a child process with a log."""

import asyncio
import atexit
import fcntl
import pwd
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final, Self, TypedDict

import psutil

from shared.clock import monotonic

LOG_TAIL_BYTES: Final = 4_000
POLL_S: Final = 0.05
START_S_MAX: Final = 60.0
STOP_S_MAX: Final = 30.0

# Below the range from which Linux takes the ports of outgoing connections (32768-60999): between a kill and a
# restart no client can be given the port of the server that is down.
_PORTS: Final = range(20_000, 32_000)


class LocalServerError(RuntimeError):
    """A local server did not do what it should; the message ends with the tail of its log."""


class FolderInUseError(LocalServerError):
    """Another living process runs a server from this folder."""


def port_is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port of 127.0.0.1 on which nothing listens. Raises LocalServerError when a hundred tries find none."""
    for _ in range(100):
        port = secrets.choice(_PORTS)
        if port_is_free(port):
            return port
    raise LocalServerError(f"no free port between {_PORTS.start} and {_PORTS.stop}")


def accepts_connections(port: int) -> bool:
    """Whether something listens on this port of 127.0.0.1."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class ServerFolder:
    """A server's own folder, held by one living process at a time.

    The lock is the kernel's, so it goes with its holder however that ends. Who gets it and still finds a server
    running from the folder has found one whose runner was killed, and ends it.
    """

    path: Path
    _lock: IO[str] | None = field(default=None, repr=False)

    def claim(self) -> Self:
        """Make the folder and hold it. Raises FolderInUseError; ends a server left behind by a killed runner."""
        if self._lock is not None:
            return self
        self.path = self.path.resolve()
        self.path.mkdir(parents=True, exist_ok=True)
        lock = (self.path / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise FolderInUseError(f"{self.path} is held by another running process") from None
        self._lock = lock
        self._end_left_behind()
        return self

    def release(self) -> None:
        """Let another process have the folder."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    @property
    def log(self) -> Path:
        """The file that takes the server's standard output and error."""
        return self.path / "server.log"

    def log_tail(self) -> str:
        """The last lines of the log."""
        if not self.log.exists():
            return "(no log)"
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - LOG_TAIL_BYTES))
            return log.read().decode(errors="replace").strip() or "(the log is empty)"

    def kept_ports(self, count: int) -> list[int]:
        """The ports of the folder's last start if all of them are free, else new ones."""
        file = self.path / "ports"
        ports = [int(port) for port in file.read_text().split()] if file.exists() else []
        if len(ports) != count or not all(port_is_free(port) for port in ports):
            ports = [free_port() for _ in range(count)]
            file.write_text(" ".join(str(port) for port in ports))
        return ports

    def note_process(self, pid: int) -> None:
        """Remember which process serves from the folder."""
        self._pid_file.write_text(f"{pid} {psutil.Process(pid).create_time()}")

    @property
    def _pid_file(self) -> Path:
        return self.path / "pid"

    def _end_left_behind(self) -> None:
        if not self._pid_file.exists():
            return
        pid, started = self._pid_file.read_text().split()
        try:
            process = psutil.Process(int(pid))
            # A pid is used again; together with its start it is one process.
            if abs(process.create_time() - float(started)) < 1:
                process.send_signal(signal.SIGINT)
                process.wait(STOP_S_MAX)
        except psutil.NoSuchProcess:
            pass
        except psutil.TimeoutExpired:
            process.kill()
        self._pid_file.unlink()


@contextmanager
def claimed(path: Path) -> Iterator[ServerFolder]:
    """A server's folder, held; let go when what is done with it fails."""
    folder = ServerFolder(path).claim()
    try:
        yield folder
    except BaseException:
        folder.release()
        raise


@dataclass
class ServerProcess:
    """A server as a child process, its output in the folder's log. It ends with its runner, unless that is killed."""

    folder: ServerFolder
    popen: subprocess.Popen[bytes]
    stop_signal: signal.Signals

    @classmethod
    def spawn(
        cls, folder: ServerFolder, argv: Sequence[str | Path], *, user: str | None = None, stop_signal: signal.Signals = signal.SIGTERM
    ) -> Self:
        """Start the program, as another system user if one is named.

        It gets a session of its own: Ctrl-C reaches the runner only, which then stops its servers in order.
        """
        with folder.log.open("ab") as log:
            popen = subprocess.Popen(  # noqa: S603  # the programs are our own choice, no shell
                [str(arg) for arg in argv],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **as_user(user),
            )
        folder.note_process(popen.pid)
        process = cls(folder, popen, stop_signal)
        atexit.register(process.stop)
        return process

    @property
    def pid(self) -> int:
        """The process id."""
        return self.popen.pid

    def is_running(self) -> bool:
        """Whether the process has not ended yet."""
        return self.popen.poll() is None

    @contextmanager
    def ended_on_failure(self) -> Iterator[None]:
        """Kill the process when waiting for it fails or is given up."""
        try:
            yield
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """Ask the server to end and wait; after STOP_S_MAX seconds it is killed. Blocks; does nothing to one that has ended."""
        if self.is_running():
            self.popen.send_signal(self.stop_signal)
        try:
            self.popen.wait(STOP_S_MAX)
        except subprocess.TimeoutExpired:
            self.kill()
        atexit.unregister(self.stop)

    async def stop_async(self) -> None:
        """As `stop`, without holding up the event loop."""
        await asyncio.to_thread(self.stop)

    def kill(self) -> None:
        """SIGKILL, as a crash would; returns when the process is gone."""
        self.popen.kill()
        self.popen.wait()
        atexit.unregister(self.stop)

    def check_alive(self, what: str, deadline: float) -> None:
        """Raise LocalServerError with the log's tail if the process has ended or the deadline (of `monotonic()`) is over."""
        if not self.is_running():
            raise LocalServerError(f"{what} ended with code {self.popen.returncode} while starting:\n{self.folder.log_tail()}")
        if monotonic() > deadline:
            raise LocalServerError(f"{what} was not ready in time:\n{self.folder.log_tail()}")


def pause() -> None:
    """Wait a moment between two looks at a server that is starting. Blocks."""
    time.sleep(POLL_S)


class AsUser(TypedDict, total=False):
    """The arguments of subprocess that make a child another user's."""

    user: str
    group: int
    extra_groups: list[str | int]


def as_user(user: str | None) -> AsUser:
    """Arguments for a child of that system user with its own group only; none to stay who we are."""
    return {} if user is None else {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
