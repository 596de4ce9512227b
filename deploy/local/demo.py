"""The main job: the whole suite on this machine, and the year 2561 of a small country played through it from outside.

`python -m deploy.local.demo --scale 1000`: starts the suite and the simulators of banks and agencies as processes of their own, plays the
year over HTTP, shows what an official would want to know, and leaves everything running until Ctrl-C. With `--no-stay`
it ends after the year: exit code 0 only if every invariant of every service holds, last line one JSON object of figures.
"""

import asyncio
import json
import os
import signal
import sys
import webbrowser
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import typer
from rich.console import Console

from deploy.local.process import accepts_connections, free_port
from deploy.local.suite import READY_FILE, Secrets
from deploy.local.year import january, pay
from deploy.local.year.agencies import Agencies
from deploy.local.year.figures import Figures, collect, show
from deploy.local.year.office import NotDrained, Office, Refused
from deploy.local.year.play import Year
from deploy.local.year.progress import Progress
from shared.clock import monotonic
from shared.service import run_fast

ROOT: Final = Path(__file__).parents[2]
INTERRUPTED: Final = 130
START_SECONDS_MAX: Final = 180
STOP_SECONDS_MAX: Final = 60
POLL_SECONDS: Final = 0.1
LOG_WIDTH: Final = 120
LOG_TAIL_CHARACTERS: Final = 3000
LATE_SECONDS: Final = 0.4
T = TypeVar("T")

MISBEHAVIOUR: Final = "late=0.02,lost=0.005,doubled=0.02,reordered=0.05,refused=0.01"


class DidNotStart(RuntimeError):
    """A process of the demo ended, or said nothing for too long; its log says why."""


@dataclass(frozen=True)
class Addresses:
    """Where the started suite is."""

    suite: str
    dashboard: str
    bootstrap: str
    broker: str


