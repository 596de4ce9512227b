"""One service as a process of its own, as in an installation, with its peak memory."""

import asyncio
import contextlib
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

import httpx
import psutil

from deploy.local.process import free_port
from shared.clock import monotonic

ROOT: Final = Path(__file__).resolve().parents[2]
SAMPLE_SECONDS: Final = 0.1
POLL_SECONDS: Final = 0.05
START_SECONDS_MAX: Final = 60.0
STOP_SECONDS_MAX: Final = 30.0
MEBIBYTE: Final = 1024 * 1024
_LISTED: Final = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").exists()


class ServiceBroken(RuntimeError):
    """A service process ended, or did not come to what was waited for; the message has the tail of its log."""


def start_process(words: Sequence[str], environment: Mapping[str, str], log: Path) -> "subprocess.Popen[bytes]":
    """`python -m <words>` with our environment and this besides; what it says goes to the log."""
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


@dataclass
class ServiceProcess:
    """`python -m services.<name>`. `peaks` are mebibytes of resident memory: of the process, and of its largest worker."""

    name: str
    address: str
    log: Path
    popen: "subprocess.Popen[bytes]"
    http: httpx.AsyncClient
    peaks: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    _sampling: "asyncio.Task[None] | None" = None

    @classmethod
    async def start(cls, name: str, environment: Mapping[str, str], folder: Path, *only: str) -> Self:
        """Start it, all of it or only these parts, and wait until it says that it is alive."""
        port, log = free_port(), folder / f"{name}.log"
        parts = [word for part in only for word in ("--only", part)]
        popen = start_process([f"services.{name}", *parts], {**environment, f"{name.upper()}_PORT": str(port)}, log)
        address = f"http://127.0.0.1:{port}"
        process = cls(name, address, log, popen, httpx.AsyncClient(base_url=address, timeout=120))
        process._sampling = asyncio.create_task(process._sample())
        try:
            if not only or "http" in only:
                await process.until(process._answers, START_SECONDS_MAX)
        except BaseException:
            await process.stop()
            raise
        return process

    async def _answers(self) -> bool:
        with contextlib.suppress(httpx.TransportError):
            return (await self.http.get("/healthz")).is_success
        return False

    async def until(self, there: Callable[[], Awaitable[bool]], seconds_max: float) -> None:
        """Wait until the asynchronous question is answered with yes. Raises ServiceBroken."""
        began = monotonic()
        while not await there():
            if self.popen.poll() is not None or monotonic() - began > seconds_max:
                tail = self.log.read_text(errors="replace")[-3000:]
                raise ServiceBroken(f"{self.name} (exit code {self.popen.returncode}) after {monotonic() - began:.0f} s:\n{tail}")
            await asyncio.sleep(POLL_SECONDS)

    async def readiness(self) -> dict[str, Any]:
        """What the service says of itself."""
        state: dict[str, Any] = (await self.http.get("/readyz")).json()
        return state

    async def caught_up(self, seconds_max: float = 300.0) -> None:
        """Wait until it has taken in everything, and given out everything."""

        async def drained() -> bool:
            state = await self.readiness()
            waits = state["outbox_waiting"] or state["jobs_open"] or state.get("uncounted")
            return bool(state["ready"] and state["consumer_lag"] == 0 and not waits)

        for _ in range(2):
            await self.until(drained, seconds_max)

    async def _sample(self) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(self.popen.pid)
            while True:
                self._note(self.name, process)
                for worker in _below(process):
                    with contextlib.suppress(psutil.NoSuchProcess):
                        self._note(f"{self.name} worker", worker)
                await asyncio.sleep(SAMPLE_SECONDS)

    def _note(self, role: str, process: psutil.Process) -> None:
        self.peaks[role] = max(self.peaks[role], process.memory_info().rss / MEBIBYTE)

    async def stop(self) -> None:
        """Ask it to end; kill it when it does not."""
        if self._sampling is not None:
            self._sampling.cancel()
        await self.http.aclose()
        self.popen.terminate()
        try:
            await asyncio.to_thread(self.popen.wait, STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()


def _below(process: psutil.Process) -> list[psutil.Process]:
    """Those that the process started, and those that they did.

    Where the kernel lists them they are read there: psutil looks at every process of the machine, which for some services ten
    times a second takes more of a processor than what is measured.
    """
    if not _LISTED:
        return process.children(recursive=True)
    found = []
    for children in Path(f"/proc/{process.pid}/task").glob("*/children"):
        with contextlib.suppress(OSError, psutil.NoSuchProcess):
            for pid in children.read_text().split():
                child = psutil.Process(int(pid))
                found += [child, *_below(child)]
    return found
