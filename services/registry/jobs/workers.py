"""Who prepares lines while the event loop goes on: a thread, whose native work lets it run, or processes where there is only Python."""

import asyncio
import gc
import os
import signal
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime
from itertools import repeat
from multiprocessing import get_context, parent_process
from typing import Any, Final, Protocol

from services.registry import native
from services.registry.jobs.making import Prepared, PythonMaking, Recipe
from services.registry.jobs.native_making import NativeMaking, read_others
from services.registry.jobs.prepare import NOBODY, Preparer
from services.registry.settings import Settings
from shared.files.lines import Fault

READ_HERE_MAX: Final = 800
"""So many lines of a step that only Python can read are read in the thread; more would keep the event loop waiting."""

_Work = Callable[[Sequence[bytes], int, datetime, Mapping[int, str]], Prepared]


class Prepare(Protocol):
    """Preparer.prepare, elsewhere."""

    def __call__(self, lines: Sequence[bytes], first_line: int, at: datetime, repeated: Mapping[int, str] = NOBODY) -> Awaitable[Prepared]:
        """As it does."""
        ...


@contextmanager
def preparing(recipe: Recipe, settings: Settings) -> Iterator[tuple[Prepare, int]]:
    """What prepares lines without keeping the event loop, and how many steps it should have in hand.

    Natively one thread is enough: it makes a step in the time that the database takes one, and every value is asked about once. With no
    workers one does all without the library too.
    """
    loop = asyncio.get_running_loop()
    workers = settings.import_workers
    library = native.load() if settings.import_native else None
    readers = _Readers(workers)
    pool: Executor
    work: _Work
    if library is None and workers:
        pool, work = _processes(workers, start_worker, recipe), prepare_in_worker
    elif library is None:
        pool, work = ThreadPoolExecutor(1), Preparer(recipe, PythonMaking(recipe)).prepare
    else:
        making = NativeMaking(library, recipe, readers.read)
        pool, work = ThreadPoolExecutor(1), Preparer(recipe, making).prepare

    async def prepare(lines: Sequence[bytes], first_line: int, at: datetime, repeated: Mapping[int, str] = NOBODY) -> Prepared:
        return await loop.run_in_executor(pool, work, lines, first_line, at, dict(repeated))

    try:
        yield prepare, workers + 1
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        readers.end()


class _Readers:
    """Processes for lines that only Python can read. They start at a step that has many, which most files never do."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._pool: Executor | None = None

    def read(self, lines: Sequence[bytes], today: date) -> list[bytes | list[Fault]]:
        """As read_others."""
        if not self._workers or len(lines) <= READ_HERE_MAX:
            return read_others(lines, today)
        self._pool = self._pool or _processes(self._workers, start_reader)
        size = -(-len(lines) // self._workers)
        parts = [lines[start : start + size] for start in range(0, len(lines), size)]
        return [one for read in self._pool.map(read_others, parts, repeat(today)) for one in read]

    def end(self) -> None:
        """End them."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)


def _processes(workers: int, start: Callable[..., None], *arguments: Any) -> ProcessPoolExecutor:
    # Forked from a process that has loaded what workers need and no more: it is loaded once, and shared.
    forking = get_context("forkserver")
    forking.set_forkserver_preload([__name__])
    return ProcessPoolExecutor(workers, mp_context=forking, initializer=start, initargs=arguments)


class _Worker:
    """The state of a worker process."""

    preparer: Preparer


def start_reader() -> None:
    """Initializer of a process."""
    # Ctrl-C is for the parent, which ends its workers. A parent that was killed cannot, so they watch it themselves.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    # A step is many thousands of objects without cycles: looking for some at each 700 was an eighth of the time.
    gc.set_threshold(50_000)


def start_worker(recipe: Recipe) -> None:
    """Initializer of a process that prepares whole steps."""
    start_reader()
    _Worker.preparer = Preparer(recipe, PythonMaking(recipe))


def prepare_in_worker(lines: Sequence[bytes], first_line: int, at: datetime, repeated: Mapping[int, str]) -> Prepared:
    """As Preparer.prepare, in a worker process."""
    return _Worker.preparer.prepare(lines, first_line, at, repeated)


def _leave_with_parent() -> None:
    parent: Any = parent_process()
    parent.join()
    os._exit(1)