@asynccontextmanager
async def _process(
    name: str, folder: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A child process with its log in the folder, in a session of its own: Ctrl-C reaches it in our order, by SIGTERM."""
    log = await asyncio.to_thread((folder / f"{name}.log").open, "wb")
    with log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            *arguments,
            stdout=log,
            stderr=log,
            cwd=ROOT,
            start_new_session=True,
            env={**os.environ, **(environment or {})},
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), STOP_SECONDS_MAX)
            except TimeoutError:
                process.kill()
                await process.wait()


async def _until(probe: Callable[[], T | None], process: asyncio.subprocess.Process, log: Path) -> T:
    """What the probe finds, once it finds something. Raises DidNotStart with the end of the log."""
    deadline = monotonic() + START_SECONDS_MAX
    while (found := await asyncio.to_thread(probe)) is None:
        if process.returncode is not None or monotonic() > deadline:
            raise DidNotStart(await asyncio.to_thread(_last_words, log))
        await asyncio.sleep(POLL_SECONDS)
    return found


def _read_ready(file: Path) -> Addresses | None:
    if not file.exists():
        return None
    ready = json.loads(file.read_text())
    return Addresses(ready["address"], ready["dashboard"], ready["bootstrap"], ready["broker"])


def _last_words(log: Path) -> str:
    return f"it did not start; see {log}\n{log.read_text(errors='replace')[-LOG_TAIL_CHARACTERS:]}"


async def _play(scale: int, seed: int, folder: Path, *, stay: bool, keep: bool, real_kafka: bool, port: int, console: Console) -> int:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    began = monotonic()
    flags = [*(["--keep"] if keep else []), *(["--real-kafka"] if real_kafka else [])]
    async with _process("suite", folder, "deploy.local.suite", "--folder", str(folder / "suite"), "--port", str(port), *flags) as suite:
        addresses = await _until(partial(_read_ready, folder / "suite" / READY_FILE), suite, folder / "suite.log")
        console.print(f"สุขใจ Sukjai is up at [bold]{addresses.suite}[/] ({addresses.broker}, {monotonic() - began:.0f} s)")
        _open(console, addresses.dashboard, stay=stay)
        banks = ["deploy.local.bank_simulator", "--bootstrap", addresses.bootstrap, "--seed", str(seed)]
        banks += ["--misbehave", MISBEHAVIOUR, "--late-seconds", str(LATE_SECONDS)]
        door = free_port()
        agencies = ["deploy.local.agency_simulator", "--address", addresses.suite, "--port", str(door), "--seed", str(seed)]
        agencies += ["--bootstrap", addresses.bootstrap]
        keys = {"SUKJAI_AGENCY_KEYS": Secrets.in_folder(folder / "suite").agency_keys}
        async with _process("banks", folder, *banks), _process("agencies", folder, *agencies, environment=keys) as house:
            await _until(lambda: accepts_connections(door) or None, house, folder / "agencies.log")
            office = await Office.open(addresses.suite, addresses.bootstrap)
            try:
                if not keep:
                    year = _year(office, Agencies.at(f"http://127.0.0.1:{door}"), scale, seed, folder, console)
                    figures = await _played(year, suite, stopping, folder)
                    if figures is None:
                        return INTERRUPTED
                    if not stay:
                        sys.stdout.write(json.dumps(figures.as_json(), ensure_ascii=False) + "\n")
                        sys.stdout.flush()
                        return 0 if figures.holds else 1
                _tell(console, addresses)
                await _until_stopped(suite, stopping, folder)
                return 0
            finally:
                await office.close()


async def _played(
    year: Coroutine[Any, Any, Figures], suite: asyncio.subprocess.Process, stopping: asyncio.Event, folder: Path
) -> Figures | None:
    """The figures of the played year; None when somebody asked to stop before its end."""
    playing, ending = asyncio.create_task(year), asyncio.create_task(_until_stopped(suite, stopping, folder))
    await asyncio.wait({playing, ending}, return_when=asyncio.FIRST_COMPLETED)
    if playing.done():
        ending.cancel()
        return playing.result()
    playing.cancel()
    await ending
    return None


async def _until_stopped(suite: asyncio.subprocess.Process, stopping: asyncio.Event, folder: Path) -> None:
    """Return when somebody asks to stop. Raises DidNotStart when the suite ends by itself."""
    gone, asked = asyncio.create_task(suite.wait()), asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait({gone, asked}, return_when=asyncio.FIRST_COMPLETED)
        if gone.done():
            raise DidNotStart(f"the suite stopped by itself with {suite.returncode}; see {folder / 'suite.log'}")
    finally:
        gone.cancel()
        asked.cancel()


async def _year(office: Office, agencies: Agencies, scale: int, seed: int, folder: Path, console: Console) -> Figures:
    with Progress(console) as progress:
        began = monotonic()
        year = Year(office, scale, seed, folder, progress, agencies)
        country = await year.play()
        figures = await collect(year, country, seconds=round(monotonic() - began, 1))
    show(figures, console)
    return figures


def _open(console: Console, dashboard: str, *, stay: bool) -> None:
    """Tell where the year can be watched; who sits before a screen gets it opened."""
    console.print(f"Watch the year unfold: [bold]{dashboard}[/] (sign in as committee, governor-81, chief-8101 …; any password)")
    if stay and console.is_terminal and (sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        webbrowser.open(dashboard)


def _tell(console: Console, addresses: Addresses) -> None:
    address = addresses.suite
    console.print(f"\nThe year on the dashboard: [bold]{addresses.dashboard}[/]")
    console.print(f"Index of the OpenAPI pages: [bold]{address}/[/]")
    for name in ("registry", "interview", "plan", "payments", "reporting"):
        console.print(f"  {address}/{name}/docs")
    console.print(
        "Authorize with a development user (chief-8101, governor-81, committee, payments-maker …; any password). Ctrl-C stops everything."
    )


def main(
    scale: Annotated[int, typer.Option(min=1, help="How many real persons one simulated person stands for.")] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed plays the same year.")] = 2561,
    stay: Annotated[bool, typer.Option("--stay/--no-stay", help="Leave everything running after the year.")] = True,
    keep: Annotated[bool, typer.Option("--keep", help="Go on with the country that is there.")] = False,
    real_kafka: Annotated[bool, typer.Option("--real-kafka", help="Apache Kafka instead of the embedded broker.")] = False,
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.")] = 8561,
    folder: Annotated[Path, typer.Option(help="Data, logs and secrets.")] = Path(".run"),
) -> None:
    """Play the year 2561."""
    console = Console(stderr=not stay)
    if not console.is_terminal:
        console = Console(stderr=not stay, width=LOG_WIDTH)
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "suite" / READY_FILE).unlink(missing_ok=True)
    try:
        code = run_fast(_play(scale, seed, folder, stay=stay, keep=keep, real_kafka=real_kafka, port=port, console=console))
    except (DidNotStart, NotDrained, Refused, january.ImportFailed, pay.RunStuck) as error:
        console.print(f"{type(error).__name__}: {error}", style="red", markup=False)
        code = 2
    raise SystemExit(code)


if __name__ == "__main__":
    typer.run(main)
