"""The process of one service: `python -m services.<name> [--only http|consumers|relay|jobs …]`."""

import asyncio
import contextlib
import gc
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

import structlog
import typer
import uvicorn

from shared import observability
from shared.auth import TokenVerifier
from shared.clock import Clock
from shared.db import Database
from shared.service.service import Role, Service
from shared.service.settings import ServiceSettings, SettingInvalid

if sys.platform != "win32":
    import uvloop

# A batch is thousands of objects that live on for a moment: looking for cycles at each 700 of them, as Python does by
# default, was a third of the processor time of taking events in.
GC_THRESHOLDS: Final = (50_000, 20, 50)

KEEP_ALIVE_SECONDS: Final = 75
"""How long an idle connection stays open: longer than any client or proxy keeps one (httpx 5 s, nginx 60 s), so that none sends into a connection that is just being closed."""

T = TypeVar("T")
_log = structlog.get_logger(__name__)


async def open_database(settings: ServiceSettings) -> Database:
    """The service's pool."""
    return await Database.connect(settings.database_dsn, name=f"sukjai.{settings.service_name}", connections_max=settings.connections_max)


def verifier_of(settings: ServiceSettings) -> TokenVerifier:
    """The verifier of the tokens that this service believes."""
    return TokenVerifier(
        issuer=settings.auth_issuer, audience=settings.auth_audience, jwks_url=settings.auth_jwks_url, environment=settings.environment
    )


async def serve(service: Service, only: frozenset[Role] = frozenset(Role)) -> int:
    """Run the service until SIGTERM or SIGINT (0) or until a part breaks (1)."""
    settings = service.resources.settings
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    await service.start(only)
    server = uvicorn.Server(served(service.app, settings.host, settings.port))
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # ours are set above; older uvicorns install their own
    serving = asyncio.create_task(server.serve()) if Role.HTTP in only else None
    ends = {asyncio.create_task(stopping.wait()), asyncio.create_task(service.broken())}
    await asyncio.wait(ends | ({serving} if serving else set()), return_when=asyncio.FIRST_COMPLETED)
    for end in ends:
        end.cancel()
    if serving is not None:
        if service.on_closing is not None:
            service.on_closing()
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await serving
    try:
        service.raise_if_broken()
    except RuntimeError:
        _log.critical("the service stops: a part broke", service=service.name, exc_info=True)
        return 1
    finally:
        await service.stop()
    return 0


def served(app: Any, host: str, port: int, **more: Any) -> uvicorn.Config:
    """How an app is served here: its logs are ours."""
    return uvicorn.Config(app, host=host, port=port, log_config=None, access_log=False, timeout_keep_alive=KEEP_ALIVE_SECONDS, **more)


def run_fast(work: Coroutine[Any, Any, T]) -> T:
    """`asyncio.run` on uvloop where there is one: about a third less time for the same HTTP call."""
    gc.set_threshold(*GC_THRESHOLDS)
    if sys.platform == "win32":
        return asyncio.run(work)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


S = TypeVar("S", bound=ServiceSettings)


def command_line(load: Callable[[], S], build: Callable[[S, Database, Clock, TokenVerifier], Service]) -> None:
    """The command line of a service's __main__: reads the settings, wires the service, runs it."""

    def main(only: list[Role] | None = typer.Option(None, help="Run only these parts.")) -> None:  # noqa: B008  # typer reads its options from defaults
        settings = load()
        observability.configure(settings.service_name)

        async def run() -> int:
            service = build(settings, await open_database(settings), Clock(), verifier_of(settings))
            return await serve(service, frozenset(only or Role))

        try:
            raise SystemExit(run_fast(run()))
        except SettingInvalid as error:
            sys.exit(f"{settings.service_name} cannot start: {error}")

    typer.run(main)
